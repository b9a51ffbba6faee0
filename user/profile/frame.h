/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PROFILE_FRAME_H
#define LTSBPF_PROFILE_FRAME_H
/*
 * What a person reads as one box of a flame graph: a function, a process, a thread, a marker.
 * Frames are interned: equal frames share one id. Names are WTF-8 (base/text.h), never NULL.
 */
#include <stdint.h>

#include "base/map64.h"
#include "base/strings.h"
#include "base/vec.h"

enum frame_kind {
	FRAME_PROCESS, /* name = command name of the process */
	FRAME_THREAD,  /* name = thread name and id */
	FRAME_PYTHON,  /* a Python function */
	FRAME_NATIVE,  /* a function of machine code; file = the library's base name */
	FRAME_INLINED, /* one that the compiler put into the native one above it; file likewise */
	FRAME_BUILTIN, /* one that Python knows by this name: "list.sort" */
	FRAME_JIT,     /* machine code made at run time */
	FRAME_KERNEL,  /* a kernel function */
	FRAME_GAP,     /* here frames of machine code are missing: "[no unwind info: lib]" */
	FRAME_MARKER,  /* not a function: "[truncated]", "[gc gen 2]", ... brackets included */
	FRAME_KINDS,
};

struct frame {
	enum frame_kind kind;
	uint32_t first_line;	/* of a Python function, 1-based; else 0 */
	uint32_t line;		/* where it is just now, in views by line; 0 = not told apart */
	const char *name;	/* what is shown: qualname on 3.11+, else co_name */
	const char *short_name; /* co_name of a Python function (pstats keys by it); else = name */
	const char *file;	/* co_filename in full; "" when there is none */
};

struct frames {
	struct strings strings;
	struct map64 by_hash;
	VEC(struct frame) list;
};

/* The id (0, 1, 2, ...) of a frame equal to *frame, made on first sight. -ENOMEM otherwise. */
int64_t frames_intern(struct frames *frames, const struct frame *frame);

/* A one-word way to frames_intern for frames that have only a name. */
int64_t frames_add(struct frames *frames, enum frame_kind kind, const char *name);

/* Borrowed until frames_done() or the next frames_intern(). */
const struct frame *frames_get(const struct frames *frames, uint32_t id);

void frames_done(struct frames *frames);

/*
 * "qualname (path:first_line)" (by line: "qualname (path:line)"), "symbol (lib)", "symbol
 * (lib)_[i]", "list.sort", "symbol_[k]", ...: the words of the folded format, not escaped. Owned by
 * the caller; NULL when memory is out.
 */
char *frame_label(const struct frame *frame);

#endif
