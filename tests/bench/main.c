// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 *	bench walk     [options] -- COMMAND...
 *	bench slowdown [options] --counts FILE -- COMMAND...
 *	bench stamp FILE COMMAND...
 *	bench tables FOLDER FILE...
 *	bench diff
 *	bench scale FILE SAMPLES STACKS DEPTH
 *
 *	--rate HZ or --tick    the clock (default 99)
 *	--seconds S            to measure for (default 10)
 *	--parts N              walk: in so many parts (default 10)
 *	--warm-up S            walk: after so long (default 0.7)
 *	--native               native and kernel frames too
 *	--outside              walk: the program is none of ours
 *	--slice MS             slowdown: switch so often (default 80)
 *	--recording FILE       where the recording goes (default /dev/null)
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "modes.h"
#include "synthetic_recording.h"

enum option_key {
	OPTION_RATE = 1,
	OPTION_TICK,
	OPTION_SECONDS,
	OPTION_PARTS,
	OPTION_WARM_UP,
	OPTION_NATIVE,
	OPTION_OUTSIDE,
	OPTION_SLICE,
	OPTION_COUNTS,
	OPTION_RECORDING
};

static const struct option known[] = {
	{"rate", required_argument, NULL, OPTION_RATE},
	{"tick", no_argument, NULL, OPTION_TICK},
	{"seconds", required_argument, NULL, OPTION_SECONDS},
	{"parts", required_argument, NULL, OPTION_PARTS},
	{"warm-up", required_argument, NULL, OPTION_WARM_UP},
	{"native", no_argument, NULL, OPTION_NATIVE},
	{"outside", no_argument, NULL, OPTION_OUTSIDE},
	{"slice", required_argument, NULL, OPTION_SLICE},
	{"counts", required_argument, NULL, OPTION_COUNTS},
	{"recording", required_argument, NULL, OPTION_RECORDING},
	{0},
};

static void take_option(struct bench_options *options, int key)
{
	switch (key) {
	case OPTION_RATE:
		options->profiled.session.rate_hz = atof(optarg);
		break;
	case OPTION_TICK:
		options->profiled.session.tick = true;
		break;
	case OPTION_SECONDS:
		options->time_ns = (uint64_t)(atof(optarg) * 1e9);
		break;
	case OPTION_PARTS:
		options->parts = (uint32_t)atoi(optarg);
		break;
	case OPTION_WARM_UP:
		options->warm_up_ns = (uint64_t)(atof(optarg) * 1e9);
		break;
	case OPTION_NATIVE:
		options->profiled.session.native = true;
		options->profiled.session.kernel = true;
		break;
	case OPTION_OUTSIDE:
		options->profiled.outside = true;
		break;
	case OPTION_SLICE:
		options->slice_ns = (uint64_t)(atof(optarg) * 1e6);
		break;
	case OPTION_COUNTS:
		options->counts = optarg;
		break;
	default:
		options->profiled.recording = optarg;
	}
}

static int usage(void)
{
	fputs("usage: bench walk|slowdown [options] -- COMMAND... | stamp FILE COMMAND... | "
	      "tables FOLDER FILE... | diff | scale FILE SAMPLES STACKS DEPTH\n",
	      stderr);
	return 2;
}

static int write_recording(char **argv)
{
	struct synthetic_size size = {
		.samples = strtoull(argv[3], NULL, 10),
		.stacks = (uint32_t)atoi(argv[4]),
		.depth = (uint32_t)atoi(argv[5]),
	};

	return scale_write(argv[2], &size);
}

int main(int argc, char **argv)
{
	struct bench_options options = {
		.profiled =
			{
				.session = {.rate_hz = 99, .follow_forks = true},
				.recording = "/dev/null",
			},
		.time_ns = 10000000000,
		.parts = 10,
		.warm_up_ns = 700000000,
		.slice_ns = 80000000,
	};
	int key;

	if (argc == 2 && !strcmp(argv[1], "diff"))
		return diff_measure();
	if (argc == 6 && !strcmp(argv[1], "scale"))
		return write_recording(argv);
	if (argc > 3 && !strcmp(argv[1], "stamp"))
		return stamp(argv[2], argv + 3);
	if (argc > 3 && !strcmp(argv[1], "tables"))
		return tables_measure(argv[2], argv + 3);
	while ((key = getopt_long(argc, argv, "+", known, NULL)) != -1 || optind == 1) {
		if (key == '?')
			return usage();
		if (key == -1)
			optind++; /* the mode */
		else
			take_option(&options, key);
	}
	if (optind >= argc)
		return usage();
	options.argv = argv + optind;
	if (!strcmp(argv[1], "walk"))
		return walk_measure(&options);
	if (!strcmp(argv[1], "slowdown") && options.counts)
		return slowdown_measure(&options);
	return usage();
}
