// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/output.h"

#include "check.h"
#include "format_profiles.h"

/* timed_profile() in microseconds. */
static struct profile *slow_profile(void)
{
	struct profile *profile = timed_profile();

	profile->facts.period_ns *= 1000;
	for (size_t i = 0; i < profile->samples.count; i++)
		profile->samples.items[i].time_ns *= 1000;
	return profile;
}

static void frames_are_complete_events_callers_first(void)
{
	CLEANUP(profile_freep) struct profile *profile = slow_profile();
	CLEANUP(freep) char *text = rendered(chrome_write, profile);

	check_contains(text,
		       "\"name\":\"main\",\"cat\":\"Python project\",\"ts\":0,\"dur\":20,"
		       "\"pid\":7,\"tid\":8,\"args\":{\"file\":\"x.py\",\"line\":3}},"
		       "{\"ph\":\"X\",\"name\":\"f\",\"cat\":\"Python project\",\"ts\":10,"
		       "\"dur\":10,\"pid\":7,\"tid\":8,"
		       "\"args\":{\"file\":\"x.py\",\"line\":7}},"
		       "{\"ph\":\"X\",\"name\":\"main\",\"cat\":\"Python project\",\"ts\":40,");
	check_uint(count_of(text, "\"X\""), 4);
}

static void processes_and_threads_have_names(void)
{
	CLEANUP(profile_freep) struct profile *profile = timed_profile();
	CLEANUP(freep) char *text = rendered(chrome_write, profile);

	check_contains(text, "\"name\":\"process_name\",\"pid\":7,\"tid\":8,"
			     "\"args\":{\"name\":\"python\"}}");
	check_contains(text, "\"thread_name\",\"pid\":7,\"tid\":8,\"args\":{\"name\":\"worker\"}}");
}

static void it_is_json_whatever_happens(void)
{
	check_json_writer(chrome_write);
}

CU_TestInfo chrome_tests[] = {
	TEST(frames_are_complete_events_callers_first),
	TEST(processes_and_threads_have_names),
	TEST(it_is_json_whatever_happens),
	CU_TEST_INFO_NULL,
};
