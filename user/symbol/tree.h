/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_SYMBOL_TREE_H
#define LTSBPF_SYMBOL_TREE_H
/* From counted stacks to the call tree, the detailed one, and the samples in time. */
#include <stdint.h>

#include "ltsbpf.h"
#include "symbol/counted_stacks.h"
#include "symbol/functions.h"
#include "symbol/gaps.h"
#include "symbol/native_symbols.h"
#include "symbol/processes.h"
#include "symbol/view.h"

struct profile;

/* What the tree is made of; all borrowed. */
struct tree_parts {
	const struct resolver_view *view;
	struct counted_stacks *stacks; /* its words get one more */
	const struct processes *processes;
	const struct functions *functions;
	const struct native_symbols *natives;
	struct gaps *gaps;		    /* filled */
	uint64_t by_status[STACK_STATUSES]; /* filled: samples */
	uint64_t begin_ns;		    /* CLOCK_MONOTONIC */
};

/*
 * Fills the tree of a profile whose frames know the functions and symbols; and as the view wants
 * it, profile->detail, ->threads and ->samples. 0 or -ENOMEM.
 */
int tree_fill(struct tree_parts *parts, struct profile *profile);

#endif
