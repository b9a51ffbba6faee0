// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/debug_offsets.h"

#include <errno.h>

#include "check.h"

enum {
	VERSION = 0x030d00f0,
	WORDS = 73
};

/* What a release build of 3.13.0 for x86-64 has in front of its _PyRuntime. */
static const uint64_t of_3_13[WORDS] = {
	8750607829840520312ull,
	VERSION,
	0, /* the head */
	283320,
	608,
	632, /* runtime */
	194968,
	7272,
	7264,
	7344,
	7400,
	7656,
	7640,
	7648,
	16,
	7752,
	0,
	7768,
	7760, /* interpreter */
	304,
	0,
	8,
	16,
	72,
	152,
	160,
	232,
	32, /* thread */
	80,
	8,
	0,
	56,
	72,
	70, /* frame */
	208,
	112,
	120,
	128,
	136,
	68,
	52,
	96,
	104,
	200, /* code */
	16,
	8, /* object */
	416,
	24,
	88,
	168,
	32,
	24,
	16,
	40,
	24,
	16,
	48,
	32,
	40,
	24,
	16,
	32,
	16,
	24,
	40,
	16,
	32, /* bytes */
	64,
	32,
	16,
	40, /* unicode */
	240,
	200,
};

/* The layout when one word is another. */
static int with_word(size_t index, uint64_t value, struct python_layout *layout)
{
	uint64_t words[WORDS];

	memcpy(words, of_3_13, sizeof(words));
	words[index] = value;
	return debug_offsets_layout((uint8_t *)words, sizeof(words), VERSION, layout);
}

static void the_offsets_of_3_13_make_its_layout(void)
{
	static const struct python_layout expected = {
		.runtime_interpreters_head = 632,
		.runtime_autoTSSkey = 2160,
		.interp_next = 7264,
		.interp_threads_head = 7344,
		.tstate_next = 8,
		.tstate_thread_id = 152,
		.tstate_frame = 72,
		.cframe_frame = NO_FIELD,
		.frame_previous = 8,
		.frame_code = 0,
		.frame_position = 56,
		.frame_owner = 70,
		.frame_bytes = 80,
		.frame_window = 4096,
		.code_adaptive = 200,
		.code_firstlineno = 68,
		.code_filename = 112,
		.code_name = 120,
		.code_qualname = 128,
		.code_linetable = 136,
		.code_version = 92,
		.code_flags = 48,
		.frame_is_entry = NO_FIELD,
		.cframe_previous = NO_FIELD,
		.code_bytes = 144,
		.object_type = 8,
		.unicode_length = 16,
		.unicode_hash = 24,
		.unicode_state = 32,
		.unicode_ascii_data = 40,
		.unicode_compact_data = 56,
		.bytes_size = 16,
		.bytes_data = 32,
		.position_kind = POSITION_POINTER,
		.shim_owner = 3,
		.unicode_kind_shift = 2,
		.version_minor = 13,
	};
	struct python_layout layout;

	check_ok(debug_offsets_layout((uint8_t *)of_3_13, sizeof(of_3_13), VERSION, &layout));
	check_true(!memcmp(&layout, &expected, sizeof(layout)));
}

static void another_micro_version_is_the_same(void)
{
	struct python_layout layout;

	check_ok(debug_offsets_layout((uint8_t *)of_3_13, sizeof(of_3_13), 0x030d07f0, &layout));
}

static void a_foreign_head_is_refused(void)
{
	struct python_layout layout = {.version_minor = 77};

	check_int(with_word(0, of_3_13[0] + 1, &layout), -EINVAL);
	check_int(with_word(1, 0x030e00f0, &layout), -EINVAL);
	check_int(with_word(2, 2, &layout), -EINVAL);
	check_uint(layout.version_minor, 77);
}

static void versions_of_unknown_form_are_not_supported(void)
{
	static const uint32_t versions[] = {0, 0x030c00f0, 0x031000f0, 0x040d00f0};
	struct python_layout layout;

	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		check_int(debug_offsets_layout((uint8_t *)of_3_13, sizeof(of_3_13), versions[i],
					       &layout),
			  -ENOTSUP);
}

static void bytes_that_end_early_are_refused(void)
{
	struct python_layout layout;

	for (size_t size = 0; size < sizeof(of_3_13); size += 8)
		check_int(debug_offsets_layout((uint8_t *)of_3_13, size, VERSION, &layout),
			  -EINVAL);
}

static void an_offset_outside_of_its_struct_is_refused(void)
{
	static const struct {
		size_t size, first, last;
	} structs[] = {{3, 5, 5},    {6, 8, 9},	   {19, 21, 24}, {28, 29, 31}, {28, 33, 33},
		       {34, 35, 39}, {34, 43, 43}, {44, 45, 45}, {64, 65, 66}, {67, 68, 70}};
	struct python_layout layout = {.version_minor = 77};

	for (size_t i = 0; i < sizeof(structs) / sizeof(structs[0]); i++) {
		for (size_t word = structs[i].first; word <= structs[i].last; word++) {
			if (word == 22) /* thread_state.interp, which we do not use */
				continue;
			check_int(with_word(word, of_3_13[structs[i].size], &layout), -EINVAL);
			check_int(with_word(word, ~0ull, &layout), -EINVAL);
		}
	}
	check_uint(layout.version_minor, 77);
}

static void an_offset_that_a_layout_cannot_hold_is_refused(void)
{
	struct python_layout layout;
	uint64_t words[WORDS];

	memcpy(words, of_3_13, sizeof(words));
	words[19] = 200000;
	words[23] += 65536;
	check_int(debug_offsets_layout((uint8_t *)words, sizeof(words), VERSION, &layout), -EINVAL);
}

static void a_struct_that_is_too_small_is_refused(void)
{
	static const size_t sizes[] = {3, 6, 19, 28, 34, 44, 64, 67};
	struct python_layout layout;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		check_int(with_word(sizes[i], 0, &layout), -EINVAL);
		check_int(with_word(sizes[i], 7, &layout), -EINVAL);
		check_int(with_word(sizes[i], ~0ull, &layout), -EINVAL);
	}
}

static void an_odd_offset_is_refused(void)
{
	struct python_layout layout;

	check_int(with_word(29, 9, &layout), -EINVAL);
	check_int(with_word(35, 113, &layout), -EINVAL);
}

CU_TestInfo debug_offsets_tests[] = {
	TEST(the_offsets_of_3_13_make_its_layout),
	TEST(another_micro_version_is_the_same),
	TEST(a_foreign_head_is_refused),
	TEST(versions_of_unknown_form_are_not_supported),
	TEST(bytes_that_end_early_are_refused),
	TEST(an_offset_outside_of_its_struct_is_refused),
	TEST(an_offset_that_a_layout_cannot_hold_is_refused),
	TEST(a_struct_that_is_too_small_is_refused),
	TEST(an_odd_offset_is_refused),
	CU_TEST_INFO_NULL,
};
