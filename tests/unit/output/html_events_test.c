// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/html_events.h"

#include "pstats_stacks.h"
#include "rendered.h"

static void collections_and_imports_have_a_table_each(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(vec_push(&profile->collections,
			  ((struct profile_collection){2, 3, 0.5, 0.25, 99})));
	check_ok(vec_push(&profile->imports, ((struct profile_import){"json", 0, 1, 0.02, 0.005})));
	check_ok(vec_push(&profile->imports,
			  ((struct profile_import){"json.<decoder>", 1, 2, 0.015, 0.015})));
	CLEANUP(freep) char *text = rendered(html_events_write, profile);
	check_contains(text, "<tr><th scope=\"row\">2</th><td class=\"n\">3</td><td "
			     "class=\"n\">500.0</td><td class=\"n\">250.0</td><td class=\"n\">99");
	check_contains(text, "<tr><th scope=\"row\">json</th><td></td><td class=\"n\">1</td><td "
			     "class=\"n\">5.0</td><td class=\"n\">20.0</td></tr>\n"
			     "<tr><th scope=\"row\">json.&lt;decoder&gt;</th><td>json</td>");
}

static void calls_are_summed_by_function(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "main work@10", 1));
	profile->facts.calls.kind = CALLS_COUNTS;
	check_ok(vec_push(&profile->calls, ((struct profile_call){0, 1, 5, 4, 4, 1, 2, 2})));
	check_ok(vec_push(&profile->calls, ((struct profile_call){1, 1, 3, 0, 3, 1, 2, 2})));
	CLEANUP(freep) char *counted = rendered(html_events_write, profile);
	profile->facts.calls.kind = CALLS_TIMES;
	CLEANUP(freep) char *timed = rendered(html_events_write, profile);
	const char *row = "<th scope=\"row\">work</th><td class=\"place\"><span "
			  "class=\"base\">x.py:10</span></td><td class=\"n\">8</td><td "
			  "class=\"n\">4</td>";
	check_contains(counted, row);
	check_uint(count_of(counted, ">main<"), 0);
	check_uint(count_of(counted, "2.000"), 0);
	check_contains(timed, row);
	check_contains(timed, "<td class=\"n\">2.000</td><td class=\"n\">4.000</td>");
}

static void nothing_is_said_of_what_was_not_seen(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	CLEANUP(freep) char *text = rendered(html_events_write, profile);

	check_str(text, "");
}

CU_TestInfo html_events_tests[] = {
	TEST(collections_and_imports_have_a_table_each),
	TEST(calls_are_summed_by_function),
	TEST(nothing_is_said_of_what_was_not_seen),
	CU_TEST_INFO_NULL,
};
