/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_MEMORY_H
#define LTSBPF_TESTS_MEMORY_H
/*
 * Memory that runs out when a test wants it: malloc, calloc, realloc, reallocarray and strdup of
 * ltsbpf's own code, by the linker's --wrap (what libc allocates inside is not touched).
 *
 *	for (unsigned int nth = 1;; nth++) {
 *		memory_fail_at(nth);
 *		int err = x_build(&x);
 *		if (!memory_failed())
 *			break;
 *		check_int(err, -ENOMEM);
 *	}
 */
#include <stdbool.h>

/* The nth allocation from now on fails, once; 1 is the next one. */
void memory_fail_at(unsigned int nth);

/* Whether one has failed since; allocations succeed from here on. */
bool memory_failed(void);

#endif
