// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/output.h"

#include "check.h"
#include "format_profiles.h"

static void the_tree_is_a_sampled_profile(void)
{
	CLEANUP(profile_freep) struct profile *profile = timed_profile();
	CLEANUP(freep) char *text = rendered(speedscope_write, profile);

	check_contains(text, "{\"name\":\"main\",\"file\":\"x.py\",\"line\":3}");
	check_contains(text, "\"unit\":\"nanoseconds\",\"startValue\":0,\"endValue\":30,"
			     "\"samples\":[[0,1],[0,1,2]],\"weights\":[10,20]}");
}

static void a_thread_is_an_evented_profile(void)
{
	CLEANUP(profile_freep) struct profile *profile = timed_profile();
	CLEANUP(freep) char *text = rendered(speedscope_write, profile);

	check_contains(text, "\"name\":\"python (7), thread worker (8)\"");
	check_contains(text, "\"endValue\":50,\"events\":["
			     "{\"type\":\"O\",\"at\":0,\"frame\":0},"
			     "{\"type\":\"O\",\"at\":0,\"frame\":1},"
			     "{\"type\":\"O\",\"at\":10,\"frame\":2},"
			     "{\"type\":\"C\",\"at\":20,\"frame\":2},"
			     "{\"type\":\"C\",\"at\":20,\"frame\":1},"
			     "{\"type\":\"C\",\"at\":20,\"frame\":0},"
			     "{\"type\":\"O\",\"at\":40,\"frame\":0},");
}

static void it_is_json_whatever_happens(void)
{
	check_json_writer(speedscope_write);
}

CU_TestInfo speedscope_tests[] = {
	TEST(the_tree_is_a_sampled_profile),
	TEST(a_thread_is_an_evented_profile),
	TEST(it_is_json_whatever_happens),
	CU_TEST_INFO_NULL,
};
