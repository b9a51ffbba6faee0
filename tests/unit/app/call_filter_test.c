// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/call_filter.h"

#include <errno.h>

#include "check.h"

/* Whether a filter of these patterns passes functions that it has learnt. */
static bool passes(const char *include, const char *exclude, const char *name, const char *file)
{
	struct call_filter filter = {0};
	bool passed;

	check_ok(call_filter_init(&filter, include, exclude));
	check_ok(call_filter_learn(&filter, 7, name, file));
	passed = call_filter_passes(&filter, 7);
	check_true(call_filter_passes(&filter, 8));
	call_filter_done(&filter);
	return passed;
}

static void without_patterns_all_pass(void)
{
	check_true(passes(NULL, NULL, "f", "a.py"));
}

static void names_and_files_are_looked_at(void)
{
	check_true(passes("^load", NULL, "load_rows", "a.py"));
	check_true(!passes("^load", NULL, "reload", "a.py"));
	check_true(passes("src/", NULL, "f", "/home/src/a.py"));
	check_true(passes("(one|two)\\.py$", NULL, "f", "/src/two.py"));
}

static void what_is_excluded_does_not_pass_even_when_included(void)
{
	check_true(!passes(NULL, "importlib", "f", "<frozen importlib._bootstrap>"));
	check_true(!passes("f", "f", "f", "a.py"));
	check_true(passes("f", "g", "f", "a.py"));
}

static void what_is_no_expression_is_refused(void)
{
	struct call_filter filter = {0};

	check_int(call_filter_init(&filter, "(", NULL), -EINVAL);
	check_int(call_filter_init(&filter, "a", "["), -EINVAL);
	call_filter_done(&filter);
}

CU_TestInfo call_filter_tests[] = {
	TEST(without_patterns_all_pass),
	TEST(names_and_files_are_looked_at),
	TEST(what_is_excluded_does_not_pass_even_when_included),
	TEST(what_is_no_expression_is_refused),
	CU_TEST_INFO_NULL,
};
