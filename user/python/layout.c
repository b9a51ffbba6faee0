// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/layout.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "python/version.h"

#define OBJECTS                                                                                    \
	.object_type = 8, .bytes_size = 16, .bytes_data = 32, .unicode_length = 16,                \
	.unicode_hash = 24, .unicode_state = 32, .unicode_kind_shift = 2

/* Up to 3.11 PyASCIIObject has a wstr, PyCompactUnicodeObject a wstr_length. */
#define OBJECTS_WITH_WSTR OBJECTS, .unicode_ascii_data = 48, .unicode_compact_data = 72

/* The frame is an object of its own. */
#define FRAME_OBJECT                                                                               \
	.interp_next = 0, .interp_threads_head = 8, .tstate_next = 8, .tstate_thread_id = 176,     \
	.tstate_frame = 24, .cframe_frame = NO_FIELD, .frame_previous = 24, .frame_code = 32,      \
	.frame_owner = NO_FIELD, .frame_bytes = 112, .frame_window = 0, .code_adaptive = NO_FIELD, \
	.code_firstlineno = 40, .code_filename = 104, .code_name = 112, .code_qualname = NO_FIELD, \
	.code_linetable = 120, .code_version = NO_FIELD, .code_flags = NO_FIELD,                   \
	.code_bytes = 128, .frame_is_entry = NO_FIELD, .cframe_previous = NO_FIELD

/* _PyInterpreterFrame, reached by way of _PyCFrame. */
#define INTERPRETER_FRAME                                                                          \
	.interp_next = 0, .tstate_next = 8, .tstate_frame = 56, .frame_position = 56,              \
	.frame_bytes = 80, .frame_window = LAYOUT_FRAME_WINDOW, .code_filename = 112,              \
	.code_name = 120, .code_qualname = 128, .code_linetable = 136, .code_flags = 48,           \
	.code_bytes = 144, .position_kind = POSITION_POINTER

enum {
	TABLE_FIRST_MINOR = 8
};

/* Of builds without Py_TRACE_REFS; the place of autoTSSkey is the least certain, and verified in
 * the process. */
static const struct python_layout table[] = {
	{
		.version_minor = 8,
		.runtime_interpreters_head = 32,
		.runtime_autoTSSkey = 1392,
		.frame_position = 104,
		.position_kind = POSITION_LASTI_BYTES,
		FRAME_OBJECT,
		OBJECTS_WITH_WSTR,
	},
	{
		.version_minor = 9,
		.runtime_interpreters_head = 32,
		.runtime_autoTSSkey = 584,
		.frame_position = 104,
		.position_kind = POSITION_LASTI_BYTES,
		FRAME_OBJECT,
		OBJECTS_WITH_WSTR,
	},
	{
		.version_minor = 10,
		.runtime_interpreters_head = 32,
		.runtime_autoTSSkey = 584,
		.frame_position = 96,
		.position_kind = POSITION_LASTI_UNITS,
		FRAME_OBJECT,
		OBJECTS_WITH_WSTR,
	},
	{
		.version_minor = 11,
		.runtime_interpreters_head = 40,
		.runtime_autoTSSkey = 592,
		.interp_threads_head = 16,
		.tstate_thread_id = 152,
		.cframe_frame = 8,
		.frame_previous = 48,
		.frame_code = 32,
		.frame_owner = 69,
		.shim_owner = 0,
		.frame_is_entry = 68,
		.cframe_previous = 16,
		.code_adaptive = 184,
		.code_firstlineno = 72,
		.code_version = NO_FIELD,
		INTERPRETER_FRAME,
		OBJECTS_WITH_WSTR,
	},
	{
		.version_minor = 12,
		.runtime_interpreters_head = 40,
		.runtime_autoTSSkey = 1544,
		.interp_threads_head = 72,
		.tstate_thread_id = 136,
		.cframe_frame = 0,
		.frame_previous = 8,
		.frame_code = 0,
		.frame_owner = 70,
		.shim_owner = LAYOUT_SHIM_OWNER,
		.frame_is_entry = NO_FIELD,
		.cframe_previous = NO_FIELD,
		.code_adaptive = 192,
		.code_firstlineno = 68,
		.code_version = 92,
		INTERPRETER_FRAME,
		OBJECTS,
		.unicode_ascii_data = 40,
		.unicode_compact_data = 56,
	},
};

int layout_from_table(uint32_t version, struct python_layout *layout)
{
	unsigned int index = version_minor(version) - TABLE_FIRST_MINOR;

	if (version_major(version) != 3 || index >= sizeof(table) / sizeof(table[0]))
		return -ENOTSUP;
	*layout = table[index];
	return 0;
}

enum {
	CODE_OBJECT_BYTES = 176, /* sizeof(PyCodeObject), 3.8 to 3.10 */
	TYPE_BASICSIZE = 32,	 /* PyTypeObject.tp_basicsize */
	TRACE_REFS_BYTES = 16,	 /* _ob_next and _ob_prev */
};

static void shift(uint16_t *offset)
{
	if (*offset != NO_FIELD)
		*offset += TRACE_REFS_BYTES;
}

