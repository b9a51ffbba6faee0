// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/html_facts.h"

#include "pstats_stacks.h"
#include "rendered.h"

static struct profile *profile_with(uint64_t samples)
{
	struct profile *profile = profile_new();

	profile->facts.command = "python <x>.py";
	profile->facts.clock = "cpu";
	profile->facts.rate_hz = 100;
	profile->facts.period_ns = 10000000;
	profile->facts.cpu_s = 20;
	profile->facts.duration_s = 22.5;
	profile->facts.start_unix_s = 86400;
	if (samples)
		check_ok(stack_add(profile, "process:python main", samples));
	return profile;
}

static void the_head_tells_of_the_run_in_a_sentence(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_with(2000);
	CLEANUP(freep) char *text = rendered(html_facts_write_head, profile);

	check_str(text, "<p>1970-01-02 00:00 UTC \xc2\xb7 20.0 s of CPU in 22.5 s of wall time "
			"\xc2\xb7 2000 samples by the cpu clock at 100 Hz</p>\n");
}

static void few_samples_are_told_with_what_they_are_worth(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_with(100);
	CLEANUP(freep) char *text = rendered(html_facts_write_head, profile);

	check_contains(text, "Only 100 samples: shares are rough, a half is known to \xc2\xb1"
			     "10 points");
}

static void without_samples_the_reason_is_told(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_with(0);
	CLEANUP(freep) char *none = rendered(html_facts_write_head, profile);
	profile->facts.cpu_s = 0;
	CLEANUP(freep) char *waited = rendered(html_facts_write_head, profile);
	profile->facts.filtered = 5;
	CLEANUP(freep) char *filtered = rendered(html_facts_write_head, profile);

	check_contains(none, "No samples: no clock tick");
	check_contains(waited, "No samples: the program waited");
	check_contains(filtered, "No samples: the view that was asked for");
}

static void a_recording_that_was_cut_says_so(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_with(2000);

	profile->facts.cut_short = true;
	CLEANUP(freep) char *text = rendered(html_facts_write_head, profile);
	check_contains(text, "Cut short");
}

static void the_run_has_its_facts_losses_and_gaps(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_with(10);

	profile->facts.received = 12;
	profile->facts.due = 13;
	profile->facts.python_stacks = 9;
	profile->facts.native_stacks = 8;
	profile->facts.whole_stacks = 6;
	profile->facts.filtered = 2;
	check_ok(vec_push(&profile->losses, ((struct profile_loss){"ring_full", "lost", 3, 0})));
	check_ok(vec_push(&profile->gaps, ((struct profile_gap){"[no unwind info: <lib>]", 4})));
	for (int i = 0; i < 3; i++)
		check_ok(vec_push(&profile->processes,
				  ((struct profile_process){.name = "python",
							    .python = i < 2 ? "3.11.2" : ""})));
	CLEANUP(freep) char *text = rendered(html_facts_write, profile);
	check_contains(text, "<dd>python &lt;x&gt;.py</dd>");
	check_contains(text, "<dt>Python</dt><dd>3.11.2</dd>");
	check_contains(text, "12 received, 13 due; 9 with a complete Python stack");
	check_contains(text, "2 samples, by the filters");
	check_contains(text, "8, 75.0 % of them whole");
	check_contains(text, "<code>ring_full</code></th><td class=\"n\">3</td><td>lost</td>");
	check_contains(text, "[no unwind info: &lt;lib&gt;]</th><td class=\"n\">4</td>");
}

CU_TestInfo html_facts_tests[] = {
	TEST(the_head_tells_of_the_run_in_a_sentence),
	TEST(few_samples_are_told_with_what_they_are_worth),
	TEST(without_samples_the_reason_is_told),
	TEST(a_recording_that_was_cut_says_so),
	TEST(the_run_has_its_facts_losses_and_gaps),
	CU_TEST_INFO_NULL,
};
