// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* Any jitdump, as it grows by a few bytes at a time: names are whole, and ranges lie apart. */
#include <stdlib.h>
#include <string.h>

#include "image/jitdump.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In a block of its own, so that a step over its end is seen. */
static int64_t take(struct jitdump *dump, const uint8_t *data, size_t size)
{
	char *copy = malloc(size);

	memcpy(copy, data, size);
	int64_t taken = jitdump_take(dump, copy, size);
	free(copy);
	return taken;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct jitdump dump = {0};
	uint64_t done = 0;

	for (size_t there = 1; there <= size; there += 1 + there / 4) {
		int64_t taken = done < there ? take(&dump, data + done, there - (size_t)done) : 0;
		if (taken < 0)
			break;
		done += (uint64_t)taken;
	}
	if (code_ranges_settle(&dump.ranges))
		abort();
	for (size_t i = 0; i < dump.ranges.items.count; i++) {
		struct code_range *range = &dump.ranges.items.items[i];
		const char *name = "";

		if ((i && range->start < range[-1].end) ||
		    jitdump_find(&dump, range->start, &name) != !!*name)
			abort();
	}
	jitdump_done(&dump);
	return 0;
}
