// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/diff.h"

#include "diffed.h"

static int write_new(const struct diff_view *view, FILE *stream)
{
	return diff_svg_write(view, SIDE_NEW, stream);
}

static int write_old(const struct diff_view *view, FILE *stream)
{
	return diff_svg_write(view, SIDE_OLD, stream);
}

static void boxes_are_as_wide_as_the_side(void)
{
	CLEANUP(diffed_done) struct diffed diffed;

	diffed_make_usual(&diffed, NULL);
	CLEANUP(freep) char *new = diffed_text(write_new, &diffed);
	CLEANUP(freep) char *old = diffed_text(write_old, &diffed);
	check_contains(new, "as wide as new samples</text>");
	check_contains(new,
		       "<g class=\"o3\"><title>work (x.py:14) · old 10.00 % (100 samples) · new "
		       "30.00 % (300 samples) · +20.00 points</title><rect x=\"10.00\" "
		       "y=\"135\" width=\"354.00\" height=\"16\"/>");
	check_contains(old, "points</title><rect x=\"246.00\" y=\"135\" width=\"118.00\" ");
	check_contains(new,
		       "<g class=\"n\"><title>main (x.py:1) · old 100.00 % (1000 samples) · new "
		       "100.00 % (1000 samples) · +0.00 points</title>");
}

static void what_vanished_is_on_the_back(void)
{
	CLEANUP(diffed_done) struct diffed diffed;

	diffed_make_usual(&diffed, NULL);
	CLEANUP(freep) char *new = diffed_text(write_new, &diffed);
	CLEANUP(freep) char *old = diffed_text(write_old, &diffed);
	check_null(strstr(new ? new : "", "gone"));
	check_contains(old,
		       "<g class=\"b3\"><title>gone (x.py:20) · old 20.00 % (200 samples) · new "
		       "0.00 % (0 samples) · -20.00 points, vanished</title>");
}

static void small_changes_are_lighter(void)
{
	static const struct compared_stack old[] = {{"process:python a", 1000},
						    {"process:python b", 1000},
						    {"process:python c", 1000},
						    {NULL, 0}};
	static const struct compared_stack new[] = {{"process:python a", 1030},
						    {"process:python b", 880},
						    {"process:python c", 1090},
						    {NULL, 0}};
	CLEANUP(diffed_done) struct diffed diffed;

	diffed_make(&diffed, old, new, NULL);
	CLEANUP(freep) char *text = diffed_text(write_new, &diffed);
	check_contains(text, "<g class=\"o1\"><title>a ");
	check_contains(text, "<g class=\"b2\"><title>b ");
	check_contains(text, "<g class=\"o2\"><title>c ");
}

static void hostile_names_are_harmless(void)
{
	CLEANUP(diffed_done) struct diffed diffed;

	diffed_make_named(&diffed, HOSTILE, NULL);
	CLEANUP(freep) char *text = diffed_text(write_new, &diffed);
	check_null(strstr(text ? text : "", "<script"));
	check_contains(text, "<title>&lt;/title&gt;&lt;script&gt;x");
	for (const char *at = text; at && *at; at++)
		check_true(*at == '\n' || (unsigned char)*at >= ' ');
}

static void failures_are_reported(void)
{
	CLEANUP(diffed_done) struct diffed diffed;

	diffed_make_usual(&diffed, NULL);
	diffed_check_failures(write_new, &diffed);
	diffed_check_failures(write_old, &diffed);
}

CU_TestInfo diff_svg_tests[] = {
	TEST(boxes_are_as_wide_as_the_side), TEST(what_vanished_is_on_the_back),
	TEST(small_changes_are_lighter),     TEST(hostile_names_are_harmless),
	TEST(failures_are_reported),	     CU_TEST_INFO_NULL,
};
