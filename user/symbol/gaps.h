/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_SYMBOL_GAPS_H
#define LTSBPF_SYMBOL_GAPS_H
/* How many samples have a native stack, how many of these reach the root, and where others end. */
#include <stdint.h>

#include "base/map64.h"

struct native_symbols;
struct merged_words;
struct word_meanings;
struct profile;

/* Zeroed = none. */
struct gaps {
	uint64_t native, whole; /* samples */
	struct map64 by_word;	/* word of FRAME_WORD_GAP -> samples */
	struct map64 by_frame;	/* frame of a word with SYMBOL_LATE before it -> samples */
};

/* Counts one stack with native frames that so many samples have, by its first gap. 0 or -ENOMEM. */
int gaps_count(struct gaps *gaps, const struct merged_words *merged, struct word_meanings *meanings,
	       uint64_t samples);

/* Fills profile->gaps, each marker once, the most frequent first, and the facts. 0 or -ENOMEM. */
int gaps_fill(const struct gaps *gaps, const struct native_symbols *natives,
	      struct profile *profile);

void gaps_done(struct gaps *gaps);

#endif
