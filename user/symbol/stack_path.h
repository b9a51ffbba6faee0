/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_SYMBOL_STACK_PATH_H
#define LTSBPF_SYMBOL_STACK_PATH_H
/* From the words of one stack to the frames of one path in the tree. */
#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "symbol/stack_merge.h"
#include "symbol/view.h"
#include "symbol/word_meanings.h"

/* Used again for each stack. Zeroed = empty. */
struct stack_path {
	VEC(uint32_t) frames; /* root first */
	VEC(uint32_t) lined;  /* the same with Python's functions by line; if view->detail */
	uint32_t leaf_line;   /* in the last of them; 0 = not known */
	/* The innermost Python function, and the line it is at; 0 = there is none, or not known. */
	uint32_t python_frame, python_line;
	bool has_python;
	struct merged_words merged;
	VEC(uint32_t) leaf_first, leaf_first_lined;
};

/* Fills in path->merged. 0 or -ENOMEM. */
int stack_path_merge(struct stack_path *path, const struct stack_words *stack,
		     struct word_meanings *meanings);

/*
 * Appends the frames of the merged words, root first, to both. What is not of the program is left
 * out, as long as the stack has Python frames: the interpreter's machinery, and what called main()
 * or the thread's function; view->interpreter_frames shows all. 0 or -ENOMEM.
 */
int stack_path_append(struct stack_path *path, struct word_meanings *meanings,
		      const struct resolver_view *view);

void stack_path_done(struct stack_path *path);

#endif
