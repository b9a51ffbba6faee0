// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/line_tree.h"

#include "base/cleanup.h"
#include "check.h"
#include "memory.h"

static void lines_of_a_function_are_one(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	CLEANUP(line_tree_done) struct line_tree table = {0};
	struct frame frame = {FRAME_PYTHON, 3, 4, "f", "f", "x.py"};

	frames_intern(&profile->frames, &frame);
	frame.line = 5;
	frames_intern(&profile->frames, &frame);
	frame.first_line = 5;
	frames_intern(&profile->frames, &frame);
	check_ok(line_tree_init(&table, &profile->frames));
	check_uint(table.functions.list.count, 2);
	check_uint(table.of_frame[1], table.of_frame[0]);
	check_uint(table.of_frame[2], 1);
	check_uint(frames_get(&table.functions, 0)->line, 0);
}

static void the_detail_is_the_tree_where_it_is(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_true(line_tree_of(profile) == profile);
	profile->detail = profile_new();
	check_true(line_tree_of(profile) == profile->detail);
}

CU_TestInfo line_tree_tests[] = {
	TEST(lines_of_a_function_are_one),
	TEST(the_detail_is_the_tree_where_it_is),
	CU_TEST_INFO_NULL,
};
