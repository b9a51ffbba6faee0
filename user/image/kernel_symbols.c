// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/kernel_symbols.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/vec.h"

/*
 * Of the padding in front of a function (Linux 6.2, tools/objtool/elf.c: elf_create_prefix_symbol).
 * It does not run, and an address there is one behind a call that never returned.
 */
#define PREFIX "__pfx_"

struct kernel_symbol {
	uint64_t start;
	uint32_t name;	 /* offset into the names */
	uint16_t module; /* index of modules */
	uint16_t rank;	 /* among those at one address: the smaller is the better */
};

struct kernel_symbols {
	VEC(struct kernel_symbol) items; /* by address */
	VEC(uint32_t) modules;		 /* offsets into the names; the first: none */
	VEC(char) names;
};

static void kernel_symbols_freep(struct kernel_symbols **symbols)
{
	kernel_symbols_free(*symbols);
}

/* A line of a function; the texts lie in the line. */
struct symbol_line {
	uint64_t address;
	char type;
	const char *name, *module;
	size_t name_length, module_length;
};

static bool take_apart(const char *line, struct symbol_line *got)
{
	char *end;

	if (!isxdigit((unsigned char)*line))
		return false;
	got->address = strtoull(line, &end, 16);
	if (end[0] != ' ' || !end[1] || !strchr("tTwW", end[1]) || end[2] != ' ')
		return false;
	got->type = end[1];
	got->name = end + 3;
	got->name_length = strcspn(got->name, " \t\n");
	got->module = got->name + got->name_length;
	got->module += strspn(got->module, " \t");
	got->module_length = strcspn(got->module, " \t\n");
	return got->name_length && strncmp(got->name, PREFIX, strlen(PREFIX)) != 0;
}

static int add_text(struct kernel_symbols *symbols, const char *text, size_t length, uint32_t *at)
{
	if (symbols->names.count + length + 1 > UINT32_MAX)
		return -EFBIG;
	int err = vec_reserve(&symbols->names, length + 1);
	if (err)
		return err;
	*at = (uint32_t)symbols->names.count;
	memcpy(symbols->names.items + *at, text, length);
	symbols->names.items[*at + length] = '\0';
	symbols->names.count += length + 1;
	return 0;
}

/* Lines of one module follow each other. */
static int module_take(struct kernel_symbols *symbols, const struct symbol_line *line,
		       uint16_t *module)
{
	size_t count = symbols->modules.count;
	const char *last = symbols->names.items + symbols->modules.items[count - 1];
	uint32_t at;

	if (!line->module_length) {
		*module = 0;
		return 0;
	}
	if (strlen(last) != line->module_length ||
	    memcmp(last, line->module, line->module_length) != 0) {
		if (count > UINT16_MAX)
			return -EFBIG;
		int err = add_text(symbols, line->module, line->module_length, &at)
				  ?: vec_push(&symbols->modules, at);
		if (err)
			return err;
	}
	*module = (uint16_t)(symbols->modules.count - 1);
	return 0;
}

static uint16_t rank(const struct symbol_line *line)
{
	size_t underscores = strspn(line->name, "_");
	unsigned int hidden = line->type == 'T' ? 0 : line->type == 't' ? 2 : 1;

	return (uint16_t)(hidden << 8 | (underscores < UINT8_MAX ? underscores : UINT8_MAX));
}

static int symbol_add(struct kernel_symbols *symbols, const struct symbol_line *line)
{
	struct kernel_symbol symbol = {.start = line->address, .rank = rank(line)};
	int err = module_take(symbols, line, &symbol.module)
			  ?: add_text(symbols, line->name, line->name_length, &symbol.name);

	return err ?: vec_push(&symbols->items, symbol);
}

/* *hidden: there are functions whose address is 0. */
static int read_lines(FILE *stream, struct kernel_symbols *symbols, bool *hidden)
{
	CLEANUP(freep) char *line = NULL;
	size_t capacity = 0;
	struct symbol_line got;
	uint32_t none;
	int err = add_text(symbols, "", 0, &none) ?: vec_push(&symbols->modules, none);

	while (!err && getline(&line, &capacity, stream) > 0) {
		if (!take_apart(line, &got))
			continue;
		if (got.address)
			err = symbol_add(symbols, &got);
		else
			*hidden = true;
	}
	return err;
}

static int symbol_compare(const void *left, const void *right)
{
	const struct kernel_symbol *a = left, *b = right;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return (a->name > b->name) - (a->name < b->name);
}

static void sort(struct kernel_symbols *symbols)
{
	struct kernel_symbol *items = symbols->items.items;
	size_t kept = 0;

	qsort(items, symbols->items.count, sizeof(*items), symbol_compare);
	for (size_t i = 0; i < symbols->items.count; i++)
		if (!kept || items[kept - 1].start != items[i].start)
			items[kept++] = items[i];
	symbols->items.count = kept;
}

int kernel_symbols_read(FILE *stream, struct kernel_symbols **symbols)
{
	CLEANUP(kernel_symbols_freep) struct kernel_symbols *made = calloc(1, sizeof(*made));
	bool hidden = false;

	if (!made)
		return -ENOMEM;
	int err = read_lines(stream, made, &hidden);
	if (err)
		return err;
	if (!made->items.count)
		return hidden ? -EPERM : -ENOENT;
	sort(made);
	*symbols = TAKE(made);
	return 0;
}

int kernel_symbols_open(struct kernel_symbols **symbols)
{
	CLEANUP(fclosep) FILE *stream = fopen("/proc/kallsyms", "re");

	return stream ? kernel_symbols_read(stream, symbols) : -errno;
}

bool kernel_symbols_find(const struct kernel_symbols *symbols, uint64_t address, const char **name,
			 const char **module, uint64_t *start)
{
	size_t low = vec_up_to(&symbols->items, start, address);

	if (!low)
		return false;
	const struct kernel_symbol *found = &symbols->items.items[low - 1];
	if (address - found->start >= MAX_KERNEL_FUNCTION_BYTES)
		return false;
	*name = symbols->names.items + found->name;
	*module =
		found->module ? symbols->names.items + symbols->modules.items[found->module] : NULL;
	*start = found->start;
	return true;
}

size_t kernel_symbols_count(const struct kernel_symbols *symbols)
{
	return symbols->items.count;
}

void kernel_symbols_free(struct kernel_symbols *symbols)
{
	if (!symbols)
		return;
	vec_done(&symbols->items);
	vec_done(&symbols->modules);
	vec_done(&symbols->names);
	free(symbols);
}

/* The first function is near the front; the per-CPU variables before it have small addresses. */
bool kernel_symbols_shown(void)
{
	CLEANUP(fclosep) FILE *stream = fopen("/proc/kallsyms", "re");
	CLEANUP(freep) char *line = NULL;
	struct symbol_line got;
	size_t capacity = 0;

	while (stream && getline(&line, &capacity, stream) > 0)
		if (take_apart(line, &got))
			return got.address != 0;
	return false;
}
