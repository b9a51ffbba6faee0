// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/function_table.h"

#include "../output/reported.h"
#include "profile/function_costs.h"

static const char *name_at(const struct profile *profile, const struct function_cost *cost)
{
	return frames_get(&profile->frames, cost->frame)->name;
}

static void check_names(const struct profile *profile, const struct function_table *table,
			const char *expected)
{
	char names[256] = "";

	for (size_t i = 0; i < table->function_count; i++) {
		strcat(names, i ? " " : "");
		strcat(names, name_at(profile, &table->functions[i]));
	}
	check_str(names, expected);
}

static void functions_stand_in_the_order_that_is_asked_for(void)
{
	CLEANUP(profile_freep) struct profile *profile = run_profile();
	CLEANUP(function_table_done) struct function_table table;

	check_ok(stack_add(profile, "process:p main work", 5));
	check_ok(stack_add(profile, "process:p main builtin:sort", 7));
	check_ok(stack_add(profile, "process:p main", 1));
	if (!check_ok(function_table_make(profile, &table)))
		return;
	check_names(profile, &table, "sort work main");
	function_table_sort(&table, profile, FUNCTIONS_BY_TOTAL);
	check_names(profile, &table, "main sort work");
	function_table_sort(&table, profile, FUNCTIONS_BY_NAME);
	check_names(profile, &table, "main sort work");
	check_uint(table.functions[0].total, 13);
}

static void markers_are_no_functions(void)
{
	CLEANUP(profile_freep) struct profile *profile = run_profile();
	CLEANUP(function_table_done) struct function_table table;

	check_ok(stack_add(profile, "process:p marker:[truncated] main marker:[gc]", 5));
	check_ok(stack_add(profile, "process:p marker:[truncated] main work", 2));
	if (!check_ok(function_table_make(profile, &table)))
		return;
	check_names(profile, &table, "work main");
	check_uint(table.marker_count, 2);
	check_str(name_at(profile, &table.markers[0]), "[truncated]");
	check_uint(table.markers[0].total, 7);
	check_str(name_at(profile, &table.markers[1]), "[gc]");
}

static void lines_are_found_by_their_function_the_hottest_first(void)
{
	CLEANUP(profile_freep) struct profile *profile = run_profile();
	CLEANUP(function_table_done) struct function_table table;
	char work[] = "work", other[] = "other", cold[] = "cold";
	size_t count;

	line_add(profile, work, 11, 3);
	line_add(profile, other, 40, 9);
	line_add(profile, work, 12, 5);
	check_true(stack_frame(profile, cold) == 2);
	if (!check_ok(function_table_make(profile, &table)))
		return;
	const struct function_line *lines = function_table_lines(&table, 0, &count);
	if (check_uint(count, 2)) {
		check_uint(lines[0].line, 12);
		check_uint(lines[1].samples, 3);
	}
	check_null(function_table_lines(&table, 2, &count));
	check_uint(table.hottest.items[0].line, 40);
	check_uint(table.hottest.count, 3);
}

static void threads_are_there_when_the_tree_is_split(void)
{
	CLEANUP(profile_freep) struct profile *profile = run_profile();
	struct function_table table;

	check_ok(stack_add(profile, "process:p thread:a main", 2));
	check_ok(stack_add(profile, "process:p thread:b main", 3));
	check_ok(function_table_make(profile, &table));
	check_uint(table.threads.count, 0);
	function_table_done(&table);
	profile->facts.by_thread = true;
	check_ok(function_table_make(profile, &table));
	if (check_uint(table.threads.count, 2)) {
		check_uint(table.threads.items[0].samples, 3);
		check_str(frames_get(&profile->frames, table.threads.items[0].thread)->name, "b");
	}
	function_table_done(&table);
}

static void margins_are_those_of_a_share(void)
{
	check_near(sample_margin(50, 100), 0.098, 1e-9);
	check_near(sample_margin(50, 1000), 0.013508, 1e-6);
	check_near(sample_margin(100, 100), 0, 1e-9);
	check_near(sample_margin(0, 0), 0, 1e-9);
}

static void lack_of_memory_is_told(void)
{
	CLEANUP(profile_freep) struct profile *profile = hostile_profile();
	unsigned int nth = 1;

	for (;; nth++) {
		struct function_table table;
		memory_fail_at(nth);
		int err = function_table_make(profile, &table);
		bool failed = memory_failed();
		function_table_done(&table);
		if (!failed)
			break;
		check_int(err, -ENOMEM);
	}
	check_true(nth > 4);
}

CU_TestInfo function_table_tests[] = {
	TEST(functions_stand_in_the_order_that_is_asked_for),
	TEST(markers_are_no_functions),
	TEST(lines_are_found_by_their_function_the_hottest_first),
	TEST(threads_are_there_when_the_tree_is_split),
	TEST(margins_are_those_of_a_share),
	TEST(lack_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
