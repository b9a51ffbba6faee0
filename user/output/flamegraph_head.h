/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_FLAMEGRAPH_HEAD_H
#define LTSBPF_OUTPUT_FLAMEGRAPH_HEAD_H
/*
 * What stands above the boxes of a flame graph: the command, the facts of the run, the legend and
 * (for the script alone, so not displayed without it) the search field and the buttons.
 */
#include <stdio.h>

#include "output/flamegraph_layout.h"

/* The document's <title> and <desc>, which name it for browsers and screen readers. */
int flamegraph_head_describe(const struct profile *profile, FILE *stream);

/* The visible head. Both: 0 or -ENOMEM; the stream's error is left for the caller to look at. */
int flamegraph_head_write(const struct flamegraph_layout *layout, FILE *stream);

/* In place of boxes when there is no sample: says so and what may be the reason. */
void flamegraph_head_explain_empty(const struct profile *profile, FILE *stream);

#endif
