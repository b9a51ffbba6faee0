/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_SYMBOL_NATIVE_SYMBOLS_H
#define LTSBPF_SYMBOL_NATIVE_SYMBOLS_H
/* What the words of native, JIT and kernel frames mean, by RECORD_IMAGE and RECORD_SYMBOL. */
#include <stdbool.h>
#include <stdint.h>

#include "base/map64.h"
#include "base/vec.h"
#include "profile/frame.h"
#include "recording/format.h"

struct native_symbol {
	uint32_t flags;	       /* enum symbol_flag */
	uint32_t first, count; /* in frames: innermost first */
	uint32_t line;	       /* in the innermost; 0 = not known */
};

struct native_symbols {
	VEC(struct native_symbol) list;
	VEC(uint32_t) frames;	/* ids in the frames that were given */
	struct map64 by_word;	/* a JIT's word mixed with its process */
	struct map64 libraries; /* image -> base name, interned in the frames' strings */
};

/* 0 or -ENOMEM. What comes twice: the first is kept. */
int native_symbols_add_image(struct native_symbols *symbols, const struct image_record *record,
			     struct frames *frames);
int native_symbols_add(struct native_symbols *symbols, const struct symbol_record *record,
		       struct frames *frames);

/* NULL: nothing was told of this word. */
const struct native_symbol *native_symbols_find(const struct native_symbols *symbols, uint64_t word,
						uint32_t pid);

/* The base name of an image's file; "" when it never came. */
const char *native_symbols_library(const struct native_symbols *symbols, uint64_t image);

/* A frame for a word that nothing was told of: its address. An id or -ENOMEM. */
int64_t native_symbols_unnamed(const struct native_symbols *symbols, uint64_t word,
			       struct frames *frames);

void native_symbols_done(struct native_symbols *symbols);

#endif