/* Frames have been objects up to 3.10. */
static void shift_objects(struct python_layout *layout)
{
	uint16_t *const fields[] = {
		&layout->code_adaptive,
		&layout->code_firstlineno,
		&layout->code_filename,
		&layout->code_name,
		&layout->code_qualname,
		&layout->code_linetable,
		&layout->code_version,
		&layout->code_flags,
		&layout->code_bytes,
		&layout->object_type,
		&layout->unicode_length,
		&layout->unicode_hash,
		&layout->unicode_state,
		&layout->unicode_ascii_data,
		&layout->unicode_compact_data,
		&layout->bytes_size,
		&layout->bytes_data,
		/* up to 3.10: */
		&layout->frame_previous,
		&layout->frame_code,
		&layout->frame_position,
		&layout->frame_bytes,
	};
	size_t count = sizeof(fields) / sizeof(fields[0]);

	if (layout->version_minor > 10)
		count -= 4;
	for (size_t i = 0; i < count; i++)
		shift(fields[i]);
}

int layout_confirm(struct python_layout *layout, const uint8_t code_type[LAYOUT_TYPE_BYTES])
{
	uint64_t size =
		layout->code_adaptive == NO_FIELD ? CODE_OBJECT_BYTES : layout->code_adaptive;
	uint64_t plain, traced;

	memcpy(&plain, code_type + TYPE_BASICSIZE, sizeof(plain));
	memcpy(&traced, code_type + TYPE_BASICSIZE + TRACE_REFS_BYTES, sizeof(traced));
	if (plain == size)
		return 0;
	if (traced != size + TRACE_REFS_BYTES)
		return -EINVAL;
	shift_objects(layout);
	return 1;
}

enum {
	MAX_RUNTIME_OFFSET = 1 << 20,
	MAX_THREAD_OFFSET = 4096,
	MAX_OBJECT_OFFSET = 256,
};

static bool fits(uint32_t offset, uint32_t limit, uint32_t alignment)
{
	return offset <= limit && offset % alignment == 0;
}

/* The same for a field that not every version has. */
static bool fits_or_none(uint16_t offset, uint32_t limit, uint32_t alignment)
{
	return offset == NO_FIELD || fits(offset, limit, alignment);
}

static bool state_fits(const struct python_layout *layout)
{
	return fits(layout->runtime_interpreters_head, MAX_RUNTIME_OFFSET, 8) &&
	       (layout->runtime_autoTSSkey == ~0u ||
		fits(layout->runtime_autoTSSkey, MAX_RUNTIME_OFFSET, 4)) &&
	       fits(layout->interp_next, MAX_RUNTIME_OFFSET, 8) &&
	       fits(layout->interp_threads_head, MAX_RUNTIME_OFFSET, 8) &&
	       fits(layout->tstate_next, MAX_THREAD_OFFSET, 8) &&
	       fits(layout->tstate_thread_id, MAX_THREAD_OFFSET, 8) &&
	       fits(layout->tstate_frame, MAX_THREAD_OFFSET, 8) &&
	       fits_or_none(layout->cframe_frame, MAX_THREAD_OFFSET, 8) &&
	       fits_or_none(layout->cframe_previous, MAX_THREAD_OFFSET, 8);
}

static bool frame_fits(const struct python_layout *layout)
{
	uint32_t limit = (uint32_t)layout->frame_bytes - LAYOUT_FIELD_BYTES;

	return layout->frame_bytes >= LAYOUT_FIELD_BYTES &&
	       layout->frame_bytes <= LAYOUT_FRAME_BYTES &&
	       fits(layout->frame_previous, limit, 8) && fits(layout->frame_code, limit, 8) &&
	       fits(layout->frame_position, limit,
		    layout->position_kind == POSITION_POINTER ? 8 : 4) &&
	       fits_or_none(layout->frame_owner, limit, 1) &&
	       fits_or_none(layout->frame_is_entry, limit, 1) &&
	       layout->position_kind <= POSITION_POINTER &&
	       (!layout->shim_owner || layout->frame_owner != NO_FIELD) &&
	       (layout->position_kind != POSITION_POINTER || layout->code_adaptive != NO_FIELD);
}

static bool code_fits(const struct python_layout *layout)
{
	uint32_t limit = (uint32_t)layout->code_bytes - LAYOUT_FIELD_BYTES;

	return layout->code_bytes >= LAYOUT_FIELD_BYTES &&
	       layout->code_bytes <= LAYOUT_CODE_BYTES &&
	       fits(layout->code_firstlineno, limit, 4) && fits(layout->code_filename, limit, 8) &&
	       fits(layout->code_name, limit, 8) && fits_or_none(layout->code_qualname, limit, 8) &&
	       fits(layout->code_linetable, limit, 8) &&
	       fits_or_none(layout->code_version, limit, 4) &&
	       fits_or_none(layout->code_flags, limit, 4) &&
	       fits_or_none(layout->code_adaptive, MAX_THREAD_OFFSET, 2);
}

static bool objects_fit(const struct python_layout *layout)
{
	return fits(layout->object_type, MAX_OBJECT_OFFSET, 8) &&
	       fits(layout->unicode_length, MAX_OBJECT_OFFSET, 8) &&
	       fits(layout->unicode_hash, MAX_OBJECT_OFFSET, 8) &&
	       fits(layout->unicode_state, MAX_OBJECT_OFFSET, 4) &&
	       fits(layout->unicode_ascii_data, MAX_OBJECT_OFFSET, 4) &&
	       fits(layout->unicode_compact_data, MAX_OBJECT_OFFSET, 4) &&
	       fits(layout->bytes_size, MAX_OBJECT_OFFSET, 8) &&
	       fits(layout->bytes_data, MAX_OBJECT_OFFSET, 1) && layout->unicode_kind_shift <= 8;
}

int layout_check(const struct python_layout *layout)
{
	return state_fits(layout) && frame_fits(layout) && code_fits(layout) && objects_fit(layout)
		       ? 0
		       : -EINVAL;
}
