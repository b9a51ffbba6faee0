// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/diff.h"

#include "diffed.h"

static void the_table_is_one_of_github(void)
{
	CLEANUP(diffed_done) struct diffed diffed;

	diffed_make_usual(&diffed, "+5pp");
	CLEANUP(freep) char *text = diffed_text(diff_markdown_write, &diffed);
	check_contains(text, "### Profile: old and new\n\n- old: 1 recording, 1000 samples, 1.00 s "
			     "of CPU: <code>python x.py</code>\n");
	check_contains(text, "\n**Regression: of 3 shares that the rules look at 1 grew too much, "
			     "beyond noise. One side has one recording: the noise of runs "
			     "is taken to be 4 % of a share.**\n\n"
			     "- <code>work (x.py:14)</code>: total ");
	check_contains(text, ": breaks <code>+5pp</code>\n");
	check_contains(text, "\n| self, old % | new | change | total, old % | new | change | "
			     "function |\n|--:|--:|--:|--:|--:|--:|---|\n");
	check_contains(text, "| 10.00 | 30.00 | **+20.00 ± ");
	check_contains(text, " | <code>gone (x.py:20)</code> |\n");
	check_contains(text, "Bold marks what is beyond noise");
}

/* Between its tags a name has nothing that Markdown, HTML or GitHub take for theirs. */
static void hostile_names_are_harmless(void)
{
	CLEANUP(diffed_done) struct diffed diffed;

	diffed_make_named(&diffed, HOSTILE, "+5pp");
	CLEANUP(freep) char *text = diffed_text(diff_markdown_write, &diffed);
	check_null(strstr(text ? text : "", "<script"));
	size_t names = 0;
	for (char *at = text; at && (at = strstr(at, "<code>")); names++) {
		char *end = strstr(at, "</code>");
		if (!check_not_null(end))
			return;
		for (at += strlen("<code>"); at < end; at++)
			check_true(!strchr("<>|`@*_[]\\\"'!\n\r", *at));
	}
	check_uint(names, 5); /* two commands, a finding and its rule, a row */
}

static void the_text_stays_under_64_kib(void)
{
	CLEANUP(diffed_done) struct diffed diffed;
	uint32_t order[2000] = {0};
	char name[10001];

	memset(name, '|', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	diffed_make_named(&diffed, name, "+5pp");
	diffed.view.order = order;
	diffed.view.rows = 2000;
	CLEANUP(freep) char *text = diffed_text(diff_markdown_write, &diffed);
	check_true(strlen(text ? text : "") < 65536);
	check_true(strlen(text ? text : "") > 40000);
	check_contains(text, "…</code> |\n");
}

static void rows_that_are_left_out_are_counted(void)
{
	CLEANUP(diffed_done) struct diffed diffed;

	diffed_make_usual(&diffed, NULL);
	diffed.view.rows = 1;
	CLEANUP(freep) char *text = diffed_text(diff_markdown_write, &diffed);
	check_contains(text, "\n1 of 3 functions.\n");
}

static void failures_are_reported(void)
{
	CLEANUP(diffed_done) struct diffed diffed;

	diffed_make_usual(&diffed, "+5pp");
	diffed_check_failures(diff_markdown_write, &diffed);
}

CU_TestInfo diff_markdown_tests[] = {
	TEST(the_table_is_one_of_github),  TEST(hostile_names_are_harmless),
	TEST(the_text_stays_under_64_kib), TEST(rows_that_are_left_out_are_counted),
	TEST(failures_are_reported),	   CU_TEST_INFO_NULL,
};
