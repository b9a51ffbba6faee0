/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_PYTHON_DATA_H
#define LTSBPF_TESTS_PYTHON_DATA_H
/*
 * Static data as CPython has it: method tables, types, modules and type specs, laid out one after
 * the other. All addresses are those of the data's own regions.
 */
#include "python/static_data.h"

enum {
	DATA_CODE = 0x1000,
	DATA_CODE_BYTES = 0x1000,
	DATA_TEXTS = 0x10000,
	DATA_TEXT_BYTES = 0x400,
	DATA_WORDS_AT = 0x20000,
	DATA_WORDS = 320,
	DATA_NOARGS = 4, /* METH_NOARGS */
};

struct python_data {
	struct static_region regions[3];
	struct static_data data; /* of the regions; not for static_data_done() */
	char texts[DATA_TEXT_BYTES];
	uint64_t words[DATA_WORDS];
	size_t text_count, word_count;
};

void python_data_make(struct python_data *made);

/* The word at an address of those that follow. */
uint64_t *data_word(struct python_data *made, uint64_t vaddr);

/* Each adds one and returns where it is. A function or table of 0 is left out. */
uint64_t data_text(struct python_data *made, const char *text);
uint64_t data_words(struct python_data *made, size_t count); /* of 0 */
uint64_t data_method(struct python_data *made, const char *name, uint64_t function);
void data_end(struct python_data *made); /* the entry without a name */

/* The same, and returns where the name is. `metatype`: ob_type. */
uint64_t data_type(struct python_data *made, uint64_t metatype, const char *name, uint64_t methods);
uint64_t data_module(struct python_data *made, const char *name, uint64_t methods);

/* Slots in pairs of number and value, with the end; and a spec with them. */
uint64_t data_slots(struct python_data *made, const uint64_t (*slots)[2], size_t count);
uint64_t data_spec(struct python_data *made, const char *name, uint64_t slots);

#endif
