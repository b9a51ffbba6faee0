/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_SYMBOL_VIEW_H
#define LTSBPF_SYMBOL_VIEW_H
#include <stdbool.h>
#include <stdint.h>

struct stack_filter;

/* What is made of the records. */
struct resolver_view {
	bool by_thread;		 /* the tree is split by thread */
	bool by_line;		 /* Python functions are split by the line they are at */
	bool interpreter_frames; /* with the interpreter's own machinery */
	bool fold_kernel;	 /* without kernel frames: they count for who called the kernel */
	bool detail;		 /* profile->detail as well */
	bool timeline;		 /* profile->samples and ->threads as well */
	uint64_t skip_ns;	 /* without the samples of the first so many ns */
	struct stack_filter *filter; /* without the stacks it refuses; borrowed; NULL = with all */
};

#endif
