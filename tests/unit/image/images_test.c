// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* The process that maps files is the test itself. */
#include "image/images.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "check.h"
#include "elf_file.h"
#include "folder.h"
#include "memory.h"
#include "target/maps.h"

enum {
	NOTE_AT = ELF_AT_NOTES
};

struct files {
	struct folder folder;
	struct images images;
	char path[128]; /* of the last one put */
};

static bool files_make(struct files *files)
{
	*files = (struct files){0};
	return folder_make(&files->folder);
}

static void files_done(struct files *files)
{
	images_done(&files->images);
	folder_remove(&files->folder);
}

static struct image_mapping put(struct files *files, const char *name, const void *bytes,
				size_t size)
{
	struct stat status;

	folder_put(&files->folder, name, bytes, size);
	snprintf(files->path, sizeof(files->path), "%s/%s", files->folder.path, name);
	check_ok(stat(files->path, &status));
	return (struct image_mapping){
		.pid = getpid(),
		.path = files->path,
		.start = 0x7f0000000000,
		.length = 0x2000,
		.device = status.st_dev,
		.inode = status.st_ino,
	};
}

static struct image_mapping put_elf(struct files *files, const char *name,
				    const struct elf_made *made)
{
	return put(files, name, made->bytes, sizeof(made->bytes));
}

static void make(struct elf_made *made)
{
	elf_make(made, ET_DYN);
	elf_segments(made)->p_flags = PF_R | PF_X;
}

static void each_file_is_looked_at_once(void)
{
	const struct image *first = NULL, *again = NULL, *other = NULL;
	struct files files;
	struct elf_made made;
	char byte;

	if (!files_make(&files))
		return;
	make(&made);
	struct image_mapping mapping = put_elf(&files, "a.so", &made);
	check_ok(images_find(&files.images, &mapping, &first));
	check_ok(images_find(&files.images, &mapping, &again));
	check_true(first == again);
	if (check_not_null(first)) {
		check_uint(first->id, 1);
		check_str(first->path, files.path);
		check_uint(first->base_vaddr, ELF_VADDR);
		check_uint(first->segment_count, 1);
		check_uint(first->build_id_bytes, 0);
		check_null(first->memory);
		check_int(pread(first->fd, &byte, 1, 1), 1);
		check_int(byte, 'E');
	}
	mapping = put_elf(&files, "b.so", &made);
	check_ok(images_find(&files.images, &mapping, &other));
	check_true(other != first && images_get(&files.images, 1) == first);
	check_true(images_get(&files.images, 2) == other);
	check_null(images_get(&files.images, 0));
	check_null(images_get(&files.images, 3));
	files_done(&files);
}

static void a_file_that_was_written_anew_is_another_image(void)
{
	static const struct timespec later[2] = {{.tv_sec = 5}, {.tv_sec = 5}};
	const struct image *first = NULL, *second = NULL;
	struct files files;
	struct elf_made made;

	if (!files_make(&files))
		return;
	make(&made);
	struct image_mapping mapping = put_elf(&files, "a.so", &made);
	check_ok(images_find(&files.images, &mapping, &first));
	check_ok(utimensat(AT_FDCWD, files.path, later, 0));
	check_ok(images_find(&files.images, &mapping, &second));
	check_true(first && second && first->id == 1 && second->id == 2);
	files_done(&files);
}

