/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_HTML_FUNCTIONS_H
#define LTSBPF_OUTPUT_HTML_FUNCTIONS_H
/* The functions of the HTML report: which it shows, and their table. */
#include <stdio.h>

#include "profile/function_costs.h"
#include "profile/profile.h"

enum {
	HTML_FUNCTIONS = 1000,
	HTML_FUNCTION_BYTES = 200000, /* of all their names and paths together */
	HTML_SOURCES = 40,	      /* functions whose lines are shown */
};

struct html_functions {
	const struct profile *profile; /* borrowed */
	struct function_cost *costs;   /* sorted by own time; the place in here is the row */
	size_t count, all;	       /* shown; there are */
	uint32_t *rows;		       /* by frame id: row + 1; 0 = not shown */
};

/* Those with the most time in all. 0 or -ENOMEM; html_functions_done() is due in both cases. */
int html_functions_init(struct html_functions *functions, const struct profile *profile);
void html_functions_done(struct html_functions *functions);

/*
 * The section "functions". Row i has the id "fI"; `sourced` tells by row which have their lines
 * below, at "sI" (NULL = none). 0 or -ENOMEM; the stream's error is left to the caller.
 */
int html_functions_write(const struct html_functions *functions, const bool *sourced, FILE *stream);

/* "folder/" and "file.py:12", or the library: what stands for where a function is. */
int html_put_place(FILE *stream, const struct frame *frame);

#endif
