// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/word_meanings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "ltsbpf.h"

static const char *gap_format(uint64_t gap)
{
	switch (gap) {
	case GAP_NO_INFO:
		return "[no unwind info: %s]";
	case GAP_NO_IMAGE:
		return "[no unwind info: code made at run time]";
	case GAP_REGISTER:
		return "[caller in a lost register: %s]";
	case GAP_IMPLAUSIBLE:
		return "[implausible caller: %s]";
	case GAP_UNREADABLE:
		return "[stack unreadable]";
	case GAP_TRUNCATED:
		return "[truncated]";
	case GAP_EXEC:
		return "[program starting]";
	case GAP_JOIN:
		return "[place among native frames unknown]";
	default:
		return "[unknown gap]";
	}
}

void gap_text(const struct native_symbols *natives, uint64_t word, char *text, size_t size)
{
	const char *library =
		native_symbols_library(natives, word >> FRAME_IMAGE_SHIFT & FRAME_IMAGE_MASK);

	snprintf(text, size, gap_format(word & 0xff), *library ? library : "unknown file");
}

static int64_t gap_frame(const struct word_meanings *meanings, uint64_t word)
{
	char text[GAP_TEXT_BYTES];

	gap_text(meanings->natives, word, text, sizeof(text));
	return frames_add(meanings->frames, FRAME_GAP, text);
}

static int64_t collection_frame(const struct word_meanings *meanings, uint64_t word)
{
	char name[32];

	snprintf(name, sizeof(name), "[gc gen %llu]",
		 (unsigned long long)(word >> FRAME_ID_SHIFT & FRAME_ID_MASK));
	return frames_add(meanings->frames, FRAME_MARKER, name);
}

static int64_t python_frame(const struct word_meanings *meanings, struct word_meaning *meaning)
{
	const struct function *function =
		word_kind(meaning->word) == FRAME_WORD_PYTHON
			? functions_find(meanings->functions, meaning->word)
			: NULL;

	if (!function)
		return frames_add(meanings->frames, FRAME_MARKER, "[unknown function]");
	meaning->is_known = true;
	meaning->line = functions_line(meanings->functions, function, meaning->word);
	return function->frame;
}

static bool is_machine(uint64_t word)
{
	return word_kind(word) == FRAME_WORD_NATIVE || word_kind(word) == FRAME_WORD_JIT ||
	       word_kind(word) == FRAME_WORD_KERNEL;
}

/* Of a word that stands for one frame. */
static int64_t frame_of(const struct word_meanings *meanings, struct word_meaning *meaning)
{
	if (is_machine(meaning->word))
		return native_symbols_unnamed(meanings->natives, meaning->word, meanings->frames);
	if (word_kind(meaning->word) == FRAME_WORD_GAP)
		return gap_frame(meanings, meaning->word);
	if (word_kind(meaning->word) == FRAME_WORD_COLLECTION)
		return collection_frame(meanings, meaning->word);
	return python_frame(meanings, meaning);
}

/* The frame above a gap of GAP_NO_IMAGE is marked as a JIT's already. */
static bool is_shown(uint64_t word)
{
	return word_kind(word) != FRAME_WORD_GAP || (word & 0xff) != GAP_NO_IMAGE;
}

int word_meanings_look_up(struct word_meanings *meanings, uint32_t number)
{
	const struct known_word *known = &meanings->words->list.items[number];
	struct word_meaning *meaning = &meanings->list[number];
	const struct native_symbol *symbol =
		is_machine(known->word)
			? native_symbols_find(meanings->natives, known->word, known->pid)
			: NULL;
	int64_t frame;

	*meaning = (struct word_meaning){.word = known->word};
	if (symbol) {
		meaning->is_known = true;
		meaning->flags = symbol->flags;
		meaning->line = symbol->line;
		meaning->count = symbol->count;
		meaning->frames = meanings->natives->frames.items + symbol->first;
		return 0;
	}
	frame = frame_of(meanings, meaning);
	if (frame < 0)
		return -ENOMEM;
	meaning->frame = (uint32_t)frame;
	meaning->frames = &meaning->frame;
	meaning->count = is_shown(known->word);
	return 0;
}

int word_meanings_init(struct word_meanings *meanings)
{
	meanings->list = calloc(meanings->words->list.count + 1, sizeof(*meanings->list));
	return meanings->list ? 0 : -ENOMEM;
}

int64_t word_meanings_at_line(struct word_meanings *meanings, uint32_t number)
{
	struct word_meaning *meaning = &meanings->list[number];

	if (!meaning->frame_at_line) {
		struct frame frame = *frames_get(meanings->frames, meaning->frame);
		frame.line = meaning->line;
		int64_t made = frames_intern(meanings->frames, &frame);
		if (made < 0)
			return -ENOMEM;
		meaning->frame_at_line = (uint32_t)made + 1;
	}
	return meaning->frame_at_line - 1;
}

void word_meanings_done(struct word_meanings *meanings)
{
	free(meanings->list);
	meanings->list = NULL;
}
