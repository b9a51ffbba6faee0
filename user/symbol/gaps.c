// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/gaps.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "ltsbpf.h"
#include "profile/profile.h"
#include "symbol/stack_path.h"

int gaps_count(struct gaps *gaps, const struct stack_words *stack, uint64_t samples)
{
	bool whole = true;
	int err = 0;

	if (!stack->native_depth)
		return 0;
	for (uint32_t i = 0; i < stack->native_depth && !err; i++) {
		uint64_t word = stack->native[i];
		if (word >> FRAME_KIND_SHIFT != FRAME_WORD_GAP)
			continue;
		whole = false;
		err = map64_add(&gaps->by_word, word, samples);
	}
	gaps->native += samples;
	gaps->whole += whole ? samples : 0;
	return err;
}

static int by_count(const void *left, const void *right)
{
	const struct profile_gap *a = left, *b = right;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return strcmp(a->marker, b->marker);
}

int gaps_fill(const struct gaps *gaps, const struct native_symbols *natives,
	      struct profile *profile)
{
	char text[320];

	profile->facts.native_stacks = gaps->native;
	profile->facts.whole_stacks = gaps->whole;
	for (size_t i = 0; i < gaps->by_word.capacity; i++) {
		struct profile_gap gap = {0};
		if (!gaps->by_word.used[i])
			continue;
		gap_text(natives, gaps->by_word.keys[i], text, sizeof(text));
		gap.marker = strings_add(&profile->frames.strings, text);
		gap.count = gaps->by_word.values[i];
		if (!gap.marker || vec_push(&profile->gaps, gap))
			return -ENOMEM;
	}
	if (profile->gaps.count)
		qsort(profile->gaps.items, profile->gaps.count, sizeof(struct profile_gap),
		      by_count);
	return 0;
}

void gaps_done(struct gaps *gaps)
{
	map64_done(&gaps->by_word);
}
