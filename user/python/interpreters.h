/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PYTHON_INTERPRETERS_H
#define LTSBPF_PYTHON_INTERPRETERS_H
/*
 * What is known of the files that processes map: which of them are interpreters. Each file is
 * looked at once, whatever came out; a file is its device, inode and time of last change.
 */
#include <stddef.h>
#include <sys/types.h>

#include "python/interpreter.h"

struct interpreters_file;

/* Zeroed = empty. */
struct interpreters {
	struct interpreters_file *items;
	size_t count, capacity;
};

/*
 * The interpreter in a file that process `pid` maps; path, device and inode are those of a line of
 * /proc/PID/maps. The answer lives until interpreters_done().
 * 0; -ENOENT: not a Python; -ESTALE: the file cannot be opened as it was mapped (the process is
 * gone, or the file was deleted or replaced and /proc/PID/map_files is closed to us), which is not
 * remembered; otherwise as interpreter_inspect().
 */
int interpreters_find(struct interpreters *interpreters, pid_t pid, const char *path, dev_t device,
		      ino_t inode, const struct interpreter **interpreter);

void interpreters_done(struct interpreters *interpreters);

#endif
