// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/layout.h"

#include <errno.h>
#include <stddef.h>

#include "check.h"

enum {
	FIRST = 8,
	LAST = 12
};

static uint32_t version_3(unsigned int minor)
{
	return 0x030000f0u | minor << 16;
}

static void each_version_from_8_to_12_has_a_sound_layout(void)
{
	for (unsigned int minor = FIRST; minor <= LAST; minor++) {
		struct python_layout layout = {0};

		check_ok(layout_from_table(version_3(minor), &layout));
		check_ok(layout_check(&layout));
		check_uint(layout.version_minor, minor);
	}
}

static void other_versions_have_none_in_the_table(void)
{
	static const uint32_t versions[] = {0, 0x030710f0, 0x030d00f0, 0x02080000, 0x04080000};
	struct python_layout layout = {.version_minor = 77};

	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		check_int(layout_from_table(versions[i], &layout), -ENOTSUP);
	check_uint(layout.version_minor, 77);
}

static void frames_are_read_in_windows_where_they_lie_in_chunks(void)
{
	struct python_layout layout;

	check_ok(layout_from_table(version_3(10), &layout));
	check_uint(layout.frame_window, 0);
	check_ok(layout_from_table(version_3(11), &layout));
	check_uint(layout.frame_window, 4096);
}

static void the_way_to_the_line_follows_the_version(void)
{
	static const uint8_t kinds[] = {POSITION_LASTI_BYTES, POSITION_LASTI_BYTES,
					POSITION_LASTI_UNITS, POSITION_POINTER, POSITION_POINTER};
	struct python_layout layout;

	for (unsigned int minor = FIRST; minor <= LAST; minor++) {
		check_ok(layout_from_table(version_3(minor), &layout));
		check_uint(layout.position_kind, kinds[minor - FIRST]);
		check_int(layout.code_qualname == NO_FIELD, minor < 11);
		check_int(layout.cframe_frame == NO_FIELD, minor < 11);
	}
}

/* 3.11 tells where a call of the interpreter begins in each frame; later ones by shim_owner. */
static void the_way_to_the_interpreters_calls_follows_the_version(void)
{
	struct python_layout layout;

	for (unsigned int minor = FIRST; minor <= LAST; minor++) {
		check_ok(layout_from_table(version_3(minor), &layout));
		check_uint(layout.frame_is_entry, minor == 11 ? 68 : NO_FIELD);
		check_uint(layout.cframe_previous, minor == 11 ? 16 : NO_FIELD);
		check_int(layout.shim_owner != 0, minor > 11);
	}
}

/* Puts a value into a field and expects a refusal. */
#define CHECK_REFUSED(field, value)                                                                \
	do {                                                                                       \
		struct python_layout changed_ = layout;                                            \
		changed_.field = (value);                                                          \
		check_int(layout_check(&changed_), -EINVAL);                                       \
	} while (0)

static void a_field_outside_of_what_is_read_is_refused(void)
{
	struct python_layout layout;

	check_ok(layout_from_table(version_3(12), &layout));
	CHECK_REFUSED(frame_previous, layout.frame_bytes);
	CHECK_REFUSED(frame_code, layout.frame_bytes);
	CHECK_REFUSED(frame_position, NO_FIELD);
	CHECK_REFUSED(frame_owner, layout.frame_bytes - 7);
	CHECK_REFUSED(frame_is_entry, layout.frame_bytes);
	CHECK_REFUSED(frame_bytes, LAYOUT_FRAME_BYTES + 8);
	CHECK_REFUSED(frame_bytes, 0);
	CHECK_REFUSED(code_filename, layout.code_bytes);
	CHECK_REFUSED(code_name, NO_FIELD);
	CHECK_REFUSED(code_qualname, layout.code_bytes);
	CHECK_REFUSED(code_linetable, layout.code_bytes);
	CHECK_REFUSED(code_firstlineno, layout.code_bytes - 4);
	CHECK_REFUSED(code_version, layout.code_bytes - 4);
	CHECK_REFUSED(code_flags, layout.code_bytes - 4);
	CHECK_REFUSED(code_bytes, LAYOUT_CODE_BYTES + 8);
	CHECK_REFUSED(code_bytes, 0);
}

