// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/strings.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	BLOCK_SIZE = 64 * 1024
};

struct strings_block {
	struct strings_block *next;
	size_t used, size;
	char text[];
};

/* FNV-1a, with a salt that moves on when two texts share a hash. */
static uint64_t hash_text(const char *text, size_t length, uint64_t salt)
{
	uint64_t hash = 0xcbf29ce484222325ULL ^ salt;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3ULL;
	return hash64(salt, hash);
}

static struct strings_block *add_block(struct strings *strings, size_t wanted)
{
	size_t size = wanted > BLOCK_SIZE ? wanted : BLOCK_SIZE;
	struct strings_block *block = malloc(sizeof(*block) + size);

	if (!block)
		return NULL;
	*block = (struct strings_block){.next = strings->blocks, .size = size};
	strings->blocks = block;
	return block;
}

static char *store(struct strings *strings, const char *text, size_t length)
{
	struct strings_block *block = strings->blocks;

	if (!block || block->size - block->used < length + 1)
		block = add_block(strings, length + 1);
	if (!block)
		return NULL;
	char *copy = block->text + block->used;
	memcpy(copy, text, length);
	copy[length] = '\0';
	block->used += length + 1;
	return copy;
}

const char *strings_intern(struct strings *strings, const char *text, size_t length)
{
	uint64_t address;

	length = strnlen(text, length);
	for (uint64_t salt = 0;; salt++) {
		uint64_t hash = hash_text(text, length, salt);
		if (!map64_get(&strings->by_hash, hash, &address)) {
			char *copy = store(strings, text, length);
			if (!copy || map64_put(&strings->by_hash, hash, (uintptr_t)copy))
				return NULL;
			return copy;
		}
		const char *known = (const char *)(uintptr_t)address;
		if (strlen(known) == length && !memcmp(known, text, length))
			return known;
	}
}

const char *strings_add(struct strings *strings, const char *text)
{
	return strings_intern(strings, text, strlen(text));
}

void strings_done(struct strings *strings)
{
	while (strings->blocks) {
		struct strings_block *next = strings->blocks->next;
		free(strings->blocks);
		strings->blocks = next;
	}
	map64_done(&strings->by_hash);
}
