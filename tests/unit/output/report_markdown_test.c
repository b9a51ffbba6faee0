// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/report.h"

#include "reported.h"

enum {
	LARGEST = 65536 /* what GitHub takes */
};

static void the_tables_have_shares_margins_and_lines(void)
{
	CLEANUP(profile_freep) struct profile *profile = run_profile();
	char work[] = "work@10";

	check_ok(stack_add(profile, "process:python main work@10", 300));
	check_ok(stack_add(profile, "process:python main native:dgemm", 700));
	line_add(profile, work, 12, 200);
	CLEANUP(freep) char *text = reported(report_markdown_write, profile, &default_choice);
	check_contains(text, "### CPU profile\n\n<code>python x.py</code>\n\n"
			     "**10.000 s of CPU time** in 12.500 s of wall time; cpu clock at 100 "
			     "Hz; 1000 of 1000 samples received (100.0 %).\n"
			     "\n### Hottest functions by their own time\n\n"
			     "| % ± margin | s | function | hottest line |\n|--:|--:|:--|--:|\n"
			     "| 70.0 ± 2.8 | 7.000 | <code>dgemm</code> |  |\n"
			     "| 30.0 ± 2.8 | 3.000 | <code>work (x.py:10)</code> | 12 |\n"
			     "\n### By time with everything they call\n\n"
			     "| % ± margin | s | function |  |\n|--:|--:|:--|--:|\n"
			     "| 100.0 ± 0.0 | 10.000 | <code>main (x.py:1)</code> |  |\n");
	check_contains(text, "| 20.0 ± 2.5 | 2.000 | <code>work (x.py:10)</code> | 12 |\n");
	check_null(strstr(text, "Only"));
}

static void the_order_and_the_number_of_rows_are_as_asked_for(void)
{
	CLEANUP(profile_freep) struct profile *profile = run_profile();
	struct report_choice choice = default_choice;

	check_ok(stack_add(profile, "process:python b a", 30));
	choice.order = FUNCTIONS_BY_NAME;
	choice.top = 1;
	CLEANUP(freep) char *text = reported(report_markdown_write, profile, &choice);
	check_contains(text, "| 100.0 ± 0.0 | 0.300 | <code>a (x.py:1)</code> |  |\n");
	check_null(strstr(text, "b (x.py:1)"));
	choice.order = FUNCTIONS_BY_TOTAL;
	CLEANUP(freep) char *total = reported(report_markdown_write, profile, &choice);
	check_true(strstr(total, "By time with") < strstr(total, "by their own"));
}

static void few_samples_and_filters_are_a_caution(void)
{
	CLEANUP(profile_freep) struct profile *profile = run_profile();
	struct report_choice choice = default_choice;

	choice.filters = "--process 'a|b'";
	profile->facts.filtered = 917;
	CLEANUP(freep) char *none = reported(report_markdown_write, profile, &choice);
	check_contains(none, "> **No samples** are left.\n");
	check_ok(stack_add(profile, "process:python main", 83));
	CLEANUP(freep) char *few = reported(report_markdown_write, profile, &choice);
	check_contains(few, "> **Only 83 samples**: a share of 50 % has a margin of ±10.8 points.");
	check_contains(few,
		       "> 917 samples are left out (<code>--process &#39;a&#124;b&#39;</code>).");
}

static void an_empty_profile_says_so(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	CLEANUP(freep) char *text = reported(report_markdown_write, profile, &default_choice);

	check_contains(text, "> **No samples**: the program hardly used a CPU.\n");
}

static void hostile_names_are_no_markup(void)
{
	CLEANUP(profile_freep) struct profile *profile = hostile_profile();
	CLEANUP(freep) char *text = reported(report_markdown_write, profile, &default_choice);

	check_no_markup(text);
	check_contains(text, "\nShares are of all samples");
}

static void a_hundred_thousand_long_names_fit(void)
{
	CLEANUP(profile_freep) struct profile *profile = run_profile();
	struct report_choice choice = default_choice;
	char name[10001];

	memset(name, '|', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (uint32_t i = 0; i < 100000; i++) {
		/* The hottest ones have 10,000 bytes; for all of them a test has no memory. */
		char *start = name + (i < 100 ? 0 : 9700), number[16];
		snprintf(number, sizeof(number), "%06u", i);
		memcpy(start, number, 6);
		uint32_t frame = (uint32_t)frames_add(&profile->frames, FRAME_NATIVE, start);
		memset(start, '|', 6);
		check_ok(profile_add(profile, &frame, 1, i, 1 + (i < 100)));
	}
	choice.top = 100000;
	CLEANUP(freep) char *text = reported(report_markdown_write, profile, &choice);
	check_true(strlen(text) < LARGEST);
	check_true(strlen(text) > 50000);
	check_contains(text, "The tables are cut");
	check_uint(count_of(text, "<details>"), count_of(text, "</details>"));
}

static void failures_are_reported(void)
{
	CLEANUP(profile_freep) struct profile *profile = hostile_profile();

	check_report_fails_well(report_markdown_write, profile);
}

CU_TestInfo report_markdown_tests[] = {
	TEST(the_tables_have_shares_margins_and_lines),
	TEST(the_order_and_the_number_of_rows_are_as_asked_for),
	TEST(few_samples_and_filters_are_a_caution),
	TEST(an_empty_profile_says_so),
	TEST(hostile_names_are_no_markup),
	TEST(a_hundred_thousand_long_names_fit),
	TEST(failures_are_reported),
	CU_TEST_INFO_NULL,
};
