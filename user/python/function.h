/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PYTHON_FUNCTION_H
#define LTSBPF_PYTHON_FUNCTION_H
/*
 * The texts of a code object, from the record that the kernel side made when it first saw it. What
 * could not be shipped then (too long, or not in memory) is read from the process now, and is taken
 * only if the code object still is the one of the record.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ltsbpf.h"

enum {
	/* A text above this is taken for garbage. */
	FUNCTION_TEXT_BYTES = 1 << 20,
};

/* What stands for a text that could not be had. */
#define FUNCTION_UNREADABLE "[unreadable]"

/* All pointers are owned; no text is NULL. Texts are in the form of base/text.h. */
struct function_text {
	char *name;	    /* co_name */
	char *qualname;	    /* co_qualname; up to 3.10 the name */
	char *filename;	    /* co_filename */
	uint8_t *linetable; /* for linetable_line(); NULL when empty or unreadable */
	size_t linetable_size;
	uint32_t first_line; /* co_firstlineno; 0 when it is no line */
	uint64_t fingerprint;
	bool complete; /* every text is whole */
};

/*
 * `record` is head.size bytes long and may hold anything behind the head; `layout` is the one that
 * record->layout means. 0; -EINVAL: the record contradicts itself; -ENOMEM. *function is untouched
 * on failure, else function_done() is due.
 */
int function_from_record(const struct code_record *record, const struct python_layout *layout,
			 struct function_text *function);

void function_done(struct function_text *function);

#endif
