// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/output.h"

#include <string.h>

const struct output_format output_formats[] = {
	{.name = "svg", .ending = ".svg", .write = flamegraph_write, .detail = true},
	{.name = "pstats", .ending = ".stats", .write = pstats_write},
	{.name = "folded", .ending = ".folded", .write = folded_write},
	{.name = "speedscope",
	 .ending = ".speedscope.json",
	 .write = speedscope_write,
	 .timeline = true},
	{.name = "pprof", .ending = ".pb.gz", .write = pprof_write, .detail = true},
	{.name = "firefox", .ending = ".gecko.json", .write = firefox_write, .timeline = true},
	{.name = "chrome", .ending = ".chrome.json", .write = chrome_write, .timeline = true},
	{.name = "callgrind", .ending = ".callgrind", .write = callgrind_write, .detail = true},
	{.name = "gh-benchmark", .ending = ".gh-benchmark.json", .write = gh_benchmark_write},
	{0},
};

const struct output_format *output_find(const char *name, size_t length)
{
	for (const struct output_format *format = output_formats; format->name; format++)
		if (strlen(format->name) == length && !memcmp(format->name, name, length))
			return format;
	return NULL;
}
