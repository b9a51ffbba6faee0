// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/output.h"

#include "check.h"
#include "format_profiles.h"

static void the_total_and_the_hottest_are_told(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	profile->facts.period_ns = 10000000;
	profile->facts.rate_hz = 100;
	check_ok(stack_add(profile, "process:python main f", 300));
	check_ok(stack_add(profile, "process:python main", 100));
	check_ok(stack_add(profile, "process:python main rare", 3));
	CLEANUP(freep) char *text = rendered(gh_benchmark_write, profile);
	check_contains(text, "\"name\": \"CPU time\",\n  \"unit\": \"s\",\n  \"value\": 4.030,");
	check_contains(text, "\"name\": \"f (x.py)\",\n  \"unit\": \"% of CPU time\",\n"
			     "  \"value\": 74.44,\n  \"range\": \"\xc2\xb1 4.26\",\n"
			     "  \"extra\": \"3.000 s, 300 samples\"");
	check_null(strstr(text, "rare"));
	check_null(strstr(text, "\"python\""));
}

static void functions_of_one_name_are_one(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "f@3", 1));
	check_ok(stack_add(profile, "f@9", 2));
	CLEANUP(freep) char *text = rendered(gh_benchmark_write, profile);
	check_uint(count_of(text, "f (x.py)"), 1);
	check_contains(text, "3 samples\"\n }\n]");
}

static void names_leave_their_cell_of_a_table_alone(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "native:a|b`c", 1));
	CLEANUP(freep) char *text = rendered(gh_benchmark_write, profile);
	check_contains(text, "a\\\\x7cb\\\\x60c");
	check_json_writer(gh_benchmark_write);
}

CU_TestInfo gh_benchmark_tests[] = {
	TEST(the_total_and_the_hottest_are_told),
	TEST(functions_of_one_name_are_one),
	TEST(names_leave_their_cell_of_a_table_alone),
	CU_TEST_INFO_NULL,
};
