// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/doctor.h"

#include <stdlib.h>

#include "check.h"

/* What was printed; the caller frees it. */
static char *printed(const struct requirement *requirement, bool colour)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	doctor_print(out, requirement, colour);
	fclose(out);
	return text;
}

static void prints(const struct requirement *requirement, bool colour, const char *expected)
{
	char *text = printed(requirement, colour);

	check_str(text, expected);
	free(text);
}

static void a_good_one_is_one_line(void)
{
	struct requirement good = {.name = "kernel", .found = "6.1"};

	prints(&good, false, "OK       kernel            6.1\n");
	strcpy(good.meaning, "fine");
	prints(&good, false, "OK       kernel            6.1 (fine)\n");
}

static void a_bad_one_tells_meaning_and_command_below(void)
{
	struct requirement bad = {.name = "capabilities",
				  .state = REQUIREMENT_MISSING,
				  .found = "none",
				  .meaning = "nothing works",
				  .fix = "sudo x"};

	prints(&bad, false,
	       "MISSING  capabilities      none\n"
	       "                           nothing works\n"
	       "                      run: sudo x\n");
	bad.state = REQUIREMENT_WARN;
	bad.fix[0] = '\0';
	prints(&bad, false,
	       "WARN     capabilities      none\n"
	       "                           nothing works\n");
}

static void colour_is_round_the_state_alone(void)
{
	struct requirement good = {.name = "kernel", .found = "6.1"};

	prints(&good, true, "\033[32mOK     \033[0m  kernel            6.1\n");
}

static void verdict_is(const struct requirement *list, size_t count, int expected, const char *part)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	check_int(doctor_verdict(out, list, count, "/bin/x"), expected);
	fclose(out);
	check_contains(text, part);
	check_str(strchr(text, '\n'), "\n");
	free(text);
}

static void the_verdict_is_one_line_that_counts(void)
{
	struct requirement list[3] = {{.name = "a"}, {.name = "b"}, {.name = "c"}};

	verdict_is(list, 3, 0, "ready: `ltsbpf record` will work\n");
	list[0].state = REQUIREMENT_WARN;
	verdict_is(list, 3, 0, "will work, with 1 warning above\n");
	list[1].state = REQUIREMENT_WARN;
	verdict_is(list, 3, 0, "with 2 warnings above\n");
	list[1].state = REQUIREMENT_MISSING;
	verdict_is(list, 3, 1, "not ready, missing: b\n");
}

static void the_verdict_says_what_sudo_changes(void)
{
	struct requirement list[2] = {
		{.name = "a", .state = REQUIREMENT_MISSING, .sudo = true},
		{.name = "b", .state = REQUIREMENT_MISSING, .sudo = true},
	};

	verdict_is(list, 2, 1, "missing: a, b; root has all of it, see: sudo /bin/x doctor\n");
	list[1].sudo = false;
	verdict_is(list, 2, 1, "missing: a, b; sudo gives only a part of it\n");
	list[0].sudo = false;
	verdict_is(list, 2, 1, "missing: a, b\n");
}

CU_TestInfo doctor_tests[] = {
	TEST(a_good_one_is_one_line),
	TEST(a_bad_one_tells_meaning_and_command_below),
	TEST(colour_is_round_the_state_alone),
	TEST(the_verdict_is_one_line_that_counts),
	TEST(the_verdict_says_what_sudo_changes),
	CU_TEST_INFO_NULL,
};
