// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/symbol_table.h"

#include <string.h>

int symbol_table_add_names(struct symbol_table *table, const void *names, size_t size,
			   uint32_t *base)
{
	if (size >= UINT32_MAX - table->names.count)
		return -EFBIG;
	int err = vec_reserve(&table->names, size + 1);
	if (err)
		return err;
	*base = (uint32_t)table->names.count;
	memcpy(table->names.items + *base, names, size);
	table->names.items[*base + size] = '\0';
	table->names.count += size + 1;
	return 0;
}

int symbol_table_add(struct symbol_table *table, struct symbol_candidate candidate)
{
	if (candidate.name >= table->names.count || candidate.start >= candidate.limit)
		return 0;
	const char *name = table->names.items + candidate.name;
	if (!*name || *name == '@')
		return 0;
	while (name[candidate.underscores] == '_' && candidate.underscores < UINT8_MAX)
		candidate.underscores++;
	if (candidate.size > candidate.limit - candidate.start)
		candidate.size = candidate.limit - candidate.start;
	return candidate.size > UINT32_MAX ? 0 : vec_push(&table->candidates, candidate);
}

/* Smaller is better. */
static uint32_t rank(const struct symbol_candidate *candidate)
{
	uint32_t hidden = candidate->binding >= SYMBOL_LOCAL ? candidate->binding : 0;

	return hidden << 20 | (uint32_t)!candidate->size << 16 |
	       (uint32_t)candidate->underscores << 8 | (uint32_t)candidate->binding << 1 |
	       candidate->is_untyped;
}

static int candidate_compare(const void *left, const void *right, void *names)
{
	const struct symbol_candidate *a = left, *b = right;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (rank(a) != rank(b))
		return rank(a) < rank(b) ? -1 : 1;
	return strcmp((char *)names + a->name, (char *)names + b->name);
}

/* Leaves one candidate for each address and drops labels inside of functions. */
static void candidates_thin(struct symbol_table *table)
{
	struct symbol_candidate *items = table->candidates.items;
	uint64_t reached = 0;
	size_t kept = 0;

	for (size_t i = 0, next; i < table->candidates.count; i = next) {
		struct symbol_candidate best = items[i];

		for (next = i + 1; next < table->candidates.count; next++) {
			if (items[next].start != best.start)
				break;
			if (!best.size)
				best.size = items[next].size;
		}
		if (!best.size && best.start < reached)
			continue;
		if (best.size && best.start + best.size > reached)
			reached = best.start + best.size;
		items[kept++] = best;
	}
	table->candidates.count = kept;
}

static uint64_t row_end(const struct symbol_row *row)
{
	return row->start + row->size;
}

static void row_add(struct symbol_table *table, const struct symbol_candidate *candidate,
		    uint64_t next)
{
	uint64_t limit = candidate->limit < next ? candidate->limit : next;
	uint64_t size = candidate->size ? candidate->size : limit - candidate->start;
	struct symbol_row row = {.start = candidate->start,
				 .size = (uint32_t)size,
				 .name = candidate->name,
				 .outer = SYMBOL_NO_ROW,
				 .is_stub = candidate->binding == SYMBOL_STUB};

	if (size > UINT32_MAX)
		return;
	row.outer = table->count ? (uint32_t)table->count - 1 : SYMBOL_NO_ROW;
	while (row.outer != SYMBOL_NO_ROW && row_end(&table->rows[row.outer]) <= row_end(&row))
		row.outer = table->rows[row.outer].outer;
	table->rows[table->count++] = row;
}

int symbol_table_sort(struct symbol_table *table)
{
	struct symbol_candidate *items = table->candidates.items;

	if (!table->candidates.count)
		return 0;
	qsort_r(items, table->candidates.count, sizeof(*items), candidate_compare,
		table->names.items);
	candidates_thin(table);
	size_t count = table->candidates.count;
	table->rows =
		count < SYMBOL_NO_ROW ? reallocarray(NULL, count, sizeof(*table->rows)) : NULL;
	if (!table->rows)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		row_add(table, &items[i], i + 1 < count ? items[i + 1].start : UINT64_MAX);
	vec_done(&table->candidates);
	return 0;
}

const struct symbol_row *symbol_table_find(const struct symbol_table *table, uint64_t vaddr)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->rows[middle].start <= vaddr)
			low = middle + 1;
		else
			high = middle;
	}
	uint32_t row = low ? (uint32_t)low - 1 : SYMBOL_NO_ROW;
	while (row != SYMBOL_NO_ROW && row_end(&table->rows[row]) <= vaddr)
		row = table->rows[row].outer;
	return row == SYMBOL_NO_ROW ? NULL : &table->rows[row];
}

void symbol_table_done(struct symbol_table *table)
{
	vec_done(&table->candidates);
	vec_done(&table->names);
	free(table->rows);
	*table = (struct symbol_table){0};
}
