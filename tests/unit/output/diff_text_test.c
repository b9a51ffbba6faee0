// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/diff.h"

#include "diffed.h"

static void sides_shares_and_changes_are_shown(void)
{
	CLEANUP(diffed_done) struct diffed diffed;

	diffed_make_usual(&diffed, NULL);
	CLEANUP(freep) char *text = diffed_text(diff_text_write, &diffed);
	check_contains(text, "Old: 1 recording, 1000 samples, 1.00 s of CPU: python x.py\n"
			     "New: 1 recording, 1000 samples, 1.00 s of CPU: python x.py\n");
	check_contains(text, "\n  10.00   30.00  +20.00 ± ");
	check_contains(text, "*  work (x.py:14)\n");
	check_contains(text, "\n  20.00    0.00  -20.00 ± ");
	check_contains(text, " gone (x.py:20)\n");
	check_contains(text, " 100.00  100.00   +0.00 ± ");
	check_contains(text, "40 blocks of time");
	check_contains(text, "the 3 functions that were looked at");
	check_contains(text, "For ± 1 point each side needs about ");
	check_null(strstr(text, "egression"));
}

static void rows_that_are_left_out_are_counted(void)
{
	CLEANUP(diffed_done) struct diffed diffed;

	diffed_make_usual(&diffed, NULL);
	diffed.view.rows = 1;
	CLEANUP(freep) char *text = diffed_text(diff_text_write, &diffed);
	check_contains(text, "  and 2 more: --top 3 shows all\n");
	check_null(strstr(text, "gone"));
}

static void a_broken_rule_is_told(void)
{
	CLEANUP(diffed_done) struct diffed broken, held;

	diffed_make_usual(&broken, "+5pp");
	CLEANUP(freep) char *text = diffed_text(diff_text_write, &broken);
	check_contains(text, "\nwork (x.py:14): total share 10.00 % -> 30.00 %, +20.00 points, at "
			     "least +1");
	check_contains(text, ": breaks +5pp\nRegression: of 3 shares that the rules look at 1 grew "
			     "too much, beyond noise. One side has one recording: ");
	diffed_make_usual(&held, "func:^gone$>5%");
	CLEANUP(freep) char *other = diffed_text(diff_text_write, &held);
	check_contains(other, "No regression beyond noise in the 1 share that the rules look at. ");
}

static void hostile_names_are_harmless(void)
{
	CLEANUP(diffed_done) struct diffed diffed;

	diffed_make_named(&diffed, HOSTILE, "+5pp");
	CLEANUP(freep) char *text = diffed_text(diff_text_write, &diffed);
	for (const char *at = text; at && *at; at++)
		check_true(*at == '\n' || (unsigned char)*at >= ' ');
	check_contains(text, "\\n\\r\\x1b[31m");
	check_contains(text, "\\xff\\udc80");
}

static void failures_are_reported(void)
{
	CLEANUP(diffed_done) struct diffed diffed;

	diffed_make_usual(&diffed, "+5pp");
	diffed_check_failures(diff_text_write, &diffed);
}

CU_TestInfo diff_text_tests[] = {
	TEST(sides_shares_and_changes_are_shown),
	TEST(rows_that_are_left_out_are_counted),
	TEST(a_broken_rule_is_told),
	TEST(hostile_names_are_harmless),
	TEST(failures_are_reported),
	CU_TEST_INFO_NULL,
};
