// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* What is said of a wrong value, and that the command line gives each option its own:
 * options_test.c.
 */
#include "app/option_values.h"

#include "base/log.h"
#include "check.h"

static struct options taken(int option, const char *value)
{
	struct options options = {0};

	check_int(option_values_take(&options, option, value), OPTIONS_GO_ON);
	return options;
}

/* Refused, and nothing was taken. */
static void check_refused(int option, const char *value)
{
	struct options options, before;

	memset(&options, 0, sizeof(options)); /* padding too: it is compared */
	memset(&before, 0, sizeof(before));
	check_int(option_values_take(&options, option, value), OPTIONS_USAGE_ERROR);
	check_true(!memcmp(&options, &before, sizeof(before)));
}

static void kernel_frames_are_wanted_in_three_ways(void)
{
	check_int(taken('k', NULL).kernel, KERNEL_YES);
	check_int(taken('k', "yes").kernel, KERNEL_YES);
	check_int(taken('k', "no").kernel, KERNEL_NO);
	check_int(taken('k', "=no").kernel, KERNEL_NO);
	struct options options = {.kernel = KERNEL_NO};
	check_int(option_values_take(&options, 'k', "auto"), OPTIONS_GO_ON);
	check_int(options.kernel, KERNEL_AUTO);
	check_refused('k', "");
	check_refused('k', "=");
	check_refused('k', "y");
	check_refused('k', "yess");
	check_refused('k', "No");
}

static void calls_are_counted_or_required(void)
{
	check_true(taken(OPTION_CALLS, NULL).calls);
	check_true(!taken(OPTION_CALLS, NULL).calls_required);
	check_true(taken(OPTION_CALLS, "require").calls_required);
	check_refused(OPTION_CALLS, "");
	check_near(taken(OPTION_CALLS_BUDGET, "0.1").calls_budget_percent, 0.1, 0);
	check_near(taken(OPTION_CALLS_BUDGET, "none").calls_budget_percent, 0, 0);
	check_refused(OPTION_CALLS_BUDGET, "0.09");
	check_refused(OPTION_CALLS_BUDGET, "nan");
}

static void numbers_have_bounds(void)
{
	check_near(taken('r', "20000").rate_hz, 20000, 0);
	check_near(taken('d', "0.001").duration_s, 0.001, 0);
	check_refused('r', "0.99");
	check_refused('r', "20000.1");
	check_refused('d', "0.0009");
	check_refused('d', "inf");
}

static void texts_are_borrowed(void)
{
	static const char text[] = "a.b";

	check_true(taken('o', text).output == text);
	check_true(taken('f', text).formats == text);
	check_true(taken(OPTION_NAME, text).name == text);
	check_true(taken(OPTION_USER, text).user == text);
	check_true(taken(OPTION_INCLUDE, text).include == text);
	check_true(taken(OPTION_EXCLUDE, text).exclude == text);
	check_true(taken(OPTION_CLOCK, "tick").tick);
	check_true(!taken(OPTION_CLOCK, "cpu").tick);
	check_refused('o', "");
	check_refused(OPTION_NAME, "a/b");
	check_refused(OPTION_NAME, ".a");
	check_refused(OPTION_INCLUDE, "(");
	check_refused(OPTION_EXCLUDE, "[");
	check_refused(OPTION_CLOCK, "");
}

CU_TestInfo option_values_tests[] = {
	TEST(kernel_frames_are_wanted_in_three_ways),
	TEST(calls_are_counted_or_required),
	TEST(numbers_have_bounds),
	TEST(texts_are_borrowed),
	CU_TEST_INFO_NULL,
};
