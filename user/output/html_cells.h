/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_HTML_CELLS_H
#define LTSBPF_OUTPUT_HTML_CELLS_H
/*
 * The small parts of the HTML report. Texts may be anything, NULL (nothing) too: they are made
 * printable, escaped, and cut to a number of characters with an ellipsis. 0 or -ENOMEM; the
 * stream's error is left for the caller to look at.
 */
#include <stdint.h>
#include <stdio.h>

#include "profile/profile.h"

enum {
	HTML_LABEL = 240, /* characters of a name, a path, a source line */
};

/* For element content and attributes. */
int html_put_text(FILE *stream, const char *text);

/* The same for a name that must be seen: "[blank]" when it has nothing to see. */
int html_put_name(FILE *stream, const char *name);

/* <td>text</td>, and with another element and attributes: html_put_cell("th scope=row", ...) */
int html_put_cell(FILE *stream, const char *open, const char *text);

/* Three cells: share of all samples with its margin at 95 %, seconds, samples. */
void html_put_cost(FILE *stream, const struct profile *profile, uint64_t samples);

/* <td class="n">: a count; a number with so many decimals. */
void html_put_count(FILE *stream, uint64_t count);
void html_put_decimal(FILE *stream, double number, int decimals);

/* Percent; 0 without samples. */
double html_percent(const struct profile *profile, uint64_t samples);

/* Half the width of the 95 % interval of a share (normal approximation), in percent points. */
double html_margin(const struct profile *profile, uint64_t samples);

/*
 * Begins <section id=...><h2>heading</h2><p>intro</p> ("" = none) and a scrollable table with
 * these column heads, separated by '|'; a head that begins with '#' is one of numbers.
 * html_end_table() ends both. The texts are ours.
 */
void html_begin_table(FILE *stream, const char *id, const char *heading, const char *intro,
		      const char *columns);
void html_end_table(FILE *stream);

/* A last row "and 12 more" over so many columns, when there are more than shown. */
void html_put_more(FILE *stream, size_t count, size_t shown, int columns);

#endif
