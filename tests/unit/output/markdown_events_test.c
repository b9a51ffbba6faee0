// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/markdown_events.h"

#include "output/markdown.h"
#include "reported.h"

static char *written(const struct profile *profile, size_t top)
{
	char *text = NULL;
	size_t size;
	struct markdown page = {.stream = open_memstream(&text, &size)};

	markdown_events(&page, profile, top);
	check_ok(markdown_end(&page));
	fclose(page.stream);
	return text;
}

static void where_nothing_was_told_only_the_cost_stands(void)
{
	CLEANUP(profile_freep) struct profile *profile = run_profile();
	CLEANUP(freep) char *text = written(profile, 10);

	check_str(text, "\n<details><summary>Losses and remarks (0)</summary>\n\n"
			"| times | what | reason |\n|--:|:--|:--|\n"
			"\n0 samples have a complete Python stack. ltsbpf itself used 0.000 s of "
			"CPU in user space and 0.000 s in BPF.\n\n</details>\n");
}

static void everything_that_was_told_has_its_row(void)
{
	CLEANUP(profile_freep) struct profile *profile = run_profile();
	const struct profile_process processes[] = {
		{.pid = 7, .name = "sh", .python = "", .cpu_s = 0.25},
		{.pid = 8, .name = "py", .python = "3.11.2", .samples = 9, .cpu_s = 2},
	};
	const struct profile_collection collection = {2, 3, 0.25, 0.125, 99};
	const struct profile_import imports[] = {{"os", 0, 1, 0.02, 0.01},
						 {"stat", 1, 2, 0.01, 0.01}};
	const struct profile_loss loss = {"ring_full", "no room", 12, LOSS_SAMPLE};
	const struct profile_gap gap = {"[no unwind info: a_b]", 4};

	for (size_t i = 0; i < 2; i++) {
		check_ok(vec_push(&profile->processes, processes[i]));
		check_ok(vec_push(&profile->imports, imports[i]));
	}
	check_ok(vec_push(&profile->collections, collection));
	check_ok(vec_push(&profile->losses, loss));
	check_ok(vec_push(&profile->gaps, gap));
	profile->facts.calls = (struct profile_calls_facts){.kind = CALLS_COUNTS, .covered_s = 2};
	CLEANUP(freep) char *text = written(profile, 10);
	check_contains(text, "| 2.000 | 9 | <code>py</code> | 8 | <code>3.11.2</code> |\n"
			     "| 0.250 | 0 | <code>sh</code> | 7 |  |\n");
	check_contains(text, "| 2 | 3 | 0.250 | 125.0 | 99 |\n");
	check_contains(text, "| 20.0 | 10.0 | 1 | <code>os</code> |  |\n"
			     "| 10.0 | 10.0 | 2 | <code>stat</code> | <code>os</code> |\n");
	check_contains(text, "\n0 calls counted exactly in 2.000 s; the probes cost 0.000 s.\n");
	check_contains(text, "| 12 | no room | `ring_full` |\n| 4 | native stacks end at "
			     "<code>&#91;no unwind info: a&#95;b&#93;</code> | |\n");
	CLEANUP(freep) char *shorter = written(profile, 1);
	check_contains(shorter, "Processes (2)");
	check_null(strstr(shorter, "<code>sh</code>"));
}

CU_TestInfo markdown_events_tests[] = {
	TEST(where_nothing_was_told_only_the_cost_stands),
	TEST(everything_that_was_told_has_its_row),
	CU_TEST_INFO_NULL,
};
