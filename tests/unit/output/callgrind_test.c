// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/output.h"

#include "check.h"
#include "format_profiles.h"

static void functions_have_costs_and_calls(void)
{
	CLEANUP(profile_freep) struct profile *profile = timed_profile();
	CLEANUP(freep) char *text = rendered(callgrind_write, profile);

	check_contains(text, "events: Samples Nanoseconds\nsummary: 3 30\n");
	check_contains(text, "ob=(2) python\nfl=(2) x.py\nfn=(2) main:3\n3 1 10\n"
			     "cob=(3) python\ncfi=(3) x.py\ncfn=(3) f:7\ncalls=2 7\n3 2 20\n");
	check_contains(text, "fn=(3) f:7\n7 2 20\n");
}

static void recursion_counts_once(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "f g f g", 5));
	CLEANUP(freep) char *text = rendered(callgrind_write, profile);
	check_uint(count_of(text, "calls=5 "), 2);
	check_uint(count_of(text, "calls="), 2);
}

static void lines_come_from_the_detail(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	struct frame frame = {FRAME_PYTHON, 3, 5, "f", "f", "x.py"};

	profile->detail = profile_new();
	for (; frame.line < 7; frame.line++) {
		uint32_t id = (uint32_t)frames_intern(&profile->frames, &frame);
		check_ok(profile_add(profile->detail, &id, 1, 0, frame.line));
	}
	CLEANUP(freep) char *text = rendered(callgrind_write, profile);
	check_contains(text, "fn=(1) f:3\n5 5 0\n6 6 0\n");
}

static void names_stay_in_their_lines(void)
{
	CLEANUP(profile_freep) struct profile *empty = profile_new();
	CLEANUP(profile_freep) struct profile *profile = hostile_profile();
	CLEANUP(freep) char *text = rendered(callgrind_write, profile);
	CLEANUP(freep) char *of_empty = rendered(callgrind_write, empty);

	check_contains(text, "fn=(3) a\\nb:1\n");
	check_contains(text, "fn=(8) (3) x:1\n");
	check_contains(text, "fl=(9) ???\n");
	check_contains(of_empty, "summary: 0 0\n");
	check_reports_a_full_disk(callgrind_write, profile);
	check_reports_lack_of_memory(callgrind_write, profile);
}

CU_TestInfo callgrind_tests[] = {
	TEST(functions_have_costs_and_calls),
	TEST(recursion_counts_once),
	TEST(lines_come_from_the_detail),
	TEST(names_stay_in_their_lines),
	CU_TEST_INFO_NULL,
};
