// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/flamegraph_head.h"

#include "check.h"
#include "output/palette.h"
#include "pstats_stacks.h"
#include "rendered.h"

static int write_head(const struct profile *profile, FILE *stream)
{
	CLEANUP(flamegraph_layout_done) struct flamegraph_layout layout = {0};
	int err = flamegraph_layout_init(&layout, profile);

	return err ? err : flamegraph_head_write(&layout, stream);
}

static int explain(const struct profile *profile, FILE *stream)
{
	flamegraph_head_explain_empty(profile, stream);
	return 0;
}

static struct profile *new_profile(void)
{
	struct profile *profile = profile_new();

	profile->facts = (struct profile_facts){
		.command = "python main.py <1>",
		.clock = "cpu",
		.rate_hz = 99,
		.period_ns = 10101010,
		.duration_s = 20.14,
		.start_unix_s = 86400,
		.cpu_s = 61.3,
		.due = 1006200,
		.received = 6184,
		.native_stacks = 6000,
		.whole_stacks = 5995,
	};
	return profile;
}

static void the_title_is_the_command(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();
	CLEANUP(freep) char *head = rendered(write_head, profile);

	check_contains(head, ">python main.py &lt;1&gt;</text>");
}

static void the_subtitle_has_the_facts_of_the_run(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();
	struct profile_process processes[] = {
		{1, "python", "3.11.2", 0, 0, false},
		{2, "ls", "", 0, 0, false},
		{3, "python", "3.13.1", 0, 0, false},
		{4, "python", "3.11.2", 0, 0, false},
	};
	struct profile_loss losses[] = {
		{"ring_full", "the ring was full", 10, LOSS_SAMPLE},
		{"truncated", "the stack was cut", 6, LOSS_FRAMES},
		{"no_python", "there was no Python stack", 500, LOSS_NOTHING},
	};

	for (size_t i = 0; i < 4; i++)
		check_ok(vec_push(&profile->processes, processes[i]));
	for (size_t i = 0; i < 3; i++)
		check_ok(vec_push(&profile->losses, losses[i]));
	CLEANUP(freep) char *head = rendered(write_head, profile);
	check_contains(head,
		       ">cpu clock at 99 Hz · 6,184 samples received, 1,006,200 due · 10 lost · "
		       "stacks not whole: 6 Python, 5 native<");
	check_contains(head, ">20.1 s long · 61.3 s of CPU · Python 3.11.2, 3.13.1 · "
			     "1970-01-02 00:00 UTC<");
	profile->facts.filtered = 1700;
	CLEANUP(freep) char *filtered = rendered(write_head, profile);
	check_contains(filtered, "5 native · 1,700 filtered out<");
	profile->facts.cut_short = true;
	CLEANUP(freep) char *cut = rendered(write_head, profile);
	check_contains(cut, "61.3 s of CPU · cut short");
}

static void the_subtitle_says_what_is_hidden(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();

	check_ok(stack_add(profile, "process:p native:a", 9991));
	CLEANUP(freep) char *before = rendered(write_head, profile);
	check_uint(count_of(before, "hidden, "), 0);
	check_ok(stack_add(profile, "process:p native:b native:c", 9));
	CLEANUP(freep) char *head = rendered(write_head, profile);
	check_contains(head, "> · 2 frames under 0.1 % hidden, 0.1 %</tspan>");
}

static void the_legend_shows_the_kinds_that_are_there(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();

	check_ok(stack_add(profile, "process:p main kernel:read", 1));
	CLEANUP(freep) char *head = rendered(write_head, profile);
	check_contains(head, ">process</text>");
	check_contains(head, ">Python project</text>");
	check_contains(head, ">kernel</text>");
	check_uint(count_of(head, "<g class="), 3);
}

static void the_legend_has_room_for_all_kinds(void)
{
	static const char *const expected[] = {"process", "thread",  "Python project",
					       "native",  "builtin", "JIT",
					       "kernel",  "[gap]",   "[marker]"};
	CLEANUP(profile_freep) struct profile *profile = new_profile();
	const char *files[] = {"/a/site-packages/x.py", "/usr/lib/python3.11/x.py"};
	double left = 0;

	check_ok(stack_add(profile,
			   "process:p thread:t marker:[torn] main gap:[no] native:n inlined:i "
			   "builtin:sum jit:j kernel:k",
			   1));
	for (int i = 0; i < 2; i++) {
		struct frame frame = {
			.kind = FRAME_PYTHON, .name = "f", .short_name = "f", .file = files[i]};
		uint32_t id = (uint32_t)frames_intern(&profile->frames, &frame);
		check_ok(profile_add(profile, &id, 1, 0, 1));
	}
	CLEANUP(freep) char *head = rendered(write_head, profile);
	check_uint(count_of(head, "<g class="), PALETTES - 1);
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		char text[32];
		snprintf(text, sizeof(text), ">%s</text>", expected[i]);
		check_contains(head, text);
	}
	const char *last = strstr(head, "class=\"m\"");
	check_int(last ? sscanf(strstr(last, "<text"), "<text x=\"%lf\"", &left) : 0, 1);
	check_true(left + 7.25 * (double)strlen("[marker]") < FLAMEGRAPH_WIDTH);
}

static void losses_are_described(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();
	struct profile_loss loss = {"ring_full", "the <ring> was full", 1600, LOSS_SAMPLE};

	check_ok(vec_push(&profile->losses, loss));
	CLEANUP(freep) char *text = rendered(flamegraph_head_describe, profile);
	check_contains(text, "<title id=\"name\">python main.py &lt;1&gt; · flame graph</title>");
	check_contains(text, "\n1,600: the &lt;ring&gt; was full</desc>");
}

static void an_empty_graph_says_why(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();
	struct profile_loss loss = {"ring_full", "the ring was full", 1, LOSS_SAMPLE};

	CLEANUP(freep) char *none_came = rendered(explain, profile);
	check_contains(none_came, ">no samples<");
	check_contains(none_came, "1,006,200 samples were due and none came");
	profile->facts.due = 0;
	profile->facts.cpu_s = 0.004;
	CLEANUP(freep) char *too_short = rendered(explain, profile);
	check_contains(too_short, "used 0.004 s of CPU and one sample stands for 0.010 s");
	check_ok(vec_push(&profile->losses, loss));
	CLEANUP(freep) char *lost = rendered(explain, profile);
	check_contains(lost, "1 sample was lost");
	profile->facts.filtered = 1200;
	CLEANUP(freep) char *filtered = rendered(explain, profile);
	check_contains(filtered, "filters that were asked for leave out all 1,200 samples.");
}

static void facts_that_are_missing_do_no_harm(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	CLEANUP(freep) char *head = rendered(write_head, profile);

	check_contains(head, " clock at 0 Hz · 0 samples received, 0 due · 0 lost");
	check_contains(head, "y=\"63\">0.0 s long · 0.0 s of CPU<tspan");
}

CU_TestInfo flamegraph_head_tests[] = {
	TEST(the_title_is_the_command),
	TEST(the_subtitle_has_the_facts_of_the_run),
	TEST(the_subtitle_says_what_is_hidden),
	TEST(the_legend_shows_the_kinds_that_are_there),
	TEST(the_legend_has_room_for_all_kinds),
	TEST(losses_are_described),
	TEST(an_empty_graph_says_why),
	TEST(facts_that_are_missing_do_no_harm),
	CU_TEST_INFO_NULL,
};
