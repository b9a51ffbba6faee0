/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_SYMBOL_FUNCTIONS_H
#define LTSBPF_SYMBOL_FUNCTIONS_H
/*
 * The code objects of a run by the id that stands in a frame's word, and what they turn into:
 * a frame and a line.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/map64.h"
#include "base/vec.h"
#include "profile/frame.h"

struct function_record;

struct function {
	uint64_t fingerprint;
	uint32_t frame; /* id in the frames given to functions_add() */
	uint32_t first_line, python_minor;
	size_t linetable, linetable_bytes; /* place in functions.tables */
};

struct functions {
	VEC(struct function) list;
	VEC(uint8_t) tables;
	struct map64 by_id;
	struct map64 by_table; /* hash of frame and table -> place in tables */
	uint64_t collisions;   /* code objects that share an id with another one */
};

/* Takes a code object; one that is known already is passed over. 0 or -ENOMEM. */
int functions_add(struct functions *functions, const struct function_record *record,
		  struct frames *frames);

/* The function that a frame's word names; NULL when it never came. */
const struct function *functions_find(const struct functions *functions, uint64_t word);

/* The line that a frame's word stands for; 0 = none. */
uint32_t functions_line(const struct functions *functions, const struct function *function,
			uint64_t word);

void functions_done(struct functions *functions);

#endif
