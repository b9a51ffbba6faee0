/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_SYMBOL_WORD_MEANINGS_H
#define LTSBPF_SYMBOL_WORD_MEANINGS_H
/* The frames that words stand for, looked up once for each word. */
#include <stdbool.h>
#include <stdint.h>

#include "profile/frame.h"
#include "symbol/functions.h"
#include "symbol/native_symbols.h"
#include "symbol/words.h"

struct word_meaning {
	uint64_t word;
	uint32_t flags;		/* enum symbol_flag */
	const uint32_t *frames; /* ids, innermost first; those of an inlining are several */
	uint32_t count;		/* 0: of what is not shown */
	uint32_t line;		/* where the innermost is; 0 = not known */
	bool is_known;		/* its function was told */
	uint32_t frame;		/* where frames are not a symbol's */
	uint32_t frame_at_line; /* of a Python function; id + 1, 0 = nobody asked yet */
};

/* All but the list is borrowed. */
struct word_meanings {
	const struct words *words; /* they stay as many as they are */
	const struct functions *functions;
	const struct native_symbols *natives;
	struct frames *frames;	   /* filled */
	struct word_meaning *list; /* by number of a word; frames NULL = not looked up yet */
};

/* With all but the list filled in. 0 or -ENOMEM. */
int word_meanings_init(struct word_meanings *meanings);

/* Looks a word up. 0 or -ENOMEM. */
int word_meanings_look_up(struct word_meanings *meanings, uint32_t number);

/* What a word means, by its number. NULL when memory is out. */
static inline const struct word_meaning *word_meanings_get(struct word_meanings *meanings,
							   uint32_t number)
{
	const struct word_meaning *meaning = &meanings->list[number];

	return meaning->frames || !word_meanings_look_up(meanings, number) ? meaning : NULL;
}

/* The frame of a known Python function at the line the word is at; or -ENOMEM. */
int64_t word_meanings_at_line(struct word_meanings *meanings, uint32_t number);

void word_meanings_done(struct word_meanings *meanings);

enum {
	GAP_TEXT_BYTES = 320 /* the longest name that a file may have and 64 more */
};

/* The text of a marker for a word of FRAME_WORD_GAP: at most so many bytes with its NUL. */
void gap_text(const struct native_symbols *natives, uint64_t word, char *text, size_t size);

#endif
