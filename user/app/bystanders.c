// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/bystanders.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "target/maps.h"

static int is_file(void *context, const struct map_line *line)
{
	const struct stat *file = context;

	/* The device differs from stat()'s on some file systems: the inode has to do. */
	return line->executable && line->inode == file->st_ino;
}

size_t bystanders_count(const struct stat *file)
{
	DIR *processes = opendir("/proc");
	const struct dirent *entry;
	struct stat wanted = *file;
	size_t count = 0;

	while (processes && (entry = readdir(processes))) {
		pid_t pid = atoi(entry->d_name);
		if (pid > 0 && maps_read(pid, is_file, &wanted) == 1)
			count++;
	}
	if (processes)
		closedir(processes);
	return count;
}

void bystanders_note(const struct stat *file, pid_t only)
{
	size_t count = only > 0 ? 0 : bystanders_count(file);

	if (count)
		note("%zu other process%s run%s this Python and %s slowed too while calls are "
		     "counted; --no-subprocesses spares them",
		     count, count > 1 ? "es" : "", count > 1 ? "" : "s", count > 1 ? "are" : "is");
}
