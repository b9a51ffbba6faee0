/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_DIFF_H
#define LTSBPF_OUTPUT_DIFF_H
/*
 * The forms of a comparison. Like the formats of a profile (output.h) they print nothing else, and
 * return 0, -ENOMEM, or what file_stream_error() tells. Shares are shown in per cent, changes in
 * percentage points, with the half width of the 95 % interval.
 */
#include <stdio.h>

#include "profile/gate.h"

struct diff_view {
	const struct comparison *comparison;
	const struct gate *gate; /* judged */
	const uint32_t *order;	 /* indexes of comparison.functions, as they are to be shown */
	size_t rows;		 /* how many of them */
};

int diff_text_write(const struct diff_view *view, FILE *stream);

/* For GitHub: under 64 KiB, with the rows that fit. Names can be no markup and mention nobody. */
int diff_markdown_write(const struct diff_view *view, FILE *stream);

/* docs/diff.schema.json. */
int diff_json_write(const struct diff_view *view, FILE *stream);

/* The flame graph of both, as wide as one side's samples: old = with what vanished. Static. */
int diff_svg_write(const struct diff_view *view, enum comparison_side_id side, FILE *stream);

#endif
