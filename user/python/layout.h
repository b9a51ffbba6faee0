/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PYTHON_LAYOUT_H
#define LTSBPF_PYTHON_LAYOUT_H
/*
 * Where a build of CPython keeps its fields (struct python_layout), on x86-64. Sources, by version:
 *   thread state, interpreter   Include/cpython/pystate.h, Include/internal/pycore_interp.h
 *   runtime                     Include/internal/pycore_pystate.h (3.8), pycore_runtime.h
 *   frame                       Include/frameobject.h (3.8), Include/cpython/frameobject.h (3.9,
 *                               3.10), Include/internal/pycore_frame.h (3.11 on)
 *   code                        Include/code.h (3.8), Include/cpython/code.h (3.9 on)
 *   str, bytes                  Include/cpython/unicodeobject.h, Include/cpython/bytesobject.h
 * tests/e2e/layout_headers.sh compares every field with those headers. No function here prints.
 */
#include <stdint.h>

#include "ltsbpf.h"

enum {
	/* What a walker reads at most of a frame, and of a code object. */
	LAYOUT_FRAME_BYTES = 128,
	LAYOUT_CODE_BYTES = 192,
	LAYOUT_FIELD_BYTES = 8, /* of the widest field */
	/* FRAME_OWNED_BY_CSTACK in 3.12 and 3.13, FRAME_OWNED_BY_INTERPRETER from 3.14 on. */
	LAYOUT_SHIM_OWNER = 3,
	/* Frames lie in data stack chunks of 16 KiB (Python/pystate.c, 3.11 on). */
	LAYOUT_FRAME_WINDOW = 4096,
};

/*
 * The layout of 3.8 to 3.12 (version as in version.h) from a table, which
 * layout_confirm() then compares with the file. -ENOTSUP for other versions.
 */
int layout_from_table(uint32_t version, struct python_layout *layout);

/*
 * Whether a walker may use the layout: every offset of a frame + 8 is at most frame_bytes <= 128,
 * of a code object + 8 at most code_bytes <= 192; of a thread state at most 4 KiB, of the runtime
 * and an interpreter at most 1 MiB, and all of them are aligned as the field is. 0 or -EINVAL.
 */
int layout_check(const struct python_layout *layout);

/* How much of PyCode_Type layout_confirm() looks at. */
enum {
	LAYOUT_TYPE_BYTES = 56
};

/*
 * Compares a layout of layout_from_table() with PyCode_Type as it stands in the file:
 * tp_basicsize is the size of a code object, from 3.11 on without its instructions
 * (Objects/codeobject.c). Py_DEBUG moves no field of ours; Py_TRACE_REFS makes each object begin
 * with 16 bytes more (Include/object.h), and that is corrected. 0: confirmed. 1: corrected.
 * -EINVAL: another struct, of somebody's own making; the layout is untouched and not to be used.
 */
int layout_confirm(struct python_layout *layout, const uint8_t code_type[LAYOUT_TYPE_BYTES]);

#endif
