/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_DETAILED_H
#define LTSBPF_TESTS_DETAILED_H
/*
 * Profiles that have lines: stacks as in output/pstats_stacks.h, where a Python function may have
 * the line it is at: "main@1:7". They go into the tree without and into profile->detail with it.
 */
#include "output/pstats_stacks.h"

/* Adds count samples; 0 or -ENOMEM. */
static inline int detailed_add(struct profile *profile, const char *stack, uint64_t count)
{
	char words[1024], *rest = words;
	uint32_t merged[64], lined[64];
	size_t depth = 0;

	if (!profile->detail)
		profile->detail = profile_new();
	if (!profile->detail)
		return -ENOMEM;
	snprintf(words, sizeof(words), "%s", stack);
	for (char *word; depth < 64 && (word = strsep(&rest, " ")); depth++) {
		char *at = strchr(word, '@'), *colon = at ? strchr(at, ':') : NULL;
		int64_t id = stack_frame(profile, word);
		if (id < 0)
			return (int)id;
		struct frame frame = *frames_get(&profile->frames, (uint32_t)id);
		frame.line = colon ? (uint32_t)atoi(colon + 1) : 0;
		merged[depth] = (uint32_t)id;
		id = frames_intern(&profile->frames, &frame);
		if (id < 0)
			return (int)id;
		lined[depth] = (uint32_t)id;
	}
	if (profile_add(profile, merged, depth, 0, count))
		return -ENOMEM;
	return profile_add(profile->detail, lined, depth, 0, count);
}

#endif
