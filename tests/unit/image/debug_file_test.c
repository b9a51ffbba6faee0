// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/debug_file.h"

#include <errno.h>
#include <fcntl.h>
#include <zlib.h>

#include "check.h"
#include "elf_file.h"
#include "folder.h"

enum {
	AT_ID = ELF_AT_NOTES,
	AT_LINK = ELF_AT_DATA,
};

/* The note of an id of four bytes. */
static void add_build_id(struct elf_made *made, const char *id)
{
	Elf64_Nhdr *note = (Elf64_Nhdr *)(made->bytes + AT_ID);

	*note = (Elf64_Nhdr){.n_namesz = 4, .n_descsz = 4, .n_type = NT_GNU_BUILD_ID};
	memcpy(note + 1, "GNU", 4);
	memcpy((char *)(note + 1) + 4, id, 4);
	elf_add_section(made, ".note.gnu.build-id", SHT_NOTE, AT_ID, sizeof(*note) + 8)
		->sh_addralign = 4;
	Elf64_Phdr *segment = elf_add_segment(made, PT_NOTE, sizeof(*note) + 8, 4);
	segment->p_offset = AT_ID;
	segment->p_vaddr += AT_ID;
}

static void add_link(struct elf_made *made, const char *name, const struct elf_made *debug)
{
	size_t size = (strlen(name) + 4) / 4 * 4;
	uint32_t checksum = (uint32_t)crc32(0, debug->bytes, sizeof(debug->bytes));

	strcpy((char *)made->bytes + AT_LINK, name);
	memcpy(made->bytes + AT_LINK + size, &checksum, sizeof(checksum));
	elf_add_section(made, ".gnu_debuglink", SHT_PROGBITS, AT_LINK, size + sizeof(checksum));
}

static void put(const struct folder *folder, const char *name, const struct elf_made *made)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	for (char *at = path + strlen(folder->path) + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		check_true(!mkdir(path, 0700) || errno == EEXIST);
		*at = '/';
	}
	folder_put(folder, name, made->bytes, sizeof(made->bytes));
}

/* Whether the file that is found is this one in the folder ("" = none is found). */
static void check_found(const struct elf_made *made, const char *path, const char *root,
			const struct folder *folder, const char *expected)
{
	struct stat found_status, expected_status;
	char name[256];

	elf_version(EV_CURRENT);
	Elf *elf = elf_memory((char *)made->bytes, sizeof(made->bytes));
	int found = debug_file_open(elf, path, root);
	elf_end(elf);
	if (!*expected) {
		check_int(found, -ENOENT);
		return;
	}
	snprintf(name, sizeof(name), "%s/%s", folder->path, expected);
	if (!check_true(found >= 0) || !check_ok(stat(name, &expected_status)))
		return;
	check_ok(fstat(found, &found_status));
	check_uint(found_status.st_ino, expected_status.st_ino);
	close(found);
}

static void a_file_is_found_by_build_id(void)
{
	struct elf_made made, debug;
	struct folder folder;

	if (!folder_make(&folder))
		return;
	elf_make(&made, ET_DYN);
	add_build_id(&made, "\x0a\xff\x01\x80");
	elf_make(&debug, ET_DYN);
	add_build_id(&debug, "\x0a\xff\x01\x81");
	check_found(&made, "/x", folder.path, &folder, "");
	put(&folder, ".build-id/0a/ff0180.debug", &made);
	check_found(&made, "/x", folder.path, &folder, ".build-id/0a/ff0180.debug");
	put(&folder, ".build-id/0a/ff0180.debug", &debug);
	check_found(&made, "/x", folder.path, &folder, "");
	elf_make(&made, ET_DYN);
	check_found(&made, "/x", folder.path, &folder, "");
	folder_remove(&folder);
}

static void a_file_is_found_by_link(void)
{
	struct elf_made made, debug;
	struct folder folder;
	char path[256], deep[256];

	if (!folder_make(&folder))
		return;
	snprintf(path, sizeof(path), "%s/lib.so", folder.path);
	elf_make(&debug, ET_DYN);
	elf_make(&made, ET_DYN);
	add_link(&made, "lib.debug", &debug);
	check_found(&made, path, "/nowhere", &folder, "");
	put(&folder, ".debug/lib.debug", &debug);
	check_found(&made, path, "/nowhere", &folder, ".debug/lib.debug");
	put(&folder, "lib.debug", &debug);
	check_found(&made, path, "/nowhere", &folder, "lib.debug");
	/* Another build's has another checksum. */
	debug.bytes[ELF_FILE_BYTES - 1] ^= 1;
	put(&folder, "lib.debug", &debug);
	check_found(&made, path, "/nowhere", &folder, ".debug/lib.debug");
	debug.bytes[ELF_FILE_BYTES - 1] ^= 1;
	put(&folder, "usr/lib/lib.debug", &debug);
	check_found(&made, "/usr/lib/lib.so", folder.path, &folder, "usr/lib/lib.debug");
	snprintf(deep, sizeof(deep), "%s/usr/lib.so", folder.path);
	check_found(&made, deep, "/nowhere", &folder, "");
	check_found(&made, "lib.so", "/nowhere", &folder, "");
	folder_remove(&folder);
}

static void a_link_that_leads_elsewhere_is_not_followed(void)
{
	static const char *const names[] = {"", "../lib.debug", "sub/lib.debug", "..", "pipe"};
	struct elf_made made, debug;
	struct folder folder;
	char path[256];

	if (!folder_make(&folder))
		return;
	snprintf(path, sizeof(path), "%s/pipe", folder.path);
	check_ok(mkfifo(path, 0600));
	elf_make(&debug, ET_DYN);
	put(&folder, "lib.debug", &debug);
	put(&folder, "sub/lib.debug", &debug);
	snprintf(path, sizeof(path), "%s/lib.so", folder.path);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		elf_make(&made, ET_DYN);
		add_link(&made, names[i], &debug);
		check_found(&made, path, "/nowhere", &folder, "");
	}
	folder_remove(&folder);
}

static void notes_of_absurd_size_are_not_read(void)
{
	struct elf_made made;
	struct folder folder;

	if (!folder_make(&folder))
		return;
	elf_make(&made, ET_DYN);
	add_build_id(&made, "\x0a\xff\x01\x80");
	put(&folder, ".build-id/0a/ff0180.debug", &made);
	check_found(&made, "/x", folder.path, &folder, ".build-id/0a/ff0180.debug");
	elf_add_section(&made, ".note", SHT_NOTE, AT_ID, 1 << 25);
	check_found(&made, "/x", folder.path, &folder, "");
	elf_head(&made)->e_shnum--;
	elf_add_segment(&made, PT_NOTE, 1 << 25, 4);
	check_found(&made, "/x", folder.path, &folder, "");
	folder_remove(&folder);
}

CU_TestInfo debug_file_tests[] = {
	TEST(a_file_is_found_by_build_id),
	TEST(a_file_is_found_by_link),
	TEST(a_link_that_leads_elsewhere_is_not_followed),
	TEST(notes_of_absurd_size_are_not_read),
	CU_TEST_INFO_NULL,
};
