// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* A shared library of native_rules.c: PREFIX_outer -> PREFIX_middle -> PREFIX_leaf, which burns. */
#include "native_rules.h"

#define PASTE(a, b)	   a##b
#define NAME(prefix, part) PASTE(prefix, part)

/* Saves registers and moves the stack, so that nobody finds its caller by chance. */
KEPT uint64_t NAME(PREFIX, _leaf)(uint64_t ticks, int stops)
{
	volatile char room[200];

	room[0] = (char)ticks;
	__asm__ volatile("" ::: "rbx", "r12", "r13", "r14", "r15");
	spin_for(ticks, stops);
	return (uint64_t)room[0];
}

KEPT uint64_t NAME(PREFIX, _middle)(uint64_t ticks, int stops)
{
	uint64_t result = NAME(PREFIX, _leaf)(ticks, stops);

	BEHIND_CALL;
	return result + 1;
}

uint64_t NAME(PREFIX, _outer)(uint64_t ticks, int stops)
{
	uint64_t result = NAME(PREFIX, _middle)(ticks, stops);

	BEHIND_CALL;
	return result + 1;
}
