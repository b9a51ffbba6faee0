// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "target/maps.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

bool maps_parse_line(const char *line, struct map_line *map)
{
	struct map_line got = {0};
	char permissions[5];
	int path = 0;

	if (sscanf(line,
		   "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %" SCNx32 ":%" SCNx32 " %" SCNu64 "%n",
		   &got.start, &got.end, permissions, &got.file_offset, &got.device_major,
		   &got.device_minor, &got.inode, &path) != 7 ||
	    !path || got.end < got.start || strlen(permissions) != 4)
		return false;
	got.executable = permissions[2] == 'x';
	got.path = line + path + strspn(line + path, " ");
	*map = got;
	return true;
}

int maps_read(pid_t pid, map_line_fn on_line, void *context)
{
	CLEANUP(fclosep) FILE *stream = NULL;
	CLEANUP(freep) char *line = NULL;
	size_t capacity = 0;
	struct map_line map;
	char name[32];
	int err = 0;

	snprintf(name, sizeof(name), "/proc/%d/maps", pid);
	stream = fopen(name, "re");
	if (!stream)
		return -errno;
	while (!err && getline(&line, &capacity, stream) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (maps_parse_line(line, &map))
			err = on_line(context, &map);
	}
	return err;
}
