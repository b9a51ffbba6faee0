/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_FOLDER_H
#define LTSBPF_TESTS_FOLDER_H
/* A folder for one test, removed at its end with what is in it. */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

struct folder {
	char path[64];
};

static inline bool folder_make(struct folder *folder)
{
	snprintf(folder->path, sizeof(folder->path), "/tmp/ltsbpf-test-XXXXXX");
	return check_not_null(mkdtemp(folder->path));
}

static inline int folder_remove_one_(const char *path, const struct stat *stat_of, int kind,
				     struct FTW *place)
{
	(void)stat_of, (void)kind, (void)place;
	return remove(path);
}

static inline void folder_remove(const struct folder *folder)
{
	check_ok(nftw(folder->path, folder_remove_one_, 8, FTW_DEPTH | FTW_PHYS));
}

/* The file's size, -1 when there is none. */
static inline long folder_size_of(const struct folder *folder, const char *name)
{
	struct stat stat_of;
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	return lstat(path, &stat_of) ? -1 : (long)stat_of.st_size;
}

static inline void folder_put(const struct folder *folder, const char *name, const void *bytes,
			      size_t size)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	FILE *stream = fopen(path, "w");
	if (!check_not_null(stream))
		return;
	check_uint(fwrite(bytes, 1, size, stream), size);
	fclose(stream);
}

/* Whether the file has this text in it. */
static inline bool folder_holds(const struct folder *folder, const char *name, const char *part)
{
	char path[256], text[65536];

	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	FILE *stream = fopen(path, "r");
	if (!stream)
		return false;
	size_t size = fread(text, 1, sizeof(text), stream);
	fclose(stream);
	return memmem(text, size, part, strlen(part));
}

#endif
