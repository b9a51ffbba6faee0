// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/function_table.h"
#include "profile/function_costs.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_first_sight(const struct function_cost *a, const struct function_cost *b)
{
	return (a->frame > b->frame) - (a->frame < b->frame);
}

static int by_self(const void *left, const void *right, void *profile)
{
	const struct function_cost *a = left, *b = right;

	(void)profile;
	if (a->self != b->self)
		return a->self < b->self ? 1 : -1;
	return by_first_sight(a, b);
}

static int by_total(const void *left, const void *right, void *profile)
{
	const struct function_cost *a = left, *b = right;

	if (a->total != b->total)
		return a->total < b->total ? 1 : -1;
	return by_self(left, right, profile);
}

static int by_name(const void *left, const void *right, void *context)
{
	const struct profile *profile = context;
	const struct function_cost *a = left, *b = right;
	const struct frame *one = frames_get(&profile->frames, a->frame);
	const struct frame *other = frames_get(&profile->frames, b->frame);
	int order = strcmp(one->name, other->name);

	if (!order)
		order = strcmp(one->file, other->file);
	return order ? order : by_first_sight(a, b);
}

void function_table_sort(struct function_table *table, const struct profile *profile,
			 enum function_order order)
{
	static int (*const orders[])(const void *, const void *, void *) = {
		[FUNCTIONS_BY_SELF] = by_self,
		[FUNCTIONS_BY_TOTAL] = by_total,
		[FUNCTIONS_BY_NAME] = by_name,
	};

	qsort_r(table->functions, table->function_count, sizeof(*table->functions), orders[order],
		(void *)profile);
}

static bool is_marker(const struct profile *profile, const struct function_cost *cost)
{
	return frames_get(&profile->frames, cost->frame)->kind == FRAME_MARKER;
}

/* The markers go to the end. */
static int split(struct function_table *table, const struct profile *profile)
{
	size_t count, functions = 0;
	int err = profile_functions(profile, &table->all, &count);

	if (err)
		return err;
	for (size_t i = 0; i < count; i++) {
		struct function_cost cost = table->all[i];
		if (is_marker(profile, &cost))
			continue;
		table->all[i] = table->all[functions];
		table->all[functions++] = cost;
	}
	table->functions = table->all;
	table->function_count = functions;
	table->markers = table->all + functions;
	table->marker_count = count - functions;
	qsort_r(table->markers, table->marker_count, sizeof(*table->markers), by_total, NULL);
	return 0;
}

static int by_heat(const void *left, const void *right)
{
	const struct function_line *a = left, *b = right;

	if (a->samples != b->samples)
		return a->samples < b->samples ? 1 : -1;
	if (a->frame != b->frame)
		return a->frame < b->frame ? -1 : 1;
	return (a->line > b->line) - (a->line < b->line);
}

static int by_function(const void *left, const void *right)
{
	const struct function_line *a = left, *b = right;

	if (a->frame != b->frame)
		return a->frame < b->frame ? -1 : 1;
	return by_heat(left, right);
}

static int collect_lines(struct function_table *table, const struct profile *profile)
{
	const struct map64_entry *entry;

	for (size_t at = 0; (entry = map64_next(&profile->lines, &at));) {
		struct function_line line;
		line.frame = (uint32_t)(entry->key >> 32);
		line.line = (uint32_t)entry->key;
		line.samples = entry->value;
		if (vec_push(&table->lines, line) || vec_push(&table->hottest, line))
			return -ENOMEM;
	}
	if (!table->lines.count)
		return 0;
	qsort(table->lines.items, table->lines.count, sizeof(*table->lines.items), by_function);
	qsort(table->hottest.items, table->hottest.count, sizeof(*table->hottest.items), by_heat);
	return 0;
}

static int by_samples(const void *left, const void *right)
{
	const struct thread_cost *a = left, *b = right;

	if (a->samples != b->samples)
		return a->samples < b->samples ? 1 : -1;
	if (a->process != b->process)
		return a->process < b->process ? -1 : 1;
	return (a->thread > b->thread) - (a->thread < b->thread);
}

/* Threads stand right below their process, once each. */
static int collect_threads(struct function_table *table, const struct profile *profile)
{
	const struct profile_node *nodes = profile->nodes.items;

	for (size_t i = 1; i < profile->nodes.count && profile->facts.by_thread; i++) {
		struct thread_cost thread = {.thread = nodes[i].frame, .samples = nodes[i].total};
		if (frames_get(&profile->frames, thread.thread)->kind != FRAME_THREAD ||
		    nodes[i].parent == PROFILE_ROOT)
			continue;
		thread.process = nodes[nodes[i].parent].frame;
		if (vec_push(&table->threads, thread))
			return -ENOMEM;
	}
	if (table->threads.count)
		qsort(table->threads.items, table->threads.count, sizeof(*table->threads.items),
		      by_samples);
	return 0;
}

int function_table_make(const struct profile *profile, struct function_table *table)
{
	*table = (struct function_table){0};
	if (split(table, profile) || collect_lines(table, profile) ||
	    collect_threads(table, profile)) {
		function_table_done(table);
		return -ENOMEM;
	}
	function_table_sort(table, profile, FUNCTIONS_BY_SELF);
	return 0;
}

const struct function_line *function_table_lines(const struct function_table *table, uint32_t frame,
						 size_t *count)
{
	size_t low = 0, high = table->lines.count, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (table->lines.items[middle].frame < frame)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < table->lines.count && table->lines.items[end].frame == frame;)
		end++;
	*count = end - low;
	return *count ? table->lines.items + low : NULL;
}

void function_table_done(struct function_table *table)
{
	free(table->all);
	table->all = table->functions = table->markers = NULL;
	table->function_count = table->marker_count = 0;
	vec_done(&table->lines);
	vec_done(&table->hottest);
	vec_done(&table->threads);
}

double sample_margin(uint64_t samples, uint64_t all)
{
	double share = all ? (double)samples / (double)all : 0;

	return all ? 1.96 * sqrt(share * (1 - share) / (double)all) : 0;
}
