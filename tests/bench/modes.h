/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_BENCH_MODES_H
#define LTSBPF_BENCH_MODES_H
/*
 * What the bench program can do; each prints its raw numbers to stdout, a line for each part of the
 * run, and leaves the arithmetic to the Python side. 0, or 1 after a failure that has been told.
 */
#include <stdint.h>

#include "profiled.h"

struct bench_options {
	struct profiled_options profiled;
	uint64_t time_ns;    /* to measure for */
	uint32_t parts;	     /* walk: of the time */
	uint64_t warm_up_ns; /* walk: before it */
	uint64_t slice_ns;   /* slowdown: without switching */
	const char *counts;  /* slowdown: the file in which the program counts its loops */
	char **argv;
};

/* The kernel's statistics and ours of the program that takes samples:
 * "runs run_ns samples own_ns time_ns", each of this part alone. */
int walk_measure(const struct bench_options *options);

/* Loops done while sampling is on, off, or replaced by bare timer interrupts:
 * "block condition loops busy_ns samples", busy = not waiting for the CPU. */
int slowdown_measure(const struct bench_options *options);

/* Makes the unwind table of each file, and has it read back from a cache in the folder:
 * "build_ns load_ns rows rules functions kernel_bytes path", the shortest times of some. What is no
 * code of ours is passed over. */
int tables_measure(const char *folder, char **files);

/* Alarms in comparisons of made-up recordings whose shares are known: "samples run_length runs
 * points trials missed_by_interval marked any_gate function_gate" (unit/synthetic_runs.h). */
int diff_measure(void);

/* Writes a recording of this size (unit/synthetic_recording.h). */
struct synthetic_size;
int scale_write(const char *path, const struct synthetic_size *size);

/* Writes "pid time_ns" to the file and becomes the program: marks its first instruction. */
int stamp(const char *file, char **argv);

#endif
