/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_OUTPUT_H
#define LTSBPF_OUTPUT_OUTPUT_H
/*
 * The formats that a profile can be written in. A writer reads the profile, writes to the stream,
 * prints nothing, and returns 0, -ENOMEM, or what file_stream_error() tells. It works on an empty
 * profile (no samples) too: the file is then valid and says so.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "profile/profile.h"

struct output_format {
	const char *name;   /* as in --format */
	const char *ending; /* of the file name, with its dot */
	int (*write)(const struct profile *profile, FILE *stream);
	bool detail, timeline; /* wants profile->detail, profile->samples */
};

/* The format with this name (length bytes), or NULL. */
const struct output_format *output_find(const char *name, size_t length);

/* All formats, ended by one without a name. */
extern const struct output_format output_formats[];

/* The writers, each in the module of its name. */
int flamegraph_write(const struct profile *profile, FILE *stream);
int pstats_write(const struct profile *profile, FILE *stream);
int folded_write(const struct profile *profile, FILE *stream);
int speedscope_write(const struct profile *profile, FILE *stream);
int pprof_write(const struct profile *profile, FILE *stream);
int firefox_write(const struct profile *profile, FILE *stream);
int chrome_write(const struct profile *profile, FILE *stream);
int callgrind_write(const struct profile *profile, FILE *stream);
int gh_benchmark_write(const struct profile *profile, FILE *stream);

#endif
