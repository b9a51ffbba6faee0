// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/html_processes.h"

#include "detailed.h"
#include "rendered.h"

static void processes_are_sorted_by_time(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	for (uint32_t pid = 1; pid <= 300; pid++)
		check_ok(vec_push(&profile->processes,
				  ((struct profile_process){pid, "<b>", "3.11.2", 5, pid, false})));
	CLEANUP(freep) char *text = rendered(html_processes_write, profile);
	check_contains(text, "<tbody>\n<tr><th scope=\"row\">&lt;b&gt;</th><td class=\"n\">300</td>"
			     "<td>3.11.2</td><td class=\"n\">300.000</td><td class=\"n\">5</td>");
	check_uint(count_of(text, "&lt;b&gt;"), 200);
	check_contains(text, "and 100 more");
}

static void threads_are_those_of_the_detailed_tree(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	profile->facts.period_ns = 1000000000;
	check_ok(detailed_add(profile, "process:python thread:main_(1) main@1:2 thread:x", 3));
	check_ok(detailed_add(profile, "process:python thread:work_(2) work@1:2", 5));
	CLEANUP(freep) char *text = rendered(html_processes_write, profile);
	const char *first = text ? strstr(text, "work_(2)") : NULL;
	check_contains(first, "<td>python</td><td class=\"n\">62.5");
	check_contains(first, "<td class=\"n\">5.000</td><td class=\"n\">5</td></tr>\n"
			      "<tr><th scope=\"row\">main_(1)</th>");
	check_uint(count_of(text, "thread:x"), 0);
	check_uint(count_of(text, "<tr><th scope=\"row\">"), 2);
}

static void without_any_there_is_no_section(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	CLEANUP(freep) char *text = rendered(html_processes_write, profile);

	check_str(text, "");
}

CU_TestInfo html_processes_tests[] = {
	TEST(processes_are_sorted_by_time),
	TEST(threads_are_those_of_the_detailed_tree),
	TEST(without_any_there_is_no_section),
	CU_TEST_INFO_NULL,
};
