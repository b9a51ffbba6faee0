/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_SYMBOL_STACK_FILTER_H
#define LTSBPF_SYMBOL_STACK_FILTER_H
/*
 * Which stacks are shown: --include, --exclude, --process and --thread. Patterns are extended
 * regular expressions and match anywhere in the text.
 */
#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

struct frames;

struct stack_patterns {
	const char *include; /* a function of the stack matches, by its label; NULL = any stack */
	const char *exclude; /* no function of it does */
	const char *process; /* the name, or the whole pid, of its process */
	const char *thread;  /* the name, or the whole tid, of its thread */
};

/* Zeroed = takes all. */
struct stack_filter {
	regex_t include, exclude, process, thread;
	bool has_include, has_exclude, has_process, has_thread;
	VEC(uint8_t) labels; /* by frame id: what its label matches, once it was looked at */
};

/* 0, -EINVAL when a pattern is no expression (untold), or -ENOMEM. */
int stack_filter_init(struct stack_filter *filter, const struct stack_patterns *patterns);

bool stack_filter_takes_process(const struct stack_filter *filter, const char *name, uint32_t pid);
bool stack_filter_takes_thread(const struct stack_filter *filter, const char *name, uint32_t tid);

/* Before the stacks of another profile, in which ids stand for other frames. */
void stack_filter_begin(struct stack_filter *filter);

/* 1 = it takes a stack of these frames, 0 = it does not, -ENOMEM. */
int stack_filter_takes(struct stack_filter *filter, const struct frames *frames,
		       const uint32_t *stack, size_t depth);

void stack_filter_done(struct stack_filter *filter);

#endif
