// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/interpreters.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/vec.h"
#include "target/maps.h"

struct interpreters_file {
	dev_t device;
	ino_t inode;
	struct timespec changed;	 /* zero when the path led nowhere */
	struct interpreter *interpreter; /* NULL = not a Python */
};

/* A search for one mapping of a file. */
struct wanted_file {
	dev_t device;
	ino_t inode;
	uint64_t start, end;
};

static int compare_map(void *context, const struct map_line *map)
{
	struct wanted_file *wanted = context;

	if (map->inode != wanted->inode ||
	    makedev(map->device_major, map->device_minor) != wanted->device)
		return 0;
	wanted->start = map->start;
	wanted->end = map->end;
	return 1;
}

/* Opens the file through the process's own list of mappings, which keeps deleted files. */
static int map_file_open(pid_t pid, dev_t device, ino_t inode)
{
	struct wanted_file wanted = {.device = device, .inode = inode};
	char path[64];

	if (maps_read(pid, compare_map, &wanted) != 1)
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/map_files/%" PRIx64 "-%" PRIx64, pid, wanted.start,
		 wanted.end);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/*
 * Some file systems (overlayfs, btrfs) tell stat() another device than /proc/PID/maps: with the
 * right inode number the path is second best.
 */
static int mapped_file_open(pid_t pid, const char *path, const struct stat *status, dev_t device,
			    ino_t inode)
{
	bool same_inode = status && S_ISREG(status->st_mode) && status->st_ino == inode;
	int fd = -1;

	if (!same_inode || status->st_dev != device)
		fd = map_file_open(pid, device, inode);
	if (fd < 0 && same_inode)
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return fd;
}

static const struct interpreters_file *lookup(const struct interpreters *interpreters, dev_t device,
					      ino_t inode, struct timespec changed)
{
	for (size_t i = 0; i < interpreters->count; i++) {
		const struct interpreters_file *file = &interpreters->items[i];
		if (file->inode == inode && file->device == device &&
		    file->changed.tv_sec == changed.tv_sec &&
		    file->changed.tv_nsec == changed.tv_nsec)
			return file;
	}
	return NULL;
}

/* Adds what `fd` is, Python or not. */
static int remember(struct interpreters *interpreters, int fd, const char *path,
		    struct interpreters_file file)
{
	CLEANUP(freep) struct interpreter *interpreter = calloc(1, sizeof(*interpreter));
	int err;

	if (!interpreter)
		return -ENOMEM;
	err = interpreter_inspect(fd, path, interpreter);
	if (err && err != -ENOENT)
		return err;
	file.interpreter = err ? NULL : interpreter;
	err = vec_push(interpreters, file);
	if (!err && file.interpreter)
		interpreter = NULL; /* the table owns it now */
	return err;
}

static int answer(const struct interpreters_file *file, const struct interpreter **interpreter)
{
	if (!file->interpreter)
		return -ENOENT;
	*interpreter = file->interpreter;
	return 0;
}

int interpreters_find(struct interpreters *interpreters, pid_t pid, const char *path, dev_t device,
		      ino_t inode, const struct interpreter **interpreter)
{
	CLEANUP(freep) char *rooted = NULL;
	struct interpreters_file wanted = {.device = device, .inode = inode};
	struct stat status;
	int err;

	if (path[0] != '/' || !inode)
		return -ENOENT;
	if (asprintf(&rooted, "/proc/%d/root%s", pid, path) < 0) {
		rooted = NULL;
		return -ENOMEM;
	}
	bool exists = !stat(rooted, &status);
	if (exists)
		wanted.changed = status.st_mtim;
	const struct interpreters_file *known = lookup(interpreters, device, inode, wanted.changed);
	if (known)
		return answer(known, interpreter);
	CLEANUP(closep)
	int fd = mapped_file_open(pid, rooted, exists ? &status : NULL, device, inode);
	if (fd < 0) {
		debug("cannot open '%s' as process %d maps it", path, pid);
		return -ESTALE;
	}
	err = remember(interpreters, fd, path, wanted);
	return err ? err : answer(&interpreters->items[interpreters->count - 1], interpreter);
}

void interpreters_done(struct interpreters *interpreters)
{
	for (size_t i = 0; i < interpreters->count; i++)
		free(interpreters->items[i].interpreter);
	vec_done(interpreters);
}
