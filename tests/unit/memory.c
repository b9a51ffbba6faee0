// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "memory.h"

#include <errno.h>
#include <stddef.h>

/* 0 = succeed for ever, 1 = the next one fails. */
static unsigned int countdown;
static bool armed;

void memory_fail_at(unsigned int nth)
{
	countdown = nth;
	armed = true;
}

bool memory_failed(void)
{
	bool failed = armed && !countdown;

	countdown = 0;
	armed = false;
	return failed;
}

static bool fails_now(void)
{
	if (!countdown || --countdown)
		return false;
	errno = ENOMEM;
	return true;
}

#define WRAP(type, name, parameters, arguments)                                                    \
	type __real_##name parameters;                                                             \
	type __wrap_##name parameters;                                                             \
	type __wrap_##name parameters                                                              \
	{                                                                                          \
		return fails_now() ? NULL : __real_##name arguments;                               \
	}

WRAP(void *, malloc, (size_t size), (size))
WRAP(void *, calloc, (size_t count, size_t size), (count, size))
WRAP(void *, realloc, (void *old, size_t size), (old, size))
WRAP(void *, reallocarray, (void *old, size_t count, size_t size), (old, count, size))
WRAP(char *, strdup, (const char *text), (text))
