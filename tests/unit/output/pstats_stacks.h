/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_PSTATS_STACKS_H
#define LTSBPF_TESTS_PSTATS_STACKS_H
/*
 * Profiles from stacks written as words, root first: "process:python main A.f@10 native:dgemm".
 * A word is KIND:NAME, or a Python function of x.py: QUALNAME@LINE (line 1 when not told), whose
 * co_name is what follows the last dot.
 */
#include <stdlib.h>
#include <string.h>

#include "profile/profile.h"

static const char *const stack_kinds[] = {
	[FRAME_PROCESS] = "process:", [FRAME_THREAD] = "thread:",   [FRAME_NATIVE] = "native:",
	[FRAME_INLINED] = "inlined:", [FRAME_BUILTIN] = "builtin:", [FRAME_JIT] = "jit:",
	[FRAME_KERNEL] = "kernel:",   [FRAME_GAP] = "gap:",	    [FRAME_MARKER] = "marker:",
};

static inline int64_t stack_frame(struct profile *profile, char *word)
{
	for (size_t i = 0; i < sizeof(stack_kinds) / sizeof(*stack_kinds); i++)
		if (stack_kinds[i] && !strncmp(word, stack_kinds[i], strlen(stack_kinds[i])))
			return frames_add(&profile->frames, (enum frame_kind)i,
					  word + strlen(stack_kinds[i]));
	char *at = strchr(word, '@');
	if (at)
		*at = '\0';
	char *dot = strrchr(word, '.');
	return frames_intern(&profile->frames,
			     &(struct frame){
				     .kind = FRAME_PYTHON,
				     .first_line = at ? (uint32_t)atoi(at + 1) : 1,
				     .name = word,
				     .short_name = dot ? dot + 1 : word,
				     .file = "x.py",
			     });
}

/* Adds count samples of the stack (up to 64 words, 1023 bytes). 0 or -ENOMEM. */
static inline int stack_add(struct profile *profile, const char *stack, uint64_t count)
{
	char words[1024], *rest = words;
	uint32_t frames[64];
	size_t depth = 0;

	snprintf(words, sizeof(words), "%s", stack);
	for (char *word; depth < 64 && (word = strsep(&rest, " "));) {
		if (!*word)
			continue;
		int64_t frame = stack_frame(profile, word);
		if (frame < 0)
			return (int)frame;
		frames[depth++] = (uint32_t)frame;
	}
	return profile_add(profile, frames, depth, 0, count);
}

#endif