static int open_files(void)
{
	int count = 0;

	for (int fd = 0; fd < 1024; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void what_is_no_file_of_machine_code_is_remembered_and_let_go(void)
{
	const struct image *found = NULL;
	struct files files;
	struct elf_made made;
	int before = open_files();

	if (!files_make(&files))
		return;
	make(&made);
	elf_head(&made)->e_machine = EM_AARCH64;
	struct image_mapping mapping = put_elf(&files, "arm.so", &made);
	check_int(images_find(&files.images, &mapping, &found), -ENOENT);
	make(&made);
	elf_segments(&made)->p_type = PT_NULL;
	mapping = put_elf(&files, "nothing.so", &made);
	check_int(images_find(&files.images, &mapping, &found), -ENOENT);
	mapping = put(&files, "text", "#!/bin/sh\n", 10);
	check_int(images_find(&files.images, &mapping, &found), -ENOENT);
	check_int(images_find(&files.images, &mapping, &found), -ENOENT);
	check_uint(files.images.list.count, 3);
	check_int(open_files(), before);
	check_null(found);
	files_done(&files);
}

static void what_is_no_file_is_no_image(void)
{
	static const char *const paths[] = {"", "[heap]", "[vsyscall]", "/memory", "vdso"};
	const struct image *found = NULL;
	struct images images = {0};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		check_int(images_find(&images,
				      &(struct image_mapping){.pid = getpid(), .path = paths[i]},
				      &found),
			  -ENOENT);
	check_int(images_find(&images,
			      &(struct image_mapping){
				      .pid = getpid(), .path = "/no/such/file", .inode = 1},
			      &found),
		  -ESTALE);
	check_uint(images.list.count, 0);
	images_done(&images);
}

/* Of a process of another kind it may have any size; it is read where we have it. */
static void the_vdso_is_our_own(void)
{
	struct image_mapping mapping = {
		.pid = 1, .path = "[vdso]", .start = 0x7ffc00001000, .length = 1ULL << 40};
	const struct image *vdso = NULL, *again = NULL;
	struct images images = {0};
	uint64_t base = 0;

	check_ok(images_find(&images, &mapping, &vdso));
	check_ok(images_find(&images, &mapping, &again));
	if (check_not_null(vdso)) {
		check_true(vdso == again && vdso->fd == -1);
		check_uint((uintptr_t)vdso->memory, getauxval(AT_SYSINFO_EHDR));
		check_true(vdso->memory_bytes >= 4096 && vdso->memory_bytes < 1 << 20);
		check_ok(image_base(vdso, &mapping, &base));
		check_uint(base, 0x7ffc00001000);
	}
	images_done(&images);
}

/* A note of this kind, owner and content. */
static void put_note(struct elf_made *made, uint32_t type, const char *owner, uint32_t id_bytes)
{
	Elf64_Nhdr *note = (Elf64_Nhdr *)(made->bytes + NOTE_AT);

	elf_add_segment(made, PT_NOTE, sizeof(*note) + 4 + (id_bytes + 3) / 4 * 4, 4)->p_offset =
		NOTE_AT;
	*note = (Elf64_Nhdr){.n_namesz = 4, .n_descsz = id_bytes, .n_type = type};
	memcpy(note + 1, owner, 4);
	for (uint32_t i = 0; i < id_bytes && i < 64; i++)
		made->bytes[NOTE_AT + sizeof(*note) + 4 + i] = (uint8_t)(i + 1);
}

static void the_build_id_is_the_one_of_the_linker(void)
{
	static const struct {
		uint32_t type, bytes, expected;
		const char *owner;
	} notes[] = {
		{NT_GNU_BUILD_ID, 20, 20, "GNU"},
		{NT_GNU_BUILD_ID, 8, 8, "GNU"},
		{NT_GNU_BUILD_ID, 32, BUILD_ID_BYTES, "GNU"},
		{NT_GNU_BUILD_ID, 0, 0, "GNU"},
		{NT_GNU_ABI_TAG, 16, 0, "GNU"},
		{NT_GNU_BUILD_ID, 20, 0, "Go\0"},
		{NT_GNU_BUILD_ID, 0x7ffffff0, 0, "GNU"},
	};
	struct files files;

	if (!files_make(&files))
		return;
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
		const struct image *image = NULL;
		struct elf_made made;
		char name[16];
		make(&made);
		put_note(&made, notes[i].type, notes[i].owner, notes[i].bytes);
		snprintf(name, sizeof(name), "%zu.so", i);
		struct image_mapping mapping = put_elf(&files, name, &made);
		check_ok(images_find(&files.images, &mapping, &image));
		if (!check_not_null(image))
			continue;
		check_uint(image->build_id_bytes, notes[i].expected);
		for (uint32_t byte = 0; byte < image->build_id_bytes; byte++)
			check_uint(image->build_id[byte], byte + 1);
	}
	files_done(&files);
}

static void segments_beyond_the_limit_are_left_out(void)
{
	const struct image *image = NULL;
	struct files files;
	struct elf_made made;

	if (!files_make(&files))
		return;
	make(&made);
	elf_head(&made)->e_shnum = elf_head(&made)->e_shstrndx = 0;
	for (uint64_t i = 1; i <= IMAGE_SEGMENTS; i++)
		elf_add_segment(&made, PT_LOAD, 16, 4096)->p_vaddr = ELF_VADDR - i * 0x1000 + 8;
	struct image_mapping mapping = put_elf(&files, "many.so", &made);
	check_ok(images_find(&files.images, &mapping, &image));
	if (check_not_null(image)) {
		check_uint(image->segment_count, IMAGE_SEGMENTS);
		check_uint(image->base_vaddr, ELF_VADDR - (IMAGE_SEGMENTS - 1) * 0x1000);
	}
	files_done(&files);
}

/* Read-only parts, code, data, as linkers lay them out; and one whose code is at its end. */
static void the_base_follows_from_the_mapping_of_code(void)
{
	const struct image image = {
		.base_vaddr = 0x400000,
		.segment_count = 3,
		.segments = {{0x400000, 0, 0x1800, false},
			     {0x402800, 0x1800, 0x3000, true},
			     {0x406800, 0x4800, 0x800, false}},
	};
	static const struct {
		uint64_t start, length, offset;
		int err;
		uint64_t base;
	} mappings[] = {
		{0x7f0000001000, 0x4000, 0x1000, 0, 0x7f0000000000 - 0x1000},
		{0x402000, 0x4000, 0x1000, 0, 0x400000},
		{0x7f0000001000, 0x1000, 0x3000, 0, 0x7f0000001000 - 0x4000},
		{0x7f0000001000, 0x1000, 0, -ENOENT, 0},
		{0x7f0000001000, 0x1000, 0x5000, -ENOENT, 0},
		{0x7f0000001000, 0x1000, UINT64_MAX - 0xfff, -ENOENT, 0},
	};

	for (size_t i = 0; i < sizeof(mappings) / sizeof(mappings[0]); i++) {
		struct image_mapping mapping = {.start = mappings[i].start,
						.length = mappings[i].length,
						.file_offset = mappings[i].offset};
		uint64_t base = 0;
		check_int(image_base(&image, &mapping, &base), mappings[i].err);
		check_uint(base, mappings[i].base);
	}
}

struct loaded {
	struct images images;
	unsigned int found, compared;
};

struct place {
	uint64_t address, base;
};

static int compare_place(struct dl_phdr_info *info, size_t size, void *context)
{
	struct place *place = context;
	uint64_t lowest = UINT64_MAX;
	bool inside = false;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		uint64_t start = info->dlpi_addr + segment->p_vaddr;
		if (segment->p_type != PT_LOAD)
			continue;
		lowest = start < lowest ? start : lowest;
		inside |= place->address >= (start & ~4095ULL) &&
			  place->address < start + segment->p_memsz;
	}
	if (inside)
		place->base = lowest & ~4095ULL;
	return inside;
}

