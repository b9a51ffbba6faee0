/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_RECORDING_SYMBOL_RECORDS_H
#define LTSBPF_RECORDING_SYMBOL_RECORDS_H
/* What the words of native, JIT and kernel frames (enum frame_word) mean. */
#include <stdint.h>

#include "ltsbpf.h"

struct image_record {
	struct record head; /* head.pid = the process it was first seen in */
	uint32_t image;	    /* as in words of frames */
	uint32_t reserved;
	char data[]; /* path as the process saw it ("[vdso]"), build-id in hex ("" = none) */
};

enum symbol_flag {
	SYMBOL_INTERPRETER = 1, /* machinery of the interpreter, not a function of the program */
	SYMBOL_BUILTIN = 2,	/* named as Python names it: "list.sort" */
	SYMBOL_EVAL = 4,	/* runs Python frames: _PyEval_EvalFrameDefault */
	SYMBOL_COLLECTOR = 8,	/* runs a garbage collection */
	SYMBOL_START = 16,	/* of the C library: calls main() or a thread's function */
	SYMBOL_LATE = 32, /* no function: a file that was mapped so late that we did not know */
};

enum {
	MAX_SYMBOL_FUNCTIONS = 32
};

/* Words of native and kernel frames mean the same in all processes, those of JIT frames not. */
struct symbol_record {
	struct record head; /* head.pid = of a JIT frame */
	uint64_t word;
	uint32_t flags;
	uint32_t count; /* of functions: inlined ones first, innermost first, then the symbol;
			 * 1..MAX_SYMBOL_FUNCTIONS */
	char data[];	/* for each: name ("" = not known), "file:line" ("" = not known) */
};

#endif
