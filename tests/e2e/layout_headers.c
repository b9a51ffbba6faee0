// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * Compares our layout of a CPython version, field by field, with what its own headers say. Built by
 * layout_headers.sh against the headers of that version. For 3.13 and later the _Py_DebugOffsets
 * come from the headers (3.14 on) or the first argument, a file that begins with them.
 */
#include <Python.h>
#include <stdio.h>

#include "internal/pycore_pystate.h"
#if PY_VERSION_HEX >= 0x03090000
#include "internal/pycore_interp.h"
#include "internal/pycore_runtime.h"
#endif
#if PY_VERSION_HEX < 0x030b0000
#include <frameobject.h>
#else
#include "internal/pycore_code.h"
#include "internal/pycore_frame.h"
#endif
#if PY_VERSION_HEX >= 0x030e0000
#include "internal/pycore_debug_offsets.h"
#include "internal/pycore_interpframe_structs.h"
#endif

#include "python/debug_offsets.h"
#include "python/layout.h"

static int differences, fields;

static void compare(const char *name, unsigned long ours, unsigned long theirs)
{
	fields++;
	if (ours == theirs)
		return;
	differences++;
	fprintf(stderr, "%s: %s is %lu, not %lu\n", PY_VERSION, name, ours, theirs);
}

#define FIELD(ours, type, theirs) compare(#ours, layout->ours, offsetof(type, theirs))
#define VALUE(ours, theirs)	  compare(#ours, layout->ours, theirs)

static void compare_state(const struct python_layout *layout)
{
	FIELD(runtime_interpreters_head, _PyRuntimeState, interpreters.head);
#if PY_VERSION_HEX < 0x030c0000
	FIELD(runtime_autoTSSkey, _PyRuntimeState, gilstate.autoTSSkey);
#elif PY_VERSION_HEX < 0x030f0000
	FIELD(runtime_autoTSSkey, _PyRuntimeState, autoTSSkey);
#else
	VALUE(runtime_autoTSSkey, ~0u);
#endif
	FIELD(interp_next, PyInterpreterState, next);
#if PY_VERSION_HEX < 0x030b0000
	FIELD(interp_threads_head, PyInterpreterState, tstate_head);
#else
	FIELD(interp_threads_head, PyInterpreterState, threads.head);
#endif
	FIELD(tstate_next, PyThreadState, next);
	FIELD(tstate_thread_id, PyThreadState, thread_id);
}

static void compare_frame(const struct python_layout *layout)
{
#if PY_VERSION_HEX < 0x030b0000
	FIELD(tstate_frame, PyThreadState, frame);
	VALUE(cframe_frame, NO_FIELD);
	FIELD(frame_previous, PyFrameObject, f_back);
	FIELD(frame_code, PyFrameObject, f_code);
	FIELD(frame_position, PyFrameObject, f_lasti);
	VALUE(frame_owner, NO_FIELD);
	VALUE(frame_window, 0);
#else
	FIELD(frame_previous, _PyInterpreterFrame, previous);
	FIELD(frame_owner, _PyInterpreterFrame, owner);
	VALUE(frame_window, 4096);
#if PY_VERSION_HEX < 0x030d0000
	FIELD(tstate_frame, PyThreadState, cframe);
	FIELD(cframe_frame, _PyCFrame, current_frame);
	FIELD(frame_code, _PyInterpreterFrame, f_code);
	FIELD(frame_position, _PyInterpreterFrame, prev_instr);
#else
	FIELD(tstate_frame, PyThreadState, current_frame);
	VALUE(cframe_frame, NO_FIELD);
	FIELD(frame_code, _PyInterpreterFrame, f_executable);
	FIELD(frame_position, _PyInterpreterFrame, instr_ptr);
#endif
	compare("frame_bytes", layout->frame_bytes <= sizeof(_PyInterpreterFrame), 1);
#endif
#if PY_VERSION_HEX >= 0x030e0000
	VALUE(shim_owner, FRAME_OWNED_BY_INTERPRETER);
#elif PY_VERSION_HEX >= 0x030c0000
	VALUE(shim_owner, FRAME_OWNED_BY_CSTACK);
#else
	VALUE(shim_owner, 0);
#endif
	VALUE(position_kind, PY_VERSION_HEX < 0x030a0000   ? POSITION_LASTI_BYTES
			     : PY_VERSION_HEX < 0x030b0000 ? POSITION_LASTI_UNITS
							   : POSITION_POINTER);
}

