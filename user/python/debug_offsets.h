/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PYTHON_DEBUG_OFFSETS_H
#define LTSBPF_PYTHON_DEBUG_OFFSETS_H
/*
 * _Py_DebugOffsets, in which CPython from 3.13 on tells where its fields are. It is the first
 * member of _PyRuntime and has its content in the file. Its own form changes with each minor
 * version: 3.13 Include/internal/pycore_runtime.h, 3.14 and 3.15
 * Include/internal/pycore_debug_offsets.h. Pure.
 */
#include <stddef.h>
#include <stdint.h>

#include "ltsbpf.h"

enum {
	/* Enough of _PyRuntime for that of 3.13 (584 bytes) to 3.15 (888). */
	DEBUG_OFFSETS_BYTES = 1024,
};

#define DEBUG_OFFSETS_COOKIE "xdebugpy"

/* How all of them begin. */
struct debug_offsets_head {
	char cookie[8];		/* DEBUG_OFFSETS_COOKIE, without its NUL */
	uint64_t version;	/* PY_VERSION_HEX */
	uint64_t free_threaded; /* 1 in builds without the GIL */
};

/*
 * The layout of 3.13 to 3.15, with or without the GIL. `wanted` is the version (version.h) that the
 * bytes are to be of, but for its micro part. -ENOTSUP: the form of that version is not known.
 * -EINVAL: the cookie or the version is another, an offset does not lie in its struct, or the
 * layout does not pass layout_check(). Nothing is written on failure.
 *
 * Not in there: runtime_autoTSSkey up to 3.14, code_version and code_flags. They stand at a fixed
 * distance from their neighbours in these versions. 3.15 has no autoTSSkey (~0u).
 *
 * Without the GIL a thread other than the first runs a copy of the bytecode (co_tlbc, 3.14 on): a
 * position in it lies outside the code object, and is no line there.
 */
int debug_offsets_layout(const uint8_t *bytes, size_t size_bytes, uint32_t wanted,
			 struct python_layout *layout);

#endif
