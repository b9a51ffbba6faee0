// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/native_symbols.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recording/reader.h"

static uint64_t kind_of(uint64_t word)
{
	return word >> FRAME_KIND_SHIFT;
}

static uint64_t image_of(uint64_t word)
{
	return word >> FRAME_IMAGE_SHIFT & FRAME_IMAGE_MASK;
}

static uint64_t key_of(uint64_t word, uint32_t pid)
{
	return kind_of(word) == FRAME_WORD_JIT ? hash64(word, pid) : word;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The kernel names the files of memfd_create() and of deleted ones so; the name stays what it was.
 */
static size_t name_length(const char *name)
{
	static const char deleted[] = " (deleted)";
	size_t length = strlen(name), tail = strlen(deleted);

	return length > tail && !strcmp(name + length - tail, deleted) ? length - tail : length;
}

int native_symbols_add_image(struct native_symbols *symbols, const struct image_record *record,
			     struct frames *frames)
{
	const char *name = base_name(record->data);
	uint64_t known;

	if (map64_get(&symbols->libraries, record->image, &known))
		return 0;
	name = strings_intern(&frames->strings, name, name_length(name));
	return name ? map64_put(&symbols->libraries, record->image, (uintptr_t)name) : -ENOMEM;
}

const char *native_symbols_library(const struct native_symbols *symbols, uint64_t image)
{
	uint64_t name;

	return map64_get(&symbols->libraries, image, &name) ? (const char *)(uintptr_t)name : "";
}

static enum frame_kind frame_kind(uint64_t word, uint32_t flags, bool inlined)
{
	if (flags & SYMBOL_LATE)
		return FRAME_GAP;
	if (kind_of(word) == FRAME_WORD_JIT)
		return FRAME_JIT;
	if (kind_of(word) == FRAME_WORD_KERNEL)
		return FRAME_KERNEL;
	if (flags & SYMBOL_BUILTIN)
		return FRAME_BUILTIN;
	return inlined ? FRAME_INLINED : FRAME_NATIVE;
}

/* "file:line": one function is one frame, whatever its line. */
static uint32_t line_of(const char *place)
{
	const char *colon = strrchr(place, ':');

	return colon ? (uint32_t)strtoul(colon + 1, NULL, 10) : 0;
}

static const char *file_of(const char *place, struct frames *frames)
{
	const char *file = base_name(place);

	return strings_intern(&frames->strings, file, strcspn(file, ":"));
}

static int64_t make_frame(const struct native_symbols *symbols, uint64_t word, uint32_t flags,
			  bool inlined, const char *name, const char *place, struct frames *frames)
{
	enum frame_kind kind = frame_kind(word, flags, inlined);
	const char *file = "";

	if (!*name)
		name = "[unknown function]";
	if (kind == FRAME_NATIVE || kind == FRAME_INLINED)
		file = *place ? file_of(place, frames)
			      : native_symbols_library(symbols, image_of(word));
	if (!file)
		return -ENOMEM;
	return frames_intern(frames, &(struct frame){
					     .kind = kind,
					     .name = name,
					     .short_name = name,
					     .file = file,
				     });
}

int native_symbols_add(struct native_symbols *symbols, const struct symbol_record *record,
		       struct frames *frames)
{
	uint64_t known, key = key_of(record->word, record->head.pid);
	struct native_symbol symbol = {
		.flags = record->flags,
		.first = (uint32_t)symbols->frames.count,
		.count = record->count,
		.line = line_of(record_next_text(record->data)),
	};
	const char *name = record->data;

	if (map64_get(&symbols->by_word, key, &known))
		return 0;
	for (uint32_t i = 0; i < record->count; i++) {
		const char *place = record_next_text(name);
		int64_t frame = make_frame(symbols, record->word, record->flags,
					   i + 1 < record->count, name, place, frames);
		if (frame < 0 || vec_push(&symbols->frames, (uint32_t)frame))
			return -ENOMEM;
		name = record_next_text(place);
	}
	if (vec_push(&symbols->list, symbol))
		return -ENOMEM;
	return map64_put(&symbols->by_word, key, symbols->list.count - 1);
}

const struct native_symbol *native_symbols_find(const struct native_symbols *symbols, uint64_t word,
						uint32_t pid)
{
	uint64_t index;

	return map64_get(&symbols->by_word, key_of(word, pid), &index) ? &symbols->list.items[index]
								       : NULL;
}

int64_t native_symbols_unnamed(const struct native_symbols *symbols, uint64_t word,
			       struct frames *frames)
{
	char name[32];

	if (kind_of(word) == FRAME_WORD_JIT)
		return frames_add(frames, FRAME_JIT, "[jit]");
	if (kind_of(word) == FRAME_WORD_KERNEL)
		return frames_add(frames, FRAME_KERNEL, "[kernel]");
	snprintf(name, sizeof(name), "0x%" PRIx64,
		 (uint64_t)(word & ((1ULL << FRAME_IMAGE_SHIFT) - 1)));
	return make_frame(symbols, word, 0, false, name, "", frames);
}

void native_symbols_done(struct native_symbols *symbols)
{
	vec_done(&symbols->list);
	vec_done(&symbols->frames);
	map64_done(&symbols->by_word);
	map64_done(&symbols->libraries);
}
