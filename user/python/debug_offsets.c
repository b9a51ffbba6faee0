// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/debug_offsets.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "python/layout.h"
#include "python/version.h"

/*
 * One field of a layout and where _Py_DebugOffsets has it and the size of its struct, in 8-byte
 * words from the start, for 3.13, 3.14 and 3.15.
 */
enum {
	FIRST_MINOR = 13,
	MINORS = 3
};

struct debug_field {
	uint8_t target, target_bytes; /* in struct python_layout */
	uint8_t bytes;		      /* of the field in CPython */
	uint8_t size[MINORS], word[MINORS];
};

#define TARGET(field)                                                                              \
	offsetof(struct python_layout, field), sizeof(((struct python_layout *)0)->field)

static const struct debug_field debug_fields[] = {
	{TARGET(runtime_interpreters_head), 8, {3, 3, 3}, {5, 5, 5}},
	{TARGET(interp_next), 8, {6, 6, 6}, {8, 8, 8}},
	{TARGET(interp_threads_head), 8, {6, 6, 6}, {9, 9, 9}},
	{TARGET(tstate_next), 8, {19, 22, 22}, {21, 24, 24}},
	{TARGET(tstate_frame), 8, {19, 22, 22}, {23, 26, 26}},
	{TARGET(tstate_thread_id), 8, {19, 22, 22}, {24, 27, 30}},
	{TARGET(frame_previous), 8, {28, 31, 39}, {29, 32, 40}},
	{TARGET(frame_code), 8, {28, 31, 39}, {30, 33, 41}},
	{TARGET(frame_position), 8, {28, 31, 39}, {31, 34, 42}},
	{TARGET(frame_owner), 1, {28, 31, 39}, {33, 36, 44}},
	{TARGET(code_filename), 8, {34, 39, 47}, {35, 40, 48}},
	{TARGET(code_name), 8, {34, 39, 47}, {36, 41, 49}},
	{TARGET(code_qualname), 8, {34, 39, 47}, {37, 42, 50}},
	{TARGET(code_linetable), 8, {34, 39, 47}, {38, 43, 51}},
	{TARGET(code_firstlineno), 4, {34, 39, 47}, {39, 44, 52}},
	{TARGET(code_adaptive), 1, {34, 39, 47}, {43, 48, 56}},
	{TARGET(object_type), 8, {44, 50, 58}, {45, 51, 59}},
	{TARGET(bytes_size), 8, {64, 74, 86}, {65, 75, 87}},
	{TARGET(bytes_data), 1, {64, 74, 86}, {66, 76, 88}},
	{TARGET(unicode_state), 4, {67, 77, 89}, {68, 78, 90}},
	{TARGET(unicode_length), 8, {67, 77, 89}, {69, 79, 91}},
	{TARGET(unicode_ascii_data), 1, {67, 77, 89}, {70, 80, 92}},
};

static uint64_t word_at(const uint8_t *bytes, size_t index)
{
	uint64_t word;

	memcpy(&word, bytes + index * sizeof(word), sizeof(word));
	return word;
}

static int field_read(const struct debug_field *field, const uint8_t *bytes, unsigned int version,
		      struct python_layout *layout)
{
	uint64_t size = word_at(bytes, field->size[version]);
	uint64_t offset = word_at(bytes, field->word[version]);
	uint8_t *target = (uint8_t *)layout + field->target;

	if (size > UINT32_MAX || offset >= size || size - offset < field->bytes)
		return -EINVAL;
	if (field->target_bytes == sizeof(uint16_t) && offset >= NO_FIELD)
		return -EINVAL;
	memcpy(target, &offset, field->target_bytes); /* little endian */
	return 0;
}

/* What _Py_DebugOffsets leaves out. The distances hold with and without the GIL. */
static void fields_derive(struct python_layout *layout, unsigned int minor, bool free_threaded)
{
	layout->version_minor = (uint8_t)minor;
	layout->runtime_autoTSSkey = minor < 15 ? layout->runtime_interpreters_head + 1528 : ~0u;
	layout->code_version = layout->code_firstlineno + 24;
	layout->code_flags = layout->code_firstlineno - 20;
	layout->frame_is_entry = layout->cframe_previous = NO_FIELD;
	layout->unicode_hash = layout->unicode_length + 8;
	/* utf8_length and utf8 come in between */
	layout->unicode_compact_data = layout->unicode_ascii_data + 16;
	/* without the GIL, `interned` has become a byte of its own in 3.14 */
	layout->unicode_kind_shift = minor >= 14 && free_threaded ? 8 : 2;
	layout->cframe_frame = NO_FIELD;
	layout->position_kind = POSITION_POINTER;
	layout->shim_owner = LAYOUT_SHIM_OWNER;
	layout->frame_window = LAYOUT_FRAME_WINDOW;
}

static uint16_t larger(uint16_t a, uint16_t b)
{
	return a > b ? a : b;
}

/* How much to read for all of the fields: the last one's end, rounded up to 8. */
static void measure(struct python_layout *layout)
{
	uint16_t frame = larger(larger(layout->frame_previous, layout->frame_code),
				larger(layout->frame_position, layout->frame_owner));
	uint16_t code = larger(larger(layout->code_filename, layout->code_name),
			       larger(layout->code_qualname, layout->code_linetable));

	code = larger(code, larger(layout->code_firstlineno, layout->code_version));
	layout->frame_bytes = (uint16_t)((frame + LAYOUT_FIELD_BYTES + 7) & ~7);
	layout->code_bytes = (uint16_t)((code + LAYOUT_FIELD_BYTES + 7) & ~7);
}

int debug_offsets_layout(const uint8_t *bytes, size_t size_bytes, uint32_t wanted,
			 struct python_layout *layout)
{
	static const size_t sizes[MINORS] = {584, 760, 888};
	unsigned int minor = version_minor(wanted), version = minor - FIRST_MINOR;
	struct debug_offsets_head head;
	struct python_layout found = {0};
	int err = 0;

	if (version_major(wanted) != 3 || version >= MINORS)
		return -ENOTSUP;
	if (size_bytes < sizes[version])
		return -EINVAL;
	memcpy(&head, bytes, sizeof(head));
	if (memcmp(head.cookie, DEBUG_OFFSETS_COOKIE, sizeof(head.cookie)) ||
	    head.version >> 16 != wanted >> 16 || head.free_threaded > 1)
		return -EINVAL;
	for (size_t i = 0; !err && i < sizeof(debug_fields) / sizeof(debug_fields[0]); i++)
		err = field_read(&debug_fields[i], bytes, version, &found);
	if (err)
		return err;
	fields_derive(&found, minor, head.free_threaded);
	measure(&found);
	err = layout_check(&found);
	if (!err)
		*layout = found;
	return err;
}
