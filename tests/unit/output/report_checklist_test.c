// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/report.h"

#include "reported.h"

static void the_five_steps_have_the_figures_of_the_run(void)
{
	CLEANUP(profile_freep) struct profile *profile = run_profile();
	const struct profile_process processes[] = {
		{.name = "sh", .python = "", .cpu_s = 9},
		{.name = "python", .python = "3.11.2", .cpu_s = 5},
	};

	check_ok(stack_add(profile, "process:python main work@10", 300));
	check_ok(stack_add(profile, "process:python main", 700));
	for (size_t i = 0; i < 2; i++)
		check_ok(vec_push(&profile->processes, processes[i]));
	CLEANUP(freep) char *text = reported(report_checklist_write, profile, &default_choice);
	check_contains(text,
		       "### Performance checklist\n\n<code>python x.py</code>\n\n#### 1. Confirm");
	check_contains(text, "12.500 s of wall time, 10.000 s of CPU\n\n#### 2. Record\n");
	check_contains(text, "- [x] Samples: 1000 received of 1000 due (100.0 %)\n"
			     "- [x] Enough of them: a share of 20 % has a margin of ±2.5 points\n"
			     "- [ ] The Python is the one that was meant: <code>python</code> "
			     "<code>3.11.2</code>\n\n#### 3. Read\n\n"
			     "- CPU time is 80 % of the wall time\n");
	check_contains(text, "| 70.0 ± 2.8 | 7.000 | <code>main (x.py:1)</code> |\n");
	check_contains(text, "#### 4. Explain\n\n- [ ] <code>main (x.py:1)</code> takes its time "
			     "because ___\n");
	check_contains(text, "#### 5. Change and prove\n");
}

static void what_is_not_as_it_should_be_is_not_ticked(void)
{
	CLEANUP(profile_freep) struct profile *profile = run_profile();
	const struct profile_loss losses[] = {{"ring_full", "no room", 12, LOSS_SAMPLE},
					      {"starting", "not up yet", 3, LOSS_NOTHING}};

	profile->facts.received = 83;
	profile->facts.cpu_s = 1;
	check_ok(stack_add(profile, "process:python main", 83));
	for (size_t i = 0; i < 2; i++)
		check_ok(vec_push(&profile->losses, losses[i]));
	CLEANUP(freep) char *text = reported(report_checklist_write, profile, &default_choice);
	check_contains(text, "- [ ] Samples: 83 received of 1000 due (8.3 %)\n"
			     "- [ ] Enough of them: a share of 20 % has a margin of ±8.5 points; "
			     "record for longer");
	check_contains(text, "- [ ] No Python was seen\n- 12 no room (`ring_full`)\n");
	check_contains(text, "CPU time is 8 % of the wall time: the program waits");
	check_null(strstr(text, "not up yet"));
}

static void an_empty_profile_has_nothing_ticked(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	CLEANUP(freep) char *text = reported(report_checklist_write, profile, &default_choice);

	check_null(strstr(text, "[x]"));
	check_contains(text, "- [ ] ___ takes its time because ___\n");
}

static void hostile_names_are_no_markup(void)
{
	CLEANUP(profile_freep) struct profile *profile = hostile_profile();
	CLEANUP(freep) char *text = reported(report_checklist_write, profile, &default_choice);

	check_no_markup(text);
}

static void failures_are_reported(void)
{
	CLEANUP(profile_freep) struct profile *profile = hostile_profile();

	check_report_fails_well(report_checklist_write, profile);
}

CU_TestInfo report_checklist_tests[] = {
	TEST(the_five_steps_have_the_figures_of_the_run),
	TEST(what_is_not_as_it_should_be_is_not_ticked),
	TEST(an_empty_profile_has_nothing_ticked),
	TEST(hostile_names_are_no_markup),
	TEST(failures_are_reported),
	CU_TEST_INFO_NULL,
};
