// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/line_tree.h"

#include <errno.h>
#include <stdlib.h>

int line_tree_init(struct line_tree *table, const struct frames *frames)
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

void line_tree_done(struct line_tree *table)
{
	frames_done(&table->functions);
	free(table->of_frame);
	*table = (struct line_tree){0};
}

const struct profile *line_tree_of(const struct profile *profile)
{
	return profile->detail ? profile->detail : profile;
}
