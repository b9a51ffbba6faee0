// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/output.h"

#include "check.h"
#include "format_profiles.h"

static void stacks_are_the_nodes_of_the_tree(void)
{
	CLEANUP(profile_freep) struct profile *profile = timed_profile();
	CLEANUP(freep) char *text = rendered(firefox_write, profile);

	check_contains(text, "\"stackTable\":{\"length\":3,\"frame\":[0,1,2],"
			     "\"prefix\":[null,0,1]}");
	check_contains(text, "\"stringArray\":[\"python\",\"main\",\"f\",\"\",\"x.py\",\"x.py\"]");
	check_contains(text, "\"source\":[null,1,2],\"lineNumber\":[null,3,7]");
	check_contains(text, "\"category\":[1,3,3]");
}

static void samples_stand_in_their_thread(void)
{
	CLEANUP(profile_freep) struct profile *profile = timed_profile();
	CLEANUP(freep) char *text = rendered(firefox_write, profile);

	check_contains(text, "\"samples\":{\"length\":3,\"weightType\":\"samples\","
			     "\"stack\":[1,2,2],\"time\":[0.000010,0.000020,0.000050],"
			     "\"weight\":[1,1,1]}");
	check_contains(text, "\"isMainThread\":false,\"pid\":\"7\",\"tid\":8");
}

static void it_is_json_whatever_happens(void)
{
	check_json_writer(firefox_write);
}

CU_TestInfo firefox_tests[] = {
	TEST(stacks_are_the_nodes_of_the_tree),
	TEST(samples_stand_in_their_thread),
	TEST(it_is_json_whatever_happens),
	CU_TEST_INFO_NULL,
};
