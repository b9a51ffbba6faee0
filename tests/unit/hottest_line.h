/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_HOTTEST_LINE_H
#define LTSBPF_TESTS_HOTTEST_LINE_H
#include "profile/profile.h"

/* The line of the frame with the most samples in profile->lines, and how many; 0: none is known. */
static inline uint32_t hottest_line(const struct profile *profile, uint32_t frame,
				    uint64_t *samples)
{
	const struct map64_entry *entry;
	uint32_t hottest = 0;

	*samples = 0;
	for (size_t at = 0; (entry = map64_next(&profile->lines, &at));) {
		uint32_t line = (uint32_t)entry->key;
		if (entry->key >> 32 != frame || entry->value < *samples ||
		    (entry->value == *samples && line > hottest))
			continue;
		*samples = entry->value;
		hottest = line;
	}
	return hottest;
}

#endif
