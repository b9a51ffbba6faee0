// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/gate.h"

#include "check.h"
#include "compared.h"
#include "memory.h"

/* work grows from 10 % to 13 % of 5000 samples, the other one by what is left. */
static const struct compared_stack before[] = {
	{"process:python main work@10", 500},
	{"process:python main other", 4500},
	{NULL, 0},
};

static const struct compared_stack after[] = {
	{"process:python main work@14", 650},
	{"process:python main other", 4350},
	{NULL, 0},
};

/* The same in a tenth of the samples. */
static const struct compared_stack few_before[] = {
	{"process:python main work@10", 50},
	{"process:python main other", 450},
	{NULL, 0},
};

static const struct compared_stack few_after[] = {
	{"process:python main work@14", 65},
	{"process:python main other", 435},
	{NULL, 0},
};

/* How many findings the rule has. */
static size_t findings(const struct compared_stack *old, const struct compared_stack *new,
		       const char *rule)
{
	CLEANUP(comparison_done) struct comparison comparison;
	CLEANUP(gate_done) struct gate gate = {0};

	check_ok(compared_make(&comparison, old, new));
	check_ok(gate_add(&gate, rule));
	check_ok(gate_judge(&gate, &comparison));
	for (size_t i = 0; i < gate.findings.count; i++)
		check_true(gate.findings.items[i].least > 0);
	return gate.findings.count;
}

static void more_than_the_limit_breaks_a_rule(void)
{
	check_uint(findings(before, after, "+2pp"), 1);
	check_uint(findings(before, after, "+2.9pp"), 1);
	check_uint(findings(before, after, "+3.1pp"), 0);
	check_uint(findings(before, after, "func:^work$>29%"), 1);
	check_uint(findings(before, after, "func:^work$>31%"), 0);
	check_uint(findings(before, after, "func:^work$>2.9pp"), 1);
	check_uint(findings(before, after, "func:^work$>3.1pp"), 0);
	check_uint(findings(after, before, "func:^work$>0%"), 0);
}

static void noise_breaks_none(void)
{
	check_uint(findings(few_before, few_after, "func:^work$>1%"), 0);
	check_uint(findings(few_before, few_after, "+1pp"), 0);
}

static void functions_are_found_by_name_and_by_label(void)
{
	check_uint(findings(before, after, "func:wor>10%"), 1);
	check_uint(findings(before, after, "func:x.py:14>10%"), 1);
	check_uint(findings(before, after, "func:^(work|none)$>10%"), 1);
	check_uint(findings(before, after, "func:^wor$>10%"), 0);
	check_uint(findings(before, after, "func:.>10%"), 1); /* each on its own */
}

/* Many samples tell a small change of the share from none, but not from one between two runs. */
static void what_runs_may_differ_by_breaks_none(void)
{
	static const struct compared_stack many[] = {{"process:python main work", 20000},
						     {"process:python main other", 20000},
						     {NULL, 0}};
	static const struct compared_stack more[] = {{"process:python main work", 20800},
						     {"process:python main other", 19200},
						     {NULL, 0}};
	CLEANUP(comparison_done) struct comparison comparison;

	check_ok(compared_make(&comparison, many, more));
	check_true(compared_find(&comparison, "work")->total_beyond);
	check_uint(findings(many, more, "func:^work$>1%"), 0);
}

/* From nothing any growth is more than so many per cent of it. */
static void a_new_function_breaks_a_relative_rule(void)
{
	static const struct compared_stack none[] = {{"process:python main other", 5000},
						     {NULL, 0}};

	check_uint(findings(none, after, "func:^work$>1000%"), 1);
}

static void what_is_looked_at_is_counted(void)
{
	CLEANUP(comparison_done) struct comparison comparison;
	CLEANUP(gate_done) struct gate gate = {0};

	check_ok(compared_make(&comparison, before, after));
	check_ok(gate_add(&gate, "+30pp")); /* main and other; work has not as much */
	check_ok(gate_add(&gate, "func:^work$>10%"));
	check_ok(gate_add(&gate, "func:none>10%"));
	check_ok(gate_judge(&gate, &comparison));
	check_uint(gate.tested, 3);
	check_uint(gate.rules.items[0].tested, 2);
	check_uint(gate.rules.items[1].tested, 1);
	check_uint(gate.rules.items[2].tested, 0);
	check_uint(gate.findings.count, 1);
	check_uint(gate.findings.items[0].rule, 1);
}

static void what_is_no_rule_is_refused(void)
{
	static const char *const wrong[] = {
		"",	    "5pp",	  "+5",		"+pp",	     "+5%",	    "+-5pp",
		"+101pp",   "+nanpp",	  "func:>10%",	"func:x",    "func:x>",	    "func:x>%",
		"func:x>1", "func:x>-1%", "func:(>10%", "name:x>1%", "func:x>1pp ", "+5ppp",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		CLEANUP(gate_done) struct gate gate = {0};
		if (!check_int(gate_add(&gate, wrong[i]), -EINVAL))
			fprintf(stderr, "'%s'\n", wrong[i]);
		check_uint(gate.rules.count, 0);
	}
}

static void the_last_sign_ends_the_expression(void)
{
	CLEANUP(gate_done) struct gate gate = {0};

	check_ok(gate_add(&gate, "func:<module>>10%"));
	check_ok(gate_add(&gate, "func:a>b>5pp"));
	check_ok(regexec(&gate.rules.items[0].functions, "<module>", 0, NULL, 0));
	check_ok(regexec(&gate.rules.items[1].functions, "a>b", 0, NULL, 0));
}

static void lack_of_memory_is_reported(void)
{
	CLEANUP(comparison_done) struct comparison comparison;

	check_ok(compared_make(&comparison, before, after));
	for (unsigned int nth = 1;; nth++) {
		CLEANUP(gate_done) struct gate gate = {0};
		memory_fail_at(nth);
		int err = gate_add(&gate, "func:none>10%");
		if (!err)
			err = gate_add(&gate, "+2pp");
		if (!err)
			err = gate_judge(&gate, &comparison);
		if (!memory_failed())
			break;
		check_int(err, -ENOMEM);
	}
}

CU_TestInfo gate_tests[] = {
	TEST(more_than_the_limit_breaks_a_rule),
	TEST(noise_breaks_none),
	TEST(functions_are_found_by_name_and_by_label),
	TEST(what_runs_may_differ_by_breaks_none),
	TEST(a_new_function_breaks_a_relative_rule),
	TEST(what_is_looked_at_is_counted),
	TEST(what_is_no_rule_is_refused),
	TEST(the_last_sign_ends_the_expression),
	TEST(lack_of_memory_is_reported),
	CU_TEST_INFO_NULL,
};
