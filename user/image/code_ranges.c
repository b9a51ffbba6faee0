// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/code_ranges.h"

#include <string.h>

#include "ltsbpf.h"

int code_ranges_name(struct code_ranges *ranges, const char *name, size_t length, uint32_t *at)
{
	length = strnlen(name, length < MAX_TEXT_BYTES ? length : MAX_TEXT_BYTES - 1);
	if (ranges->items.count >= MAX_CODE_RANGES || ranges->names.count + length + 2 > UINT32_MAX)
		return -EFBIG;
	int err = vec_reserve(&ranges->names, length + 2);
	if (err)
		return err;
	if (!ranges->names.count)
		ranges->names.items[ranges->names.count++] = '\0';
	*at = length ? (uint32_t)ranges->names.count : 0;
	memcpy(ranges->names.items + ranges->names.count, name, length);
	ranges->names.items[ranges->names.count + length] = '\0';
	ranges->names.count += length + 1;
	return 0;
}

int code_ranges_add(struct code_ranges *ranges, uint64_t start, uint64_t size, uint32_t name)
{
	struct code_range range = {.start = start, .end = start + size, .name = name};

	if (range.end <= start)
		return 0;
	return ranges->items.count < MAX_CODE_RANGES ? vec_push(&ranges->items, range) : -EFBIG;
}

static int range_compare(const void *left, const void *right)
{
	const struct code_range *a = left, *b = right;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

static bool lie_apart(const struct code_range *ranges, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (ranges[i - 1].end > ranges[i].start)
			return false;
	return true;
}

/* Ranges that begin at or before the place looked at, as a heap: the latest is first. */
struct begun {
	const struct code_range **ranges;
	size_t count;
};

static void begun_push(struct begun *begun, const struct code_range *range)
{
	size_t at = begun->count++;

	for (; at && begun->ranges[(at - 1) / 2]->order < range->order; at = (at - 1) / 2)
		begun->ranges[at] = begun->ranges[(at - 1) / 2];
	begun->ranges[at] = range;
}

static void begun_pop(struct begun *begun)
{
	const struct code_range *last = begun->ranges[--begun->count];
	size_t at = 0;

	for (size_t child; (child = 2 * at + 1) < begun->count; at = child) {
		if (child + 1 < begun->count &&
		    begun->ranges[child + 1]->order > begun->ranges[child]->order)
			child++;
		if (begun->ranges[child]->order < last->order)
			break;
		begun->ranges[at] = begun->ranges[child];
	}
	begun->ranges[at] = last;
}

/* Writes at most 2 * count ranges, with their order as it was; returns how many. */
static size_t cut(const struct code_range *ranges, size_t count, struct begun *begun,
		  struct code_range *out)
{
	uint64_t at = 0;
	size_t next = 0, written = 0;

	while (next < count || begun->count) {
		if (!begun->count)
			at = ranges[next].start;
		while (next < count && ranges[next].start <= at)
			begun_push(begun, &ranges[next++]);
		const struct code_range *top = begun->ranges[0];
		if (top->end <= at) {
			begun_pop(begun);
			continue;
		}
		uint64_t end = top->end;
		if (next < count && ranges[next].start < end)
			end = ranges[next].start;
		if (written && out[written - 1].order == top->order && out[written - 1].end == at)
			out[written - 1].end = end;
		else
			out[written++] = (struct code_range){at, end, top->name, top->order};
		at = end;
	}
	return written;
}

int code_ranges_settle(struct code_ranges *ranges)
{
	size_t count = ranges->items.count;
	struct code_range *items = ranges->items.items;

	for (size_t i = 0; i < count; i++)
		items[i].order = (uint32_t)i;
	if (lie_apart(items, count))
		return 0;
	struct begun begun = {.ranges = malloc(count * sizeof(struct code_range *))};
	struct code_range *out = begun.ranges ? malloc(2 * count * sizeof(*out)) : NULL;
	if (!out) {
		free(begun.ranges);
		return -ENOMEM;
	}
	qsort(items, count, sizeof(*items), range_compare);
	ranges->items.count = cut(items, count, &begun, out);
	ranges->items.items = out;
	ranges->items.capacity = 2 * count;
	free(items);
	free(begun.ranges);
	return 0;
}

bool code_ranges_find(const struct code_ranges *ranges, uint64_t address, const char **name)
{
	size_t low = vec_up_to(&ranges->items, start, address);
	const struct code_range *range = low ? &ranges->items.items[low - 1] : NULL;
	if (!range || range->end <= address || !range->name)
		return false;
	*name = ranges->names.items + range->name;
	return true;
}

void code_ranges_done(struct code_ranges *ranges)
{
	vec_done(&ranges->items);
	vec_done(&ranges->names);
}
