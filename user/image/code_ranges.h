/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_IMAGE_CODE_RANGES_H
#define LTSBPF_IMAGE_CODE_RANGES_H
/*
 * Names of machine code that a process makes as it runs, by address. What is added later wins where
 * ranges overlap: a JIT puts new code where old code was. A zeroed struct is an empty one; it takes
 * 24 bytes a range, and the bytes of the names.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

enum {
	MAX_CODE_RANGES = 4 << 20,
};

struct code_range {
	uint64_t start, end;
	uint32_t name;	/* offset into the names; 0 = none */
	uint32_t order; /* used while settling: the higher came later */
};

struct code_ranges {
	VEC(struct code_range) items; /* settled: by address, none over another */
	VEC(char) names;
};

/*
 * Adds a name without a range, cut to MAX_TEXT_BYTES - 1 and at a NUL. 0, -ENOMEM, or -EFBIG when
 * there are MAX_CODE_RANGES or 4 GiB of names already.
 */
int code_ranges_name(struct code_ranges *ranges, const char *name, size_t length, uint32_t *at);

/*
 * Adds a range with a name from code_ranges_name(), or 0: nothing is known of it from now on. One
 * that is empty or runs over the end of the address space is left out. 0, -ENOMEM, or -EFBIG when
 * there are MAX_CODE_RANGES already.
 */
int code_ranges_add(struct code_ranges *ranges, uint64_t start, uint64_t size, uint32_t name);

/*
 * After adding and before finding: cuts away what something later lies over. More may be added
 * afterwards. 0, or -ENOMEM and then nothing may be found until it succeeds.
 */
int code_ranges_settle(struct code_ranges *ranges);

/* *name is borrowed until something is added. False, and *name untouched: nothing is known. */
bool code_ranges_find(const struct code_ranges *ranges, uint64_t address, const char **name);

void code_ranges_done(struct code_ranges *ranges);

#endif
