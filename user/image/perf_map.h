/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_IMAGE_PERF_MAP_H
#define LTSBPF_IMAGE_PERF_MAP_H
/*
 * The text file in which a process tells perf the names of its code: Linux 6.12,
 * tools/perf/Documentation/jit-interface.txt. A line is "START SIZE name with blanks", the numbers
 * hexadecimal. Written by CPython's -X perf, node --perf-basic-prof, .NET, Java's agents.
 */
#include "image/appended_file.h"
#include "image/code_ranges.h"

/* Whose it is. */
struct perf_map_process {
	pid_t pid;
	pid_t namespace_pid; /* as the process knows itself, by which it names its files */
	uid_t uid;	     /* effective */
};

/* 0 or -ESRCH: there is no such process. */
int perf_map_process_of(pid_t pid, struct perf_map_process *process);

/* A zeroed one is empty. */
struct perf_map {
	struct appended_file file;
	struct code_ranges ranges;
};

/*
 * Reads what is new in /tmp/perf-PID.map as the process sees /tmp and its pid; where there is none,
 * in ours. No link is followed at its end. What was read stays when the process is gone, and so
 * does the file, which is kept open. 0; -ENOENT: there is none; -EPERM: it is a link, no regular
 * file, or belongs to neither the process's user nor root; -EFBIG: names are left out; -EINVAL:
 * a line of 1 MiB, behind which nothing is read; -ENOMEM, or -errno of reading.
 */
int perf_map_refresh(struct perf_map *map, const struct perf_map_process *process);

/*
 * The rule, without the file: takes all whole lines, and skips what is no line of a perf map.
 * Returns the bytes they have, -ENOMEM or -EFBIG. code_ranges_settle() is the caller's.
 */
int64_t perf_map_take(struct code_ranges *ranges, const char *data, size_t size);

/* *name is borrowed until the next refresh. False, and *name untouched: not known. */
bool perf_map_find(const struct perf_map *map, uint64_t address, const char **name);

void perf_map_done(struct perf_map *map);

#endif
