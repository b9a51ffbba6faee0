/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_HTML_CALLERS_H
#define LTSBPF_OUTPUT_HTML_CALLERS_H
/*
 * Callers and callees of the report's functions, for its script: a <script> element with the id
 * "data" that holds JSON, in which nothing can end it.
 *
 *	{"samples": all, "others": [names of what has no row], "rows": [[callers, callees], ...]}
 *
 * where callers and callees are [who, samples, who, samples, ...], most samples first: `who` is a
 * row, or from the number of rows on an index of others. The first of others stands for those of
 * which there was no room to tell the name.
 */
#include <stdio.h>

#include "output/html_functions.h"

enum {
	HTML_CALLERS = 20,	  /* of one function; as many callees */
	HTML_OTHER_BYTES = 100000 /* names of others together */
};

/* 0 or -ENOMEM; the stream's error is left for the caller to look at. */
int html_callers_write(const struct html_functions *functions, FILE *stream);

#endif