static int find_line(void *context, const struct map_line *line)
{
	struct image_mapping mapping = {
		.pid = getpid(),
		.path = line->path,
		.start = line->start,
		.length = line->end - line->start,
		.file_offset = line->file_offset,
		.device = makedev(line->device_major, line->device_minor),
		.inode = line->inode,
	};
	struct place place = {.address = line->start};
	struct loaded *loaded = context;
	const struct image *image;
	uint64_t base;

	if (!line->executable || images_find(&loaded->images, &mapping, &image))
		return 0;
	check_ok(image_base(image, &mapping, &base));
	loaded->found++;
	if (!dl_iterate_phdr(compare_place, &place))
		return 0;
	loaded->compared++;
	check_uint(base, place.base);
	return 0;
}

/* Of all that this process has mapped, as its dynamic linker says. */
static void bases_are_those_of_the_dynamic_linker(void)
{
	struct loaded loaded = {0};

	check_ok(maps_read(getpid(), find_line, &loaded));
	check_true(loaded.found >= 3);
	check_true(loaded.compared >= 3);
	images_done(&loaded.images);
}

/* A libelf that is linked in is short of memory too, and what it cannot read is no image. */
static void each_allocation_may_fail(void)
{
	struct files files;
	struct elf_made made;
	unsigned int nth = 1;

	if (!files_make(&files))
		return;
	make(&made);
	struct image_mapping mapping = put_elf(&files, "a.so", &made);
	for (;; nth++) {
		const struct image *image = NULL;
		memory_fail_at(nth);
		int err = images_find(&files.images, &mapping, &image);
		bool failed = memory_failed();
		check_true(failed ? !err || err == -ENOMEM || err == -ENOENT || err == -ESTALE
				  : !err);
		check_int(image != NULL, !err);
		images_done(&files.images);
		if (!failed)
			break;
	}
	check_true(nth > 3);
	files_done(&files);
}

CU_TestInfo images_tests[] = {
	TEST(each_file_is_looked_at_once),
	TEST(a_file_that_was_written_anew_is_another_image),
	TEST(what_is_no_file_of_machine_code_is_remembered_and_let_go),
	TEST(what_is_no_file_is_no_image),
	TEST(the_vdso_is_our_own),
	TEST(the_build_id_is_the_one_of_the_linker),
	TEST(segments_beyond_the_limit_are_left_out),
	TEST(the_base_follows_from_the_mapping_of_code),
	TEST(bases_are_those_of_the_dynamic_linker),
	TEST(each_allocation_may_fail),
	CU_TEST_INFO_NULL,
};
