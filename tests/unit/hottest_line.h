/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_HOTTEST_LINE_H
#define LTSBPF_TESTS_HOTTEST_LINE_H
#include "profile/profile.h"

/* The line of the frame with the most samples in profile->lines, and how many; 0: none is known. */
static inline uint32_t hottest_line(const struct profile *profile, uint32_t frame,
				    uint64_t *samples)
{
	const struct map64 *lines = &profile->lines;
	uint32_t hottest = 0;

	*samples = 0;
	for (size_t i = 0; i < lines->capacity; i++) {
		if (!lines->used[i] || lines->keys[i] >> 32 != frame)
			continue;
		uint32_t line = (uint32_t)lines->keys[i];
		if (lines->values[i] < *samples || (lines->values[i] == *samples && line > hottest))
			continue;
		*samples = lines->values[i];
		hottest = line;
	}
	return hottest;
}

#endif
