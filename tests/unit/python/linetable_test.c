// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/linetable.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "check.h"
#include "ltsbpf.h"

enum {
	FIRST_LINE = 100
};

/* Looks up in a copy of just the right size, so that ASan sees a step outside. */
static uint32_t line_in(enum linetable_format format, const uint8_t *table, size_t size,
			uint32_t position)
{
	CLEANUP(freep) uint8_t *copy = malloc(size + !size);

	if (size)
		memcpy(copy, table, size);
	return linetable_line(format, copy, size, FIRST_LINE, position);
}

/* Each instruction's line must be the one in `expected`, from position 1 on. */
static void check_lines(enum linetable_format format, const uint8_t *table, size_t size,
			const uint32_t *expected, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		check_uint(line_in(format, table, size, i + 1), expected[i]);
}

#define CHECK_LINES(format, table, expected)                                                       \
	check_lines(format, table, sizeof(table), expected, sizeof(expected) / sizeof(expected[0]))

static void the_format_follows_from_the_version(void)
{
	check_int(linetable_format_of(8), LINETABLE_LNOTAB);
	check_int(linetable_format_of(9), LINETABLE_LNOTAB);
	check_int(linetable_format_of(10), LINETABLE_PAIRS);
	check_int(linetable_format_of(11), LINETABLE_LOCATIONS);
	check_int(linetable_format_of(15), LINETABLE_LOCATIONS);
}

static void a_frame_that_has_not_begun_is_at_the_first_line(void)
{
	static const uint8_t table[] = {0, 5};

	for (int format = LINETABLE_LNOTAB; format <= LINETABLE_LOCATIONS; format++)
		check_uint(line_in(format, table, sizeof(table), 0), FIRST_LINE);
}

static void an_unknown_position_has_no_line(void)
{
	static const uint8_t table[] = {0, 5};

	for (int format = LINETABLE_LNOTAB; format <= LINETABLE_LOCATIONS; format++)
		check_uint(line_in(format, table, sizeof(table), POSITION_UNKNOWN), 0);
}

static void lnotab_lines_go_up_and_down_and_the_last_holds_on(void)
{
	static const uint8_t table[] = {0, 1, 4, 1, 2, 0x80, 0, 0x7f, 4, 3};
	static const uint32_t expected[] = {101, 101, 102, 101, 101, 104, 104, 104};

	CHECK_LINES(LINETABLE_LNOTAB, table, expected);
}

static void an_empty_lnotab_is_the_first_line_throughout(void)
{
	check_uint(line_in(LINETABLE_LNOTAB, NULL, 0, 1), FIRST_LINE);
	check_uint(line_in(LINETABLE_LNOTAB, NULL, 0, 1000), FIRST_LINE);
}

static void pairs_without_a_line_move_the_address_only(void)
{
	static const uint8_t table[] = {4, 1, 2, 0x80, 0, 3, 2, 0xff, 4, 0};
	static const uint32_t expected[] = {101, 101, 0, 103, 103, 103, 0};

	CHECK_LINES(LINETABLE_PAIRS, table, expected);
}

static void locations_of_every_kind_are_told_apart(void)
{
	static const uint8_t table[] = {
		0x80,
		0x12, /* kind 0, 1 unit, columns */
		0x80 | 9 << 3 | 1,
		0x12, /* kind 9, 2 units */
		0x80 | 12 << 3,
		1,
		2, /* two lines on */
		0x80 | 11 << 3 | 1,
		1,
		2,    /* one line on, 2 units */
		0xf8, /* no location */
		0x80 | 10 << 3,
		1,
		2, /* the same line as before that */
		0x80 | 13 << 3,
		0x05, /* -2 */
		0x80 | 14 << 3,
		0x48,
		0x05,
		1,
		2,
		3 /* +164 */
	};
	static const uint32_t expected[] = {100, 100, 100, 102, 103, 103, 0, 103, 101, 265, 0};

	CHECK_LINES(LINETABLE_LOCATIONS, table, expected);
}

static void an_entry_of_eight_units_covers_its_caches(void)
{
	static const uint8_t table[] = {0x80 | 11 << 3 | 7, 0, 0, 0x80 | 11 << 3, 0, 0};
	static const uint32_t expected[] = {101, 101, 101, 101, 101, 101, 101, 101, 102, 0};

	CHECK_LINES(LINETABLE_LOCATIONS, table, expected);
}

static void a_line_that_cannot_be_is_no_line(void)
{
	static const uint8_t back[] = {0x80 | 13 << 3, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x3f};
	static const uint8_t down[] = {2, 0x81, 2, 0x81};

	check_uint(line_in(LINETABLE_LOCATIONS, back, sizeof(back), 1), 0);
	check_uint(line_in(LINETABLE_PAIRS, down, sizeof(down), 2), 0);
	check_uint(line_in(LINETABLE_LNOTAB, down, sizeof(down), 3), 0);
	check_uint(linetable_line(LINETABLE_LNOTAB, down, 0, 0, 1), 0);
}

static void a_table_that_ends_early_is_not_read_beyond(void)
{
	static const uint8_t table[] = {0x80 | 14 << 3, 0x48, 0x45, 0x41, 0x41, 0x41, 0x41, 0x41};

	for (size_t size = 0; size <= sizeof(table); size++) {
		check_uint(line_in(LINETABLE_LOCATIONS, table, size, 2), 0);
		check_uint(line_in(LINETABLE_PAIRS, table, size, 5000), 0);
		check_true(line_in(LINETABLE_LNOTAB, table, size, 5000) >= FIRST_LINE);
	}
}

CU_TestInfo linetable_tests[] = {
	TEST(the_format_follows_from_the_version),
	TEST(a_frame_that_has_not_begun_is_at_the_first_line),
	TEST(an_unknown_position_has_no_line),
	TEST(lnotab_lines_go_up_and_down_and_the_last_holds_on),
	TEST(an_empty_lnotab_is_the_first_line_throughout),
	TEST(pairs_without_a_line_move_the_address_only),
	TEST(locations_of_every_kind_are_told_apart),
	TEST(an_entry_of_eight_units_covers_its_caches),
	TEST(a_line_that_cannot_be_is_no_line),
	TEST(a_table_that_ends_early_is_not_read_beyond),
	CU_TEST_INFO_NULL,
};
