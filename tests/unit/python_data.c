// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python_data.h"

#include <stdlib.h>
#include <string.h>

void python_data_make(struct python_data *made)
{
	memset(made, 0, sizeof(*made));
	made->regions[0] =
		(struct static_region){.vaddr = DATA_CODE, .size_bytes = DATA_CODE_BYTES};
	made->regions[1] = (struct static_region){.vaddr = DATA_TEXTS,
						  .size_bytes = DATA_TEXT_BYTES,
						  .bytes = (uint8_t *)made->texts};
	made->regions[2] = (struct static_region){.vaddr = DATA_WORDS_AT,
						  .size_bytes = sizeof(made->words),
						  .bytes = (uint8_t *)made->words,
						  .copy = (uint8_t *)made->words};
	made->data.regions.items = made->regions;
	made->data.regions.count = 3;
}

uint64_t *data_word(struct python_data *made, uint64_t vaddr)
{
	return &made->words[(vaddr - DATA_WORDS_AT) / sizeof(*made->words)];
}

uint64_t data_text(struct python_data *made, const char *text)
{
	size_t at = made->text_count, bytes = strlen(text) + 1;

	if (at + bytes > sizeof(made->texts))
		abort();
	memcpy(made->texts + at, text, bytes);
	made->text_count += bytes;
	return DATA_TEXTS + at;
}

uint64_t data_words(struct python_data *made, size_t count)
{
	size_t at = made->word_count;

	if (at + count > DATA_WORDS)
		abort();
	made->word_count += count;
	return DATA_WORDS_AT + at * sizeof(*made->words);
}

uint64_t data_method(struct python_data *made, const char *name, uint64_t function)
{
	uint64_t vaddr = data_words(made, 4), *words = data_word(made, vaddr);

	words[0] = data_text(made, name);
	words[1] = function;
	words[2] = DATA_NOARGS;
	return vaddr;
}

void data_end(struct python_data *made)
{
	data_words(made, 4);
}

uint64_t data_type(struct python_data *made, uint64_t metatype, const char *name, uint64_t methods)
{
	uint64_t vaddr = data_words(made, 3 + 39) + 24, *words = data_word(made, vaddr);

	words[-2] = metatype;
	words[0] = data_text(made, name);
	words[1] = 40;
	words[208 / 8] = methods;
	return vaddr;
}

uint64_t data_module(struct python_data *made, const char *name, uint64_t methods)
{
	uint64_t vaddr = data_words(made, 5 + 8) + 40, *words = data_word(made, vaddr);

	words[0] = data_text(made, name);
	words[1] = data_text(made, "documentation");
	words[2] = (uint64_t)-1;
	words[3] = methods;
	return vaddr;
}

uint64_t data_slots(struct python_data *made, const uint64_t (*slots)[2], size_t count)
{
	uint64_t vaddr = data_words(made, 2 * (count + 1));

	memcpy(data_word(made, vaddr), slots, count * sizeof(*slots));
	return vaddr;
}

uint64_t data_spec(struct python_data *made, const char *name, uint64_t slots)
{
	uint64_t vaddr = data_words(made, 4), *words = data_word(made, vaddr);

	words[0] = data_text(made, name);
	words[1] = 40 | 8ull << 32;
	words[2] = 1 << 18;
	words[3] = slots;
	return vaddr;
}
