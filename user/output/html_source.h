/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_HTML_SOURCE_H
#define LTSBPF_OUTPUT_HTML_SOURCE_H
/*
 * The lines of the report's hottest Python functions with what each of them costs. Where the file
 * is at hand they are shown with their text and their neighbours, else those that cost something.
 */
#include <stdint.h>
#include <stdio.h>

#include "output/html_functions.h"
#include "profile/line_costs.h"

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

struct html_sources {
	const struct html_functions *functions; /* borrowed */
	struct line_cost *lines;
	size_t count;
	bool *shown; /* by row */
};

/* Chooses the functions. 0 or -ENOMEM; html_sources_done() is due in both cases. */
int html_sources_init(struct html_sources *sources, const struct html_functions *functions);
void html_sources_done(struct html_sources *sources);

/* The section "source". 0 or -ENOMEM; the stream's error is left for the caller to look at. */
int html_sources_write(const struct html_sources *sources, html_source_reader *read, FILE *stream);

#endif
