// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/function_table.h"

#include <errno.h>
#include <stdlib.h>

int function_table_init(struct function_table *table, const struct frames *frames)
{
	size_t count = frames->list.count;

	table->of_frame = calloc(count + 1, sizeof(*table->of_frame));
	if (!table->of_frame)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		struct frame frame = *frames_get(frames, (uint32_t)i);
		frame.line = 0;
		int64_t function = frames_intern(&table->functions, &frame);
		if (function < 0)
			return -ENOMEM;
		table->of_frame[i] = (uint32_t)function;
	}
	return 0;
}

void function_table_done(struct function_table *table)
{
	frames_done(&table->functions);
	free(table->of_frame);
	*table = (struct function_table){0};
}

const struct profile *function_table_tree(const struct profile *profile)
{
	return profile->detail ? profile->detail : profile;
}
