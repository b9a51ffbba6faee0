/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_HTML_H
#define LTSBPF_OUTPUT_HTML_H
/*
 * The report as one HTML page that needs nothing else: the flame graph, the functions with callers,
 * callees and lines, the facts of the run. Complete to read without its script, which sorts,
 * filters and opens rows. The page is bounded: so many rows, so many characters of a name.
 */
#include <stdint.h>
#include <stdio.h>

struct profile;

/* A source file as it is now. */
struct html_source {
	char *text;	  /* with a NUL at its end; NULL = it is not at hand; who asked frees it */
	const char *note; /* why it is not at hand, or what to mind; NULL = nothing to say */
};

/*
 * Fills a zeroed *source from a path that stands in the profile and may be anything.
 * recorded_s: when the recording began (Unix time). 0 or -ENOMEM.
 */
typedef int html_source_reader(const char *path, int64_t recorded_s, struct html_source *source);

/*
 * Writes the page; lines are from profile->detail, where there is one. read: NULL = no sources.
 * 0, -ENOMEM, or -EIO when the stream failed.
 */
int html_write(const struct profile *profile, html_source_reader *read, FILE *stream);

#endif
