// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/gaps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "ltsbpf.h"
#include "profile/profile.h"
#include "recording/format.h"
#include "symbol/stack_merge.h"
#include "symbol/word_meanings.h"

/* The marker of a file that was not known yet says more than that there was nothing to go by. */
static int count_gap(struct gaps *gaps, const struct merged_words *merged, size_t at,
		     struct word_meanings *meanings, uint64_t samples)
{
	uint64_t gap = meanings->words->list.items[merged->list.items[at]].word;

	if (at) {
		const struct word_meaning *before =
			word_meanings_get(meanings, merged->list.items[at - 1]);
		if (!before)
			return -ENOMEM;
		if (before->flags & SYMBOL_LATE)
			return map64_add(&gaps->by_frame, before->frames[0], samples);
	}
	return map64_add(&gaps->by_word, gap, samples);
}

int gaps_count(struct gaps *gaps, const struct merged_words *merged, struct word_meanings *meanings,
	       uint64_t samples)
{
	const struct known_word *words = meanings->words->list.items;

	gaps->native += samples;
	for (size_t i = 0; i < merged->list.count; i++)
		if (word_kind(words[merged->list.items[i]].word) == FRAME_WORD_GAP)
			return count_gap(gaps, merged, i, meanings, samples);
	gaps->whole += samples;
	return 0;
}

static int by_count(const void *left, const void *right)
{
	const struct profile_gap *a = left, *b = right;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return strcmp(a->marker, b->marker);
}

/* Several words may have one text: libraries of the same name. Texts are interned. */
static int add_marker(struct map64 *counts, const struct map64_entry *gap,
		      const struct native_symbols *natives, struct profile *profile)
{
	char text[GAP_TEXT_BYTES];
	const char *marker;

	gap_text(natives, gap->key, text, sizeof(text));
	marker = strings_add(&profile->frames.strings, text);
	return marker ? map64_add(counts, (uintptr_t)marker, gap->value) : -ENOMEM;
}

int gaps_fill(const struct gaps *gaps, const struct native_symbols *natives,
	      struct profile *profile)
{
	CLEANUP(map64_done) struct map64 counts = {0};
	const struct map64_entry *entry;
	int err = 0;

	profile->facts.native_stacks = gaps->native;
	profile->facts.whole_stacks = gaps->whole;
	for (size_t at = 0; !err && (entry = map64_next(&gaps->by_word, &at));)
		err = add_marker(&counts, entry, natives, profile);
	for (size_t at = 0; !err && (entry = map64_next(&gaps->by_frame, &at));) {
		const struct frame *frame = frames_get(&profile->frames, (uint32_t)entry->key);
		err = map64_add(&counts, (uintptr_t)frame->name, entry->value);
	}
	for (size_t at = 0; !err && (entry = map64_next(&counts, &at));)
		err = vec_push(&profile->gaps,
			       ((struct profile_gap){(const char *)entry->key, entry->value}));
	if (profile->gaps.count)
		qsort(profile->gaps.items, profile->gaps.count, sizeof(struct profile_gap),
		      by_count);
	return err;
}

void gaps_done(struct gaps *gaps)
{
	map64_done(&gaps->by_word);
	map64_done(&gaps->by_frame);
}
