// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* Any line of /proc/PID/maps: what is taken lies within the line. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "target/maps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(freep) char *line = strndup((const char *)data, size);
	struct map_line map;

	if (line && maps_parse_line(line, &map) &&
	    (map.path < line || map.path > line + strlen(line) || map.end < map.start))
		abort();
	return 0;
}
