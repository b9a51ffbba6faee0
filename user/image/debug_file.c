// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/debug_file.h"

#include <elfutils/libdwelf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "base/cleanup.h"

enum {
	BUILD_ID_LEAST = 2,
	BUILD_ID_MOST = 64,
	NOTES_BYTES_MOST = 1 << 24,
	CHECKED_BYTES = 1 << 16,
};

/* Whether libdw may look for notes and names of sections: it reads them whole. */
static bool is_readable(Elf *elf)
{
	size_t names, segments;
	GElf_Shdr section;
	GElf_Phdr segment;

	if (elf_getshdrstrndx(elf, &names) || elf_getphdrnum(elf, &segments))
		return false;
	for (size_t i = 0; i < segments; i++)
		if (gelf_getphdr(elf, (int)i, &segment) && segment.p_type == PT_NOTE &&
		    segment.p_filesz > NOTES_BYTES_MOST)
			return false;
	for (Elf_Scn *at = NULL; (at = elf_nextscn(elf, at));)
		if (gelf_getshdr(at, &section) && section.sh_size > NOTES_BYTES_MOST &&
		    (section.sh_type == SHT_NOTE || elf_ndxscn(at) == names))
			return false;
	return true;
}

/* Not through a pipe or a device that somebody put there: that could wait for ever. */
static int open_regular(const char *path)
{
	CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;

	return fd >= 0 && !fstat(fd, &status) && S_ISREG(status.st_mode) ? TAKE_FD(fd) : -ENOENT;
}

static bool has_build_id(int fd, const void *wanted, ssize_t size)
{
	Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
	const void *found;
	bool same = elf_kind(elf) == ELF_K_ELF && is_readable(elf) &&
		    dwelf_elf_gnu_build_id(elf, &found) == size && !memcmp(found, wanted, size);

	elf_end(elf);
	return same;
}

static int open_by_build_id(Elf *elf, const char *root)
{
	char path[PATH_MAX], rest[2 * BUILD_ID_MOST + 1];
	const void *found;
	ssize_t size = dwelf_elf_gnu_build_id(elf, &found);
	const uint8_t *id = found;

	if (size < BUILD_ID_LEAST || size > BUILD_ID_MOST)
		return -ENOENT;
	for (ssize_t i = 1; i < size; i++)
		snprintf(rest + 2 * (i - 1), 3, "%02x", id[i]);
	int length = snprintf(path, sizeof(path), "%s/.build-id/%02x/%s.debug", root, id[0], rest);
	if (length < 0 || (size_t)length >= sizeof(path))
		return -ENOENT;
	CLEANUP(closep) int fd = open_regular(path);
	return fd >= 0 && has_build_id(fd, id, size) ? TAKE_FD(fd) : -ENOENT;
}

static bool has_checksum(int fd, GElf_Word wanted)
{
	CLEANUP(freep) uint8_t *bytes = malloc(CHECKED_BYTES);
	uLong checksum = crc32(0, NULL, 0);
	off_t at = 0;
	ssize_t size;

	while (bytes && (size = pread(fd, bytes, CHECKED_BYTES, at)) > 0) {
		checksum = crc32(checksum, bytes, (uInt)size);
		at += size;
	}
	return at && !size && checksum == wanted;
}

static int open_by_link(Elf *elf, const char *path, const char *root)
{
	const struct {
		const char *root, *below;
	} places[] = {{"", ""}, {"", ".debug/"}, {root, ""}};
	const char *slash = strrchr(path, '/');
	GElf_Word checksum;
	const char *name = dwelf_elf_gnu_debuglink(elf, &checksum);

	if (!name || !*name || strchr(name, '/') || *path != '/')
		return -ENOENT;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		CLEANUP(freep) char *candidate = NULL;

		if (asprintf(&candidate, "%s%.*s%s%s", places[i].root, (int)(slash - path + 1),
			     path, places[i].below, name) < 0) {
			candidate = NULL;
			continue;
		}
		CLEANUP(closep) int fd = open_regular(candidate);
		if (fd >= 0 && has_checksum(fd, checksum))
			return TAKE_FD(fd);
	}
	return -ENOENT;
}

int debug_file_open(Elf *elf, const char *path, const char *root)
{
	if (!is_readable(elf))
		return -ENOENT;
	int fd = open_by_build_id(elf, root);
	return fd >= 0 ? fd : open_by_link(elf, path, root);
}
