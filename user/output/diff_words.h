/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_DIFF_WORDS_H
#define LTSBPF_OUTPUT_DIFF_WORDS_H
/* The sentences that the text and the Markdown of a comparison have in common, without markup. */
#include "output/diff.h"

/* "1 recording, 9980 samples, 9.99 s of CPU" */
void diff_words_side(const struct comparison_side *side, FILE *stream);

/* How the intervals were made, and what the mark means. */
void diff_words_method(const struct comparison *comparison, const char *mark, FILE *stream);

/* How wide the widest interval is and what one point would take; nothing when it is less. */
void diff_words_precision(const struct comparison *comparison, FILE *stream);

/* What became of the rules. Nothing without rules. */
void diff_words_verdict(const struct comparison *comparison, const struct gate *gate, FILE *stream);

/* "total share 10.02 % -> 11.85 %, +1.83 points, at least +0.61" */
void diff_words_finding(const struct comparison *comparison, const struct gate_finding *finding,
			FILE *stream);

/* frame_label() made printable, at most this many characters; owned. NULL when memory is out. */
char *diff_words_label(const struct comparison *comparison, uint32_t frame, size_t limit);

#endif
