/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_IMAGE_SYMBOL_TABLE_H
#define LTSBPF_IMAGE_SYMBOL_TABLE_H
/*
 * Functions of one file by address: gathered in any order, then sorted once and found by bisection.
 * A zeroed struct is an empty table; it takes 24 bytes a function and the bytes of the names.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

enum symbol_binding {
	SYMBOL_GLOBAL,
	SYMBOL_WEAK,
	SYMBOL_LOCAL,
	SYMBOL_STUB, /* no symbol of the file: made up for a stub of the PLT */
};

struct symbol_candidate {
	uint64_t start, size; /* size 0: not known */
	uint64_t limit;	      /* end of the section, which no function crosses */
	uint32_t name;	      /* offset into the table's names */
	uint8_t binding, is_untyped, underscores; /* the last set by symbol_table_add() */
};

struct symbol_row {
	uint64_t start;
	uint32_t size, name;
	uint32_t outer; /* the nearest row before this one that ends behind it; SYMBOL_NO_ROW */
	uint32_t is_stub;
};
#define SYMBOL_NO_ROW UINT32_MAX

struct symbol_table {
	VEC(struct symbol_candidate) candidates; /* until symbol_table_sort() */
	VEC(char) names;
	struct symbol_row *rows;
	size_t count;
};

/* Adds a string table; its first byte is at *base of the names. 0, -ENOMEM or -EFBIG. */
int symbol_table_add_names(struct symbol_table *table, const void *names, size_t size,
			   uint32_t *base);

/*
 * Adds a function unless it is nameless, empty at its limit or its name is not in the names.
 * 0 or -ENOMEM.
 */
int symbol_table_add(struct symbol_table *table, struct symbol_candidate candidate);

/*
 * Ends the gathering. Of those at one address one stays: not local; with a size; with few leading
 * underscores; global rather than weak (in that order: write and puts of the C library are weak,
 * and are what people know; __write and _IO_puts are global); typed; first by alphabet. One without
 * a size reaches to the next function or the end of its section, and is dropped inside of another
 * that has one: it is a label there. 0 or -ENOMEM.
 */
int symbol_table_sort(struct symbol_table *table);

/* The innermost function that covers the address; NULL: none does. */
const struct symbol_row *symbol_table_find(const struct symbol_table *table, uint64_t vaddr);

void symbol_table_done(struct symbol_table *table);

#endif
