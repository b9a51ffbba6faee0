// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "base/file.h"

/* Counts up with every change of the file or of what the rows mean. */
#define VERSION 1
#define SUFFIX	".unwind"

enum {
	NAME_BYTES = 2 * UNWIND_CACHE_ID_BYTES + sizeof(SUFFIX)
};

static const char magic[8] = "ltsbpfuw";

/* Then the rows and the rules. Little endian, as everything that x86-64 writes. */
struct head {
	char magic[8];
	uint32_t version;
	uint32_t crc; /* CRC-32 of what follows this field */
	uint64_t rows, rules;
	uint64_t base_vaddr, fdes, unsupported;
};

struct unwind_cache {
	int folder;
	uint64_t limit_bytes;
};

int unwind_cache_open(const char *folder, uint64_t limit_bytes, struct unwind_cache **cache)
{
	struct unwind_cache *made = malloc(sizeof(*made));

	if (!made)
		return -ENOMEM;
	made->folder = file_open_folder(folder, 0700, true);
	made->limit_bytes = limit_bytes;
	if (made->folder < 0) {
		int err = made->folder;
		free(made);
		return err;
	}
	*cache = made;
	return 0;
}

void unwind_cache_free(struct unwind_cache *cache)
{
	if (cache)
		close(cache->folder);
	free(cache);
}

static bool file_name(const uint8_t *build_id, size_t id_bytes, char name[NAME_BYTES])
{
	if (!id_bytes || id_bytes > UNWIND_CACHE_ID_BYTES)
		return false;
	for (size_t i = 0; i < id_bytes; i++)
		sprintf(name + 2 * i, "%02x", build_id[i]);
	memcpy(name + 2 * id_bytes, SUFFIX, sizeof(SUFFIX));
	return true;
}

static uint32_t checksum(const struct head *head, const struct unwind_table *table)
{
	size_t skip = offsetof(struct head, rows);
	uint32_t crc = (uint32_t)crc32(0, (const Bytef *)head + skip, sizeof(*head) - skip);

	/* A NULL would mean "start anew" to crc32(). */
	if (head->rows)
		crc = (uint32_t)crc32_z(crc, (const Bytef *)table->rows.items,
					head->rows * sizeof(uint64_t));
	if (head->rules)
		crc = (uint32_t)crc32_z(crc, (const Bytef *)table->rules.items,
					head->rules * sizeof(struct unwind_rule));
	return crc;
}

/* Whether the head is one of ours, and of a file of this size. */
static bool head_fits(const struct head *head, uint64_t file_bytes)
{
	return !memcmp(head->magic, magic, sizeof(magic)) && head->version == VERSION &&
	       head->rows <= MAX_UNWIND_ROWS && head->rules <= MAX_UNWIND_RULES &&
	       file_bytes == sizeof(*head) + head->rows * sizeof(uint64_t) +
				     head->rules * sizeof(struct unwind_rule);
}

static int content_read(FILE *stream, const struct head *head, struct unwind_table *table)
{
	if (vec_reserve(&table->rows, head->rows) || vec_reserve(&table->rules, head->rules))
		return -ENOMEM;
	table->rows.count = head->rows;
	table->rules.count = head->rules;
	table->base_vaddr = head->base_vaddr;
	table->fdes = head->fdes;
	table->unsupported = head->unsupported;
	if (fread(table->rows.items, sizeof(uint64_t), head->rows, stream) != head->rows ||
	    fread(table->rules.items, sizeof(struct unwind_rule), head->rules, stream) !=
		    head->rules)
		return -ENOENT;
	return checksum(head, table) == head->crc && unwind_table_valid(table) ? 0 : -ENOENT;
}

int unwind_cache_load(const struct unwind_cache *cache, const uint8_t *build_id, size_t id_bytes,
		      struct unwind_table *table)
{
	CLEANUP(fclosep) FILE *stream = NULL;
	CLEANUP(closep) int fd = -1;
	struct unwind_table loaded = {0};
	char name[NAME_BYTES];
	struct stat status;
	struct head head;

