// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "target/mapped_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "target/maps.h"

enum {
	MORE_LOOKS = 2
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
static int map_file_open(const struct mapped_file *file)
{
	struct wanted_file wanted = {.device = file->device, .inode = file->inode};
	char path[64];

	if (maps_read(file->pid, compare_map, &wanted) != 1)
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/map_files/%" PRIx64 "-%" PRIx64, file->pid,
		 wanted.start, wanted.end);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static char *rooted_path(const struct mapped_file *file)
{
	char *rooted = NULL;

	return asprintf(&rooted, "/proc/%d/root%s", file->pid, file->path) < 0 ? NULL : rooted;
}

/* Of a process that is gone: the same path here, if it is the very file. */
static bool stat_here(const struct mapped_file *file, struct stat *status)
{
	struct stat here;

	if (!kill(file->pid, 0) || errno != ESRCH || stat(file->path, &here) ||
	    here.st_dev != file->device || here.st_ino != file->inode)
		return false;
	*status = here;
	return true;
}

bool mapped_file_stat(const struct mapped_file *file, struct stat *status)
{
	CLEANUP(freep) char *rooted = rooted_path(file);

	return rooted && (!stat(rooted, status) || stat_here(file, status));
}

/*
 * Some file systems (overlayfs, btrfs) tell stat() another device than /proc/PID/maps: with the
 * right inode number the path is second best. A file can go, and a mapping be cut in two, while we
 * look: then the process's own list is asked once more.
 */
int mapped_file_open(const struct mapped_file *file, const struct stat *status)
{
	bool same_inode = status && S_ISREG(status->st_mode) && status->st_ino == file->inode;
	CLEANUP(freep) char *rooted = rooted_path(file);
	struct stat here;
	int fd = -1;

	if (!same_inode || status->st_dev != file->device)
		fd = map_file_open(file);
	if (fd < 0 && same_inode && rooted)
		fd = open(rooted, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	for (int i = 0; i < MORE_LOOKS && fd < 0; i++)
		fd = map_file_open(file);
	if (fd < 0 && stat_here(file, &here))
		fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return fd < 0 ? -ESTALE : fd;
}
