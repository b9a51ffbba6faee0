// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* What is said of a wrong value, and that the command line gives each option its own:
 * command_line_test.c.
 */
#include "app/option_values.h"

#include "app/option_table.h"
#include "base/log.h"
#include "check.h"

/* Gives an option its value as the command line does. */
static int take(struct options *options, enum command command, const char *name, const char *value)
{
	for (const struct option_entry *each = option_table; each->name; each++)
		if (!strcmp(each->name, name) && option_of(each, command))
			return each->take(options, each, value);
	check_true(!"there is such an option");
	return 0;
}

static struct options taken(const char *name, const char *value)
{
	struct options options = {0};

	check_int(take(&options, COMMAND_RECORD, name, value), OPTIONS_GO_ON);
	return options;
}

static struct options taken_by_diff(const char *name, const char *value)
{
	struct options options = {0};

	check_int(take(&options, COMMAND_DIFF, name, value), OPTIONS_GO_ON);
	return options;
}

/* Refused, and nothing was taken. */
static void check_refused(enum command command, const char *name, const char *value)
{
	struct options options, before;

	memset(&options, 0, sizeof(options)); /* padding too: it is compared */
	memset(&before, 0, sizeof(before));
	check_int(take(&options, command, name, value), OPTIONS_USAGE_ERROR);
	check_true(!memcmp(&options, &before, sizeof(before)));
}

static void kernel_frames_are_wanted_in_three_ways(void)
{
	check_int(taken("kernel", NULL).kernel, KERNEL_YES);
	check_int(taken("kernel", "yes").kernel, KERNEL_YES);
	check_int(taken("kernel", "no").kernel, KERNEL_NO);
	check_int(taken("kernel", "=no").kernel, KERNEL_NO);
	struct options options = {.kernel = KERNEL_NO};
	check_int(take(&options, COMMAND_RECORD, "kernel", "auto"), OPTIONS_GO_ON);
	check_int(options.kernel, KERNEL_AUTO);
	check_refused(COMMAND_RECORD, "kernel", "");
	check_refused(COMMAND_RECORD, "kernel", "=");
	check_refused(COMMAND_RECORD, "kernel", "y");
	check_refused(COMMAND_RECORD, "kernel", "yess");
	check_refused(COMMAND_RECORD, "kernel", "yes|no");
	check_refused(COMMAND_RECORD, "kernel", "No");
}

static void calls_are_counted_or_required(void)
{
	check_true(taken("calls", NULL).calls);
	check_true(!taken("calls", NULL).calls_required);
	check_true(taken("calls", "require").calls_required);
	check_refused(COMMAND_RECORD, "calls", "");
	check_near(taken("calls-budget", "0.1").calls_budget_percent, 0.1, 0);
	check_near(taken("calls-budget", "none").calls_budget_percent, 0, 0);
	check_refused(COMMAND_RECORD, "calls-budget", "0.09");
	check_refused(COMMAND_RECORD, "calls-budget", "nan");
}

static void numbers_have_bounds(void)
{
	check_near(taken("rate", "20000").rate_hz, 20000, 0);
	check_near(taken("duration", "0.001").duration_s, 0.001, 0);
	check_near(taken_by_diff("skip-first", "0").skip_first_s, 0, 0);
	check_near(taken_by_diff("skip-first", "2.5").skip_first_s, 2.5, 0);
	check_int(taken_by_diff("top", "1").top, 1);
	check_int(taken_by_diff("top", "1000").top, 1000);
	check_refused(COMMAND_RECORD, "rate", "0.99");
	check_refused(COMMAND_RECORD, "rate", "20000.1");
	check_refused(COMMAND_RECORD, "duration", "0.0009");
	check_refused(COMMAND_RECORD, "duration", "inf");
	check_refused(COMMAND_DIFF, "skip-first", "-1");
	check_refused(COMMAND_DIFF, "top", "0");
	check_refused(COMMAND_DIFF, "top", "1.5");
	check_refused(COMMAND_DIFF, "top", "ten");
}

static void texts_are_borrowed(void)
{
	static const char text[] = "a.b";

	check_true(taken("output", text).output == text);
	check_true(taken("format", text).formats == text);
	check_true(taken("name", text).name == text);
	check_true(taken("user", text).user == text);
	check_true(taken("include", text).include == text);
	check_true(taken("exclude", text).exclude == text);
	check_true(taken_by_diff("process", text).process == text);
	check_true(taken_by_diff("thread", text).thread == text);
	check_true(taken("clock", "tick").tick);
	check_true(!taken("clock", "cpu").tick);
	check_refused(COMMAND_RECORD, "output", "");
	check_refused(COMMAND_REPORT, "output", "");
	check_refused(COMMAND_RECORD, "name", "a/b");
	check_refused(COMMAND_RECORD, "name", ".a");
	check_refused(COMMAND_RECORD, "include", "(");
	check_refused(COMMAND_RECORD, "exclude", "[");
	check_refused(COMMAND_DIFF, "process", "(");
	check_refused(COMMAND_DIFF, "thread", "[");
	check_refused(COMMAND_RECORD, "clock", "");
}

static void a_report_has_one_form_and_order(void)
{
	static const struct {
		const char *name;
		enum report_form form;
	} forms[] = {{"markdown", REPORT_MARKDOWN},
		     {"json", REPORT_JSON},
		     {"html", REPORT_HTML},
		     {"checklist", REPORT_CHECKLIST}};
	struct options options = {0};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		options.form = REPORT_TEXT;
		check_int(take(&options, COMMAND_REPORT, forms[i].name, NULL), OPTIONS_GO_ON);
		check_int(options.form, forms[i].form);
		check_int(take(&options, COMMAND_REPORT, forms[i].name, NULL), OPTIONS_GO_ON);
	}
	check_int(take(&options, COMMAND_REPORT, "json", NULL), OPTIONS_USAGE_ERROR);
	check_int(options.form, REPORT_CHECKLIST);
	check_int(take(&options, COMMAND_REPORT, "sort", "name"), OPTIONS_GO_ON);
	check_int(options.sort, SORT_NAME);
	check_int(take(&options, COMMAND_REPORT, "sort", "total"), OPTIONS_GO_ON);
	check_int(options.sort, SORT_TOTAL);
	check_int(take(&options, COMMAND_REPORT, "sort", "self"), OPTIONS_GO_ON);
	check_int(options.sort, SORT_SELF);
	check_refused(COMMAND_REPORT, "sort", "calls");
}

static void what_is_repeated_is_kept_in_order_and_bounded(void)
{
	struct options options = {0};

	for (int i = 0; i < MAX_REPEATS; i++)
		check_int(take(&options, COMMAND_DIFF, "fail-on", i ? "b" : "a"), OPTIONS_GO_ON);
	check_int(take(&options, COMMAND_DIFF, "fail-on", "c"), OPTIONS_USAGE_ERROR);
	check_int(options.fail_on.count, MAX_REPEATS);
	check_str(options.fail_on.items[0], "a");
	check_str(options.fail_on.items[MAX_REPEATS - 1], "b");
	check_int(options.baselines.count, 0);
	check_refused(COMMAND_DIFF, "baseline", "");
}

CU_TestInfo option_values_tests[] = {
	TEST(kernel_frames_are_wanted_in_three_ways),
	TEST(calls_are_counted_or_required),
	TEST(numbers_have_bounds),
	TEST(texts_are_borrowed),
	TEST(a_report_has_one_form_and_order),
	TEST(what_is_repeated_is_kept_in_order_and_bounded),
	CU_TEST_INFO_NULL,
};
