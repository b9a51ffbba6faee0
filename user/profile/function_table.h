/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PROFILE_FUNCTION_TABLE_H
#define LTSBPF_PROFILE_FUNCTION_TABLE_H
/* What reports list: functions in an order, markers apart from them, lines, threads, margins. */
#include "base/vec.h"
#include "profile/function_costs.h"
#include "profile/profile.h"

enum function_order {
	FUNCTIONS_BY_SELF, /* most first */
	FUNCTIONS_BY_TOTAL,
	FUNCTIONS_BY_NAME,
};

/* Samples at a line of a function, with the machine code that the line called. */
struct function_line {
	uint32_t frame, line;
	uint64_t samples;
};

/* A thread of a tree that is split by thread; frame ids. */
struct thread_cost {
	uint32_t process, thread;
	uint64_t samples;
};

struct function_table {
	struct function_cost *functions, *markers; /* markers: "[gc gen 2]", by total */
	size_t function_count, marker_count;
	struct function_cost *all;	   /* what both are in */
	VEC(struct function_line) lines;   /* together for each function, the hottest first */
	VEC(struct function_line) hottest; /* the same ones, the hottest of all functions first */
	VEC(struct thread_cost) threads;   /* most samples first; none when not split */
};

/* Functions by self. The table is zeroed first; function_table_done() is due. 0 or -ENOMEM. */
int function_table_make(const struct profile *profile, struct function_table *table);

/* Equal ones stand in the order of first sight. */
void function_table_sort(struct function_table *table, const struct profile *profile,
			 enum function_order order);

/* The lines of a function, *count of them, the hottest first. */
const struct function_line *function_table_lines(const struct function_table *table, uint32_t frame,
						 size_t *count);

void function_table_done(struct function_table *table);

/*
 * Half the width of the 95 % interval (normal approximation) of the share samples / all, 0..1; 0
 * without samples.
 */
double sample_margin(uint64_t samples, uint64_t all);

#endif