static void a_field_far_away_is_refused(void)
{
	struct python_layout layout;

	check_ok(layout_from_table(version_3(12), &layout));
	CHECK_REFUSED(runtime_interpreters_head, 2u << 20);
	CHECK_REFUSED(runtime_autoTSSkey, 2u << 20);
	CHECK_REFUSED(interp_next, ~0u);
	CHECK_REFUSED(interp_threads_head, 2u << 20);
	CHECK_REFUSED(tstate_next, 8192);
	CHECK_REFUSED(tstate_thread_id, NO_FIELD);
	CHECK_REFUSED(tstate_frame, 8192);
	CHECK_REFUSED(cframe_frame, 8192);
	CHECK_REFUSED(cframe_previous, 8192);
	CHECK_REFUSED(object_type, 4096);
	CHECK_REFUSED(unicode_length, 4096);
	CHECK_REFUSED(unicode_hash, 4096);
	CHECK_REFUSED(unicode_state, 4096);
	CHECK_REFUSED(unicode_ascii_data, 4096);
	CHECK_REFUSED(unicode_compact_data, 4096);
	CHECK_REFUSED(bytes_size, 4096);
	CHECK_REFUSED(bytes_data, 4096);
}

static void a_field_that_does_not_fit_its_kind_is_refused(void)
{
	struct python_layout layout;

	check_ok(layout_from_table(version_3(12), &layout));
	CHECK_REFUSED(frame_previous, 4);
	CHECK_REFUSED(frame_position, 52);
	CHECK_REFUSED(tstate_frame, 57);
	CHECK_REFUSED(position_kind, POSITION_POINTER + 1);
	CHECK_REFUSED(code_adaptive, NO_FIELD);
	CHECK_REFUSED(frame_owner, NO_FIELD);
	CHECK_REFUSED(unicode_kind_shift, 9);
}

/* PyCode_Type with this tp_basicsize at this place. */
static int confirm(struct python_layout *layout, size_t at, uint64_t basicsize)
{
	uint8_t type[LAYOUT_TYPE_BYTES] = {0};

	memcpy(type + at, &basicsize, sizeof(basicsize));
	return layout_confirm(layout, type);
}

static void the_size_of_a_code_object_confirms_the_table(void)
{
	static const uint64_t sizes[] = {176, 176, 176, 184, 192};
	struct python_layout layout, before;

	for (unsigned int minor = FIRST; minor <= LAST; minor++) {
		check_ok(layout_from_table(version_3(minor), &before));
		layout = before;
		check_int(confirm(&layout, 32, sizes[minor - FIRST]), 0);
		check_int(confirm(&layout, 32, sizes[minor - FIRST] + 8), -EINVAL);
		check_int(confirm(&layout, 48, sizes[minor - FIRST]), -EINVAL);
		check_true(!memcmp(&layout, &before, sizeof(layout)));
	}
}

static void objects_that_trace_references_begin_later(void)
{
	struct python_layout layout;

	check_ok(layout_from_table(version_3(8), &layout));
	check_int(confirm(&layout, 48, 192), 1);
	check_ok(layout_check(&layout));
	check_uint(layout.object_type, 24);
	check_uint(layout.frame_previous, 40);
	check_uint(layout.frame_position, 120);
	check_uint(layout.code_linetable, 136);
	check_uint(layout.code_qualname, NO_FIELD);
	check_uint(layout.unicode_compact_data, 88);
	check_uint(layout.bytes_data, 48);
	check_uint(layout.tstate_frame, 24);
}

static void frames_that_are_no_objects_stay_where_they_are(void)
{
	struct python_layout layout;

	check_ok(layout_from_table(version_3(12), &layout));
	check_int(confirm(&layout, 48, 208), 1);
	check_ok(layout_check(&layout));
	check_uint(layout.frame_previous, 8);
	check_uint(layout.frame_bytes, 80);
	check_uint(layout.code_adaptive, 208);
	check_uint(layout.code_version, 108);
	check_uint(layout.code_flags, 64);
}

CU_TestInfo layout_tests[] = {
	TEST(each_version_from_8_to_12_has_a_sound_layout),
	TEST(other_versions_have_none_in_the_table),
	TEST(frames_are_read_in_windows_where_they_lie_in_chunks),
	TEST(the_way_to_the_line_follows_the_version),
	TEST(the_way_to_the_interpreters_calls_follows_the_version),
	TEST(a_field_outside_of_what_is_read_is_refused),
	TEST(a_field_far_away_is_refused),
	TEST(a_field_that_does_not_fit_its_kind_is_refused),
	TEST(the_size_of_a_code_object_confirms_the_table),
	TEST(objects_that_trace_references_begin_later),
	TEST(frames_that_are_no_objects_stay_where_they_are),
	CU_TEST_INFO_NULL,
};