static void compare_code(const struct python_layout *layout)
{
	FIELD(code_firstlineno, PyCodeObject, co_firstlineno);
	FIELD(code_filename, PyCodeObject, co_filename);
	FIELD(code_name, PyCodeObject, co_name);
#if PY_VERSION_HEX < 0x030a0000
	FIELD(code_linetable, PyCodeObject, co_lnotab);
#else
	FIELD(code_linetable, PyCodeObject, co_linetable);
#endif
#if PY_VERSION_HEX < 0x030b0000
	VALUE(code_adaptive, NO_FIELD);
	VALUE(code_qualname, NO_FIELD);
#else
	FIELD(code_adaptive, PyCodeObject, co_code_adaptive);
	FIELD(code_qualname, PyCodeObject, co_qualname);
#endif
#if PY_VERSION_HEX < 0x030c0000
	VALUE(code_version, NO_FIELD);
#else
	FIELD(code_version, PyCodeObject, co_version);
#endif
}

/* Where `kind` is: the lowest bit that a state with kind 1 has and one with kind 0 has not. */
static unsigned long kind_shift(void)
{
	PyASCIIObject object = {.state.kind = 1};
	uint32_t state;

	memcpy(&state, &object.state, sizeof(state));
	return (unsigned long)__builtin_ctz(state);
}

static void compare_objects(const struct python_layout *layout)
{
	FIELD(object_type, PyObject, ob_type);
	FIELD(unicode_length, PyASCIIObject, length);
	FIELD(unicode_hash, PyASCIIObject, hash);
	FIELD(unicode_state, PyASCIIObject, state);
	VALUE(unicode_ascii_data, sizeof(PyASCIIObject));
	VALUE(unicode_compact_data, sizeof(PyCompactUnicodeObject));
	FIELD(unicode_compact_data, PyUnicodeObject, data);
	FIELD(bytes_size, PyVarObject, ob_size);
	FIELD(bytes_data, PyBytesObject, ob_sval);
	VALUE(unicode_kind_shift, kind_shift());
	VALUE(version_minor, PY_MINOR_VERSION);
}

static int layout_of_this_version(const char *path, struct python_layout *layout)
{
#if PY_VERSION_HEX < 0x030d0000
	(void)path;
	return layout_from_table(PY_VERSION_HEX, layout);
#else
	uint8_t bytes[DEBUG_OFFSETS_BYTES] = {0};
#if PY_VERSION_HEX >= 0x030e0000
	_Py_DebugOffsets offsets = _Py_DebugOffsets_INIT(DEBUG_OFFSETS_COOKIE);
	(void)path;
	memcpy(bytes, &offsets, sizeof(offsets));
#else
	FILE *file = fopen(path, "re");
	if (!file || !fread(bytes, 1, sizeof(bytes), file))
		return -1;
	fclose(file);
#endif
	return debug_offsets_layout(bytes, sizeof(_Py_DebugOffsets), PY_VERSION_HEX, layout);
#endif
}

int main(int argc, char **argv)
{
	struct python_layout layout;
	int err = layout_of_this_version(argc > 1 ? argv[1] : "", &layout);

	if (!err)
		err = layout_check(&layout);
	if (err) {
		fprintf(stderr, "%s: no layout (%d)\n", PY_VERSION, err);
		return 1;
	}
	compare_state(&layout);
	compare_frame(&layout);
	compare_code(&layout);
	compare_objects(&layout);
	printf("%s: %d fields, %d differences\n", PY_VERSION, fields, differences);
	return differences != 0;
}
