// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/report.h"

#include <yajl/yajl_tree.h>

#include "reported.h"

/* Parsed; checked to be JSON. */
static yajl_val parsed(const struct profile *profile, const struct report_choice *choice)
{
	CLEANUP(freep) char *text = reported(report_json_write, profile, choice);
	char error[256] = "";
	yajl_val root = text ? yajl_tree_parse(text, error, sizeof(error)) : NULL;

	check_str(error, "");
	return root;
}

static yajl_val at(yajl_val from, const char *key)
{
	const char *path[] = {key, NULL};

	return from ? yajl_tree_get(from, path, yajl_t_any) : NULL;
}

static yajl_val item(yajl_val from, const char *key, size_t index)
{
	yajl_val list = at(from, key);

	return YAJL_IS_ARRAY(list) && index < list->u.array.len ? list->u.array.values[index]
								: NULL;
}

static const char *text_at(yajl_val from, const char *key)
{
	yajl_val value = at(from, key);

	return YAJL_IS_STRING(value) ? YAJL_GET_STRING(value) : NULL;
}

static double number_at(yajl_val from, const char *key)
{
	yajl_val value = at(from, key);

	return YAJL_IS_NUMBER(value) ? strtod(YAJL_GET_NUMBER(value), NULL) : -1;
}

static void the_run_and_its_functions_are_told(void)
{
	CLEANUP(profile_freep) struct profile *profile = run_profile();
	char work[] = "A.work@10";

	check_ok(stack_add(profile, "process:python marker:[gc] main A.work@10", 30));
	check_ok(stack_add(profile, "process:python main", 70));
	line_add(profile, work, 12, 20);
	profile->facts.start_unix_s = 1700000000;
	yajl_val root = parsed(profile, &default_choice);
	check_near(number_at(root, "schema"), 1, 0);
	check_str(text_at(root, "version"), "1.2.3");
	check_str(text_at(root, "command"), "python x.py");
	check_str(text_at(root, "date"), "2023-11-14T22:13:20Z");
	check_str(text_at(root, "clock"), "cpu");
	check_near(number_at(root, "rate_hz"), 100, 1e-9);
	check_near(number_at(root, "duration_s"), 12.5, 1e-9);
	check_near(number_at(at(root, "cost"), "user_s"), 0, 1e-9);
	yajl_val function = item(root, "functions", 1);
	check_str(text_at(function, "name"), "A.work");
	check_str(text_at(function, "file"), "x.py");
	check_near(number_at(function, "line"), 10, 0);
	check_str(text_at(function, "kind"), "python");
	check_near(number_at(function, "self"), 30, 0);
	check_near(number_at(function, "self_s"), 0.3, 1e-9);
	check_near(number_at(function, "self_margin"), 0.089818, 1e-6);
	check_near(number_at(item(function, "lines", 0), "line"), 12, 0);
	check_near(number_at(item(function, "lines", 0), "samples"), 20, 0);
	check_null(item(root, "functions", 2));
	check_str(text_at(item(root, "markers", 0), "name"), "[gc]");
	yajl_tree_free(root);
}

static void the_order_and_the_number_of_functions_are_as_asked_for(void)
{
	CLEANUP(profile_freep) struct profile *profile = run_profile();
	struct report_choice choice = {
		.order = FUNCTIONS_BY_NAME, .top = 2, .filters = "", .version = ""};

	check_ok(stack_add(profile, "process:python c b a", 3));
	yajl_val root = parsed(profile, &choice);
	check_str(text_at(item(root, "functions", 0), "name"), "a");
	check_str(text_at(item(root, "functions", 1), "name"), "b");
	check_null(item(root, "functions", 2));
	yajl_tree_free(root);
}

static void threads_have_their_process(void)
{
	CLEANUP(profile_freep) struct profile *profile = run_profile();

	profile->facts.by_thread = true;
	check_ok(stack_add(profile, "process:python thread:worker main", 3));
	yajl_val root = parsed(profile, &default_choice);
	check_str(text_at(item(root, "threads", 0), "process"), "python");
	check_str(text_at(item(root, "threads", 0), "name"), "worker");
	check_near(number_at(item(root, "threads", 0), "samples"), 3, 0);
	yajl_tree_free(root);
}

static void an_empty_profile_is_whole(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	yajl_val root = parsed(profile, &default_choice);

	profile->facts.start_unix_s = INT64_MAX; /* no date that a calendar has */
	yajl_val later = parsed(profile, &default_choice);
	check_not_null(at(root, "functions"));
	check_true(YAJL_IS_NULL(at(later, "date")));
	yajl_tree_free(root);
	yajl_tree_free(later);
}

static void hostile_names_are_texts(void)
{
	CLEANUP(profile_freep) struct profile *profile = hostile_profile();
	yajl_val root = parsed(profile, &default_choice);

	check_str(text_at(item(root, "functions", 0), "name"), hostile_names[0]);
	check_str(text_at(item(root, "functions", 5), "name"), "line\\nfeed\\r\\t\\x1b[2J");
	check_str(text_at(item(root, "functions", 6), "name"), "\\udc80 lone \\xff\\xfe bad");
	yajl_tree_free(root);
}

static void failures_are_reported(void)
{
	CLEANUP(profile_freep) struct profile *profile = hostile_profile();

	check_report_fails_well(report_json_write, profile);
}

CU_TestInfo report_json_tests[] = {
	TEST(the_run_and_its_functions_are_told),
	TEST(the_order_and_the_number_of_functions_are_as_asked_for),
	TEST(threads_have_their_process),
	TEST(an_empty_profile_is_whole),
	TEST(hostile_names_are_texts),
	TEST(failures_are_reported),
	CU_TEST_INFO_NULL,
};