	if (!file_name(build_id, id_bytes, name))
		return -ENOENT;
	fd = openat(cache->folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &status) || !S_ISREG(status.st_mode))
		return -ENOENT;
	stream = fdopen(fd, "r");
	if (!stream)
		return -ENOMEM;
	TAKE_FD(fd);
	if (fread(&head, sizeof(head), 1, stream) != 1 ||
	    !head_fits(&head, (uint64_t)status.st_size))
		return -ENOENT;
	int err = content_read(stream, &head, &loaded);
	if (err)
		unwind_table_done(&loaded);
	else
		*table = loaded;
	return err;
}

struct cached {
	char name[NAME_BYTES];
	struct timespec written;
	uint64_t bytes;
};

struct listing {
	VEC(struct cached) files;
	uint64_t bytes;
};

/* Ours by name: tables, and what a crash left of one being written. */
static bool is_cached(const char *name)
{
	size_t length = strlen(name), suffix = strlen(SUFFIX);

	return length < NAME_BYTES &&
	       (!strncmp(name, ".ltsbpf-", 8) ||
		(length > suffix && !strcmp(name + length - suffix, SUFFIX)));
}

static int listing_add(struct listing *listing, int folder, const char *name)
{
	struct cached file;
	struct stat status;

	if (!is_cached(name) || fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) ||
	    S_ISDIR(status.st_mode))
		return 0;
	memcpy(file.name, name, strlen(name) + 1); /* fits: is_cached() */
	file.written = status.st_mtim;
	file.bytes = (uint64_t)status.st_size;
	listing->bytes += file.bytes;
	return vec_push(&listing->files, file);
}

static int listing_read(struct listing *listing, int folder)
{
	CLEANUP(closep) int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent *entry;
	int err = 0;

	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	if (!directory)
		return -errno;
	TAKE_FD(fd);
	while (!err && (entry = readdir(directory)))
		err = listing_add(listing, folder, entry->d_name);
	closedir(directory);
	return err;
}

static int by_age(const void *left, const void *right)
{
	const struct timespec *a = &((const struct cached *)left)->written;
	const struct timespec *b = &((const struct cached *)right)->written;

	if (a->tv_sec != b->tv_sec)
		return a->tv_sec < b->tv_sec ? -1 : 1;
	return a->tv_nsec < b->tv_nsec ? -1 : a->tv_nsec > b->tv_nsec;
}

static int keep_limit(const struct unwind_cache *cache)
{
	struct listing listing = {0};
	int err = listing_read(&listing, cache->folder);

	if (!err && listing.bytes > cache->limit_bytes)
		qsort(listing.files.items, listing.files.count, sizeof(struct cached), by_age);
	for (size_t i = 0; !err && i < listing.files.count && listing.bytes > cache->limit_bytes;
	     i++) {
		const struct cached *file = &listing.files.items[i];
		if (unlinkat(cache->folder, file->name, 0) && errno != ENOENT)
			err = -errno;
		listing.bytes -= file->bytes;
	}
	vec_done(&listing.files);
	return err;
}

int unwind_cache_store(const struct unwind_cache *cache, const uint8_t *build_id, size_t id_bytes,
		       const struct unwind_table *table)
{
	struct head head = {.version = VERSION,
			    .rows = table->rows.count,
			    .rules = table->rules.count,
			    .base_vaddr = table->base_vaddr,
			    .fdes = table->fdes,
			    .unsupported = table->unsupported};
	struct file_draft draft;
	char name[NAME_BYTES];

	if (!file_name(build_id, id_bytes, name))
		return -EINVAL;
	memcpy(head.magic, magic, sizeof(magic));
	head.crc = checksum(&head, table);
	int err = file_draft_open(&draft, cache->folder, name);
	if (err)
		return err;
	fwrite(&head, sizeof(head), 1, draft.stream);
	if (head.rows)
		fwrite(table->rows.items, sizeof(uint64_t), head.rows, draft.stream);
	if (head.rules)
		fwrite(table->rules.items, sizeof(struct unwind_rule), head.rules, draft.stream);
	err = file_draft_commit(&draft); /* sees what fwrite() could not */
	return err ? err : keep_limit(cache);
}
