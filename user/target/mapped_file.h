/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TARGET_MAPPED_FILE_H
#define LTSBPF_TARGET_MAPPED_FILE_H
/* The files that a process has mapped, in whatever mount namespace it is. */
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

/* What a line of /proc/PID/maps tells. */
struct mapped_file {
	pid_t pid;
	const char *path; /* as the process sees it; borrowed */
	dev_t device;
	ino_t inode;
};

/* What stands at the path now; false when there is nothing. */
bool mapped_file_stat(const struct mapped_file *file, struct stat *status);

/*
 * Opens the very file that is mapped, also when it was deleted or replaced; status as from
 * mapped_file_stat(), NULL when there is nothing. A descriptor, or -ESTALE: the process is gone, or
 * /proc/PID/map_files is closed to us.
 */
int mapped_file_open(const struct mapped_file *file, const struct stat *status);

#endif
