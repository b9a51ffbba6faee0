/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_HTML_H
#define LTSBPF_OUTPUT_HTML_H
/*
 * The report as one HTML page that needs nothing else: the flame graph, the functions with callers,
 * callees and lines, the facts of the run. Complete to read without its script, which sorts,
 * filters and opens rows. The page is bounded: so many rows, so many characters of a name.
 */
#include <stdio.h>

#include "output/html_source.h"

/*
 * Writes the page; lines are from profile->detail, where there is one. read: NULL = no sources.
 * 0, -ENOMEM, or what file_stream_error() tells.
 */
int html_write(const struct profile *profile, html_source_reader *read, FILE *stream);

#endif
