// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/output.h"

#include <string.h>

const struct output_format output_formats[] = {
	{.name = "svg", .ending = ".svg", .write = flamegraph_write, .detail = true},
	{.name = "pstats", .ending = ".stats", .write = pstats_write},
	{.name = "folded", .ending = ".folded", .write = folded_write},
	{0},
};

const struct output_format *output_find(const char *name, size_t length)
{
	for (const struct output_format *format = output_formats; format->name; format++)
		if (strlen(format->name) == length && !memcmp(format->name, name, length))
			return format;
	return NULL;
}
