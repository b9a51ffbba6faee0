// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/summary_functions.h"

#include "../output/reported.h"

static char *printed(const struct profile *profile, const struct report_choice *choice)
{
	CLEANUP(function_table_done) struct function_table table;
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	check_ok(function_table_make(profile, &table));
	check_ok(summary_print_functions(profile, &table, choice, stream));
	fclose(stream);
	return text;
}

static void the_two_tables_come_first(void)
{
	CLEANUP(profile_freep) struct profile *profile = run_profile();
	char work[] = "work@10";

	check_ok(stack_add(profile, "process:python main work@10", 30));
	check_ok(stack_add(profile, "process:python main work@10 builtin:sum", 70));
	line_add(profile, work, 12, 80);
	CLEANUP(freep) char *text = printed(profile, &default_choice);
	check_str(text, "\nHottest functions by their own time (share ± margin, seconds):\n"
			"   70.0 % ±9.0     0.700 s  sum\n"
			"   30.0 % ±9.0     0.300 s  work (x.py:10), line 12: 80.0 %\n"
			"\nBy time with everything they call:\n"
			"  100.0 % ±0.0     1.000 s  work (x.py:10)\n"
			"  100.0 % ±0.0     1.000 s  main (x.py:1)\n"
			"   70.0 % ±9.0     0.700 s  sum\n");
}

static void other_orders_and_fewer_rows(void)
{
	CLEANUP(profile_freep) struct profile *profile = run_profile();
	struct report_choice choice = {.order = FUNCTIONS_BY_NAME, .top = 1};

	check_ok(stack_add(profile, "process:python b a", 10));
	check_ok(stack_add(profile, "process:python b", 10));
	CLEANUP(freep) char *named = printed(profile, &choice);
	check_str(named, "\nFunctions by name, with everything they call:\n"
			 "   50.0 % ±21.9     0.100 s  a (x.py:1)\n");
	choice.order = FUNCTIONS_BY_TOTAL;
	CLEANUP(freep) char *total = printed(profile, &choice);
	check_contains(total, "\nBy time with everything they call:\n"
			      "  100.0 % ±0.0     0.200 s  b (x.py:1)\n"
			      "\nHottest functions by their own time");
}

static void lines_markers_and_threads_have_tables_of_their_own(void)
{
	CLEANUP(profile_freep) struct profile *profile = run_profile();
	struct report_choice choice = {.lines = true, .top = 1};
	char work[] = "work@10";

	profile->facts.by_thread = true;
	check_ok(stack_add(profile, "process:python thread:a marker:[truncated] work@10", 60));
	check_ok(stack_add(profile, "process:sh thread:b native:read", 40));
	line_add(profile, work, 12, 35);
	line_add(profile, work, 13, 25);
	CLEANUP(freep) char *text = printed(profile, &choice);
	check_contains(text, "\nHottest lines, with the machine code that they call:\n"
			     "   35.0 % ±9.3     0.350 s  work (x.py:10), line 12\n"
			     "\nUnder markers, which are no functions:\n"
			     "   60.0 % ±9.6     0.600 s  [truncated]\n"
			     "\nThreads (2):\n"
			     "   60.0 % ±9.6     0.600 s  a of python\n"
			     "  and 1 more\n");
	check_contains(text, "their own time (share ± margin, seconds):\n"
			     "   60.0 % ±9.6     0.600 s  work (x.py:10), line 12: 35.0 %\n\n");
}

static void names_are_cut_in_the_middle(void)
{
	CLEANUP(profile_freep) struct profile *profile = run_profile();
	char stack[1000] = "process:python native:begin";

	memset(stack + strlen(stack), 'x', 800);
	check_ok(stack_add(profile, strcat(stack, "end"), 10));
	CLEANUP(freep) char *text = printed(profile, &default_choice);
	check_contains(text, "  beginxxx");
	check_contains(text, "xxx…xxx");
	check_contains(text, "xxxend\n");
	check_true(strlen(text) < 600);
}

CU_TestInfo summary_functions_tests[] = {
	TEST(the_two_tables_come_first),
	TEST(other_orders_and_fewer_rows),
	TEST(lines_markers_and_threads_have_tables_of_their_own),
	TEST(names_are_cut_in_the_middle),
	CU_TEST_INFO_NULL,
};
