// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "capture/image_ranges.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

int image_ranges_set(struct image_ranges *ranges, const struct image_range *from, size_t count)
{
	ranges->list.count = 0;
	if (vec_reserve(&ranges->list, count))
		return -ENOMEM;
	if (count)
		memcpy(ranges->list.items, from, count * sizeof(*from));
	ranges->list.count = count;
	return 0;
}

/* Keeps what `over` leaves of a range: nothing, one part, or the two beside it. */
static int keep_rest(struct image_ranges *ranges, const struct image_range *range,
		     const struct image_range *over)
{
	struct image_range rest = *range;

	if (range->end <= over->start || range->start >= over->end)
		return vec_push(&ranges->list, rest);
	if (range->start < over->start) {
		rest.end = over->start;
		if (vec_push(&ranges->list, rest))
			return -ENOMEM;
	}
	rest = *range;
	rest.start = over->end;
	return range->end > over->end ? vec_push(&ranges->list, rest) : 0;
}

int image_ranges_lay_over(struct image_ranges *ranges, const struct image_range *over)
{
	size_t count = ranges->list.count;
	CLEANUP(freep) struct image_range *before = malloc((count + 1) * sizeof(*before));
	bool placed = false;
	int err = 0;

	if (!before)
		return -ENOMEM;
	if (count)
		memcpy(before, ranges->list.items, count * sizeof(*before));
	ranges->list.count = 0;
	for (size_t i = 0; i < count && !err; i++) {
		if (!placed && before[i].start >= over->start) {
			placed = true;
			err = vec_push(&ranges->list, *over);
		}
		if (!err)
			err = keep_rest(ranges, &before[i], over);
		/* cut in two: the new one goes between the parts */
		if (!err && !placed && before[i].end > over->end) {
			struct image_range last = ranges->list.items[--ranges->list.count];
			placed = true;
			err = vec_push(&ranges->list, *over);
			err = err ? err : vec_push(&ranges->list, last);
		}
	}
	return err || placed ? err : vec_push(&ranges->list, *over);
}

void image_ranges_join(struct image_ranges *ranges)
{
	struct image_range *items = ranges->list.items;
	size_t kept = 0;

	for (size_t i = 0; i < ranges->list.count; i++) {
		if (kept && !items[i].image && !items[kept - 1].image &&
		    items[kept - 1].end == items[i].start)
			items[kept - 1].end = items[i].end;
		else
			items[kept++] = items[i];
	}
	ranges->list.count = kept;
}

void image_ranges_done(struct image_ranges *ranges)
{
	vec_done(&ranges->list);
}
