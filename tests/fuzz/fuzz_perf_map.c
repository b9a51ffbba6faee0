// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* Any perf map, in two pieces: ranges lie apart, names are whole, and a cut changes nothing. */
#include <stdlib.h>
#include <string.h>

#include "image/perf_map.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In a block of its own, so that a step over its end is seen. */
static int64_t take(struct code_ranges *ranges, const uint8_t *data, size_t size)
{
	char *copy = malloc(size + !size);

	if (size)
		memcpy(copy, data, size);
	int64_t taken = perf_map_take(ranges, copy, size);
	free(copy);
	if (taken < 0 || (size_t)taken > size || code_ranges_settle(ranges))
		abort();
	return taken;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct code_ranges whole = {0}, pieces = {0};

	take(&whole, data, size);
	size_t taken = (size_t)take(&pieces, data, size / 2);
	take(&pieces, data + taken, size - taken);
	for (size_t i = 0; i < whole.items.count; i++) {
		struct code_range *range = &whole.items.items[i];
		const char *name = NULL, *other = NULL;

		if (i && range->start < range[-1].end)
			abort();
		if (!code_ranges_find(&whole, range->end - 1, &name) ||
		    !code_ranges_find(&pieces, range->end - 1, &other) || strcmp(name, other) != 0)
			abort();
	}
	code_ranges_done(&whole);
	code_ranges_done(&pieces);
	return 0;
}
