/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_SYMBOL_VIEW_H
#define LTSBPF_SYMBOL_VIEW_H
#include <stdbool.h>

/* What is made of the records. */
struct resolver_view {
	bool by_thread;		 /* the tree is split by thread */
	bool interpreter_frames; /* with the interpreter's own machinery */
	bool fold_kernel;	 /* without kernel frames: they count for who called the kernel */
};

#endif
