/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TARGET_MAPS_H
#define LTSBPF_TARGET_MAPS_H
/*
 * /proc/PID/maps, whose lines proc(5) describes:
 *	start-end perms offset major:minor inode          path
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct map_line {
	uint64_t start, end, file_offset;
	bool executable;
	uint32_t device_major, device_minor;
	uint64_t inode;
	const char *path; /* points into the line; "" when there is none */
};

/* Takes one line without its newline; pure. False when it is none. */
bool maps_parse_line(const char *line, struct map_line *map);

/* Non-zero ends the reading. */
typedef int (*map_line_fn)(void *context, const struct map_line *map);

/* Calls back for each line. 0, what the callback returned, or -errno of opening, untold. */
int maps_read(pid_t pid, map_line_fn on_line, void *context);

#endif
