/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_SYMBOL_WORDS_H
#define LTSBPF_SYMBOL_WORDS_H
/* The words of a run's frames (enum frame_word), each once, under a number of its own. */
#include <stdint.h>

#include "base/map64.h"
#include "base/vec.h"
#include "ltsbpf.h"

struct known_word {
	uint64_t word;
	uint32_t pid; /* whose it is, of a JIT's: it means something else in each process. Else 0 */
};

/* Zeroed = empty. */
struct words {
	VEC(struct known_word) list;
	struct map64 numbers; /* a JIT's word mixed with its process -> number */
};

static inline enum frame_word word_kind(uint64_t word)
{
	return (enum frame_word)(word >> FRAME_KIND_SHIFT);
}

/* The number (0, 1, 2, ...) of a word of this process, given on first sight; or -ENOMEM. */
int64_t words_add(struct words *words, uint64_t word, uint32_t pid);

void words_done(struct words *words);

#endif
