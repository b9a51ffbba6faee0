// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/summary.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "check.h"
#include "memory.h"
#include "profile/profile.h"

static struct profile *empty_profile(void)
{
	struct profile *profile = profile_new();

	profile->facts = (struct profile_facts){
		.command = "python x.py",
		.clock = "cpu",
		.rate_hz = 100,
		.period_ns = 10000000,
	};
	return profile;
}

/* Samples of python3 -> main -> `name`, at a line. */
static void add_samples(struct profile *profile, const char *name, uint32_t line, uint64_t samples)
{
	const struct frame process = {
		.kind = FRAME_PROCESS, .name = "python3", .short_name = "python3", .file = ""};
	const struct frame top = {.kind = FRAME_PYTHON,
				  .name = "main",
				  .short_name = "main",
				  .file = "x.py",
				  .first_line = 1};
	struct frame leaf = top;
	uint32_t frames[3];

	leaf.name = leaf.short_name = name;
	leaf.first_line = 40;
	frames[0] = (uint32_t)frames_intern(&profile->frames, &process);
	frames[1] = (uint32_t)frames_intern(&profile->frames, &top);
	frames[2] = (uint32_t)frames_intern(&profile->frames, &leaf);
	check_ok(profile_add(profile, frames, 3, line, samples));
}

static void add_process(struct profile *profile, uint32_t pid, const char *name, double cpu_s)
{
	struct profile_process process = {
		.pid = pid, .name = name, .python = "", .cpu_s = cpu_s, .samples = pid};

	check_ok(vec_push(&profile->processes, process));
}

static char *printed(const struct profile *profile)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	check_ok(summary_print(profile, stream));
	fclose(stream);
	return text;
}

/* The parts stand in the text in this order. */
static void check_order(const char *text, const char *const parts[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!check_contains(text, parts[i]))
			return;
		text = strstr(text, parts[i]) + 1;
	}
}

static void the_hottest_functions_come_first(void)
{
	static const char *const parts[] = {
		"by their own time",
		" 60.0 % ±9.6     0.600 s  hot (x.py:40), line 41: 40.0 %\n",
		" 30.0 % ±9.0     0.300 s  warm (x.py:40), line 45: 30.0 %\n",
		" 10.0 % ±5.9     0.100 s  cool (x.py:40)\n",
		"with everything they call",
		"100.0 % ±0.0     1.000 s  main (x.py:1)\n",
		" 60.0 % ±9.6     0.600 s  hot (x.py:40)",
	};
	CLEANUP(profile_freep) struct profile *profile = empty_profile();

	add_samples(profile, "cool", 0, 10);
	add_samples(profile, "hot", 41, 40);
	add_samples(profile, "hot", 42, 20);
	add_samples(profile, "warm", 45, 30);
	CLEANUP(freep) char *text = printed(profile);
	check_order(text, parts, sizeof(parts) / sizeof(parts[0]));
}

static void functions_of_machine_code_are_listed_with_their_kind(void)
{
	static const char *const parts[] = {
		"Hottest functions by their own time",
		" 50.0 % ±9.8     0.500 s  dgemm (libblas.so.3)\n",
		" 30.0 % ±9.0     0.300 s  list.sort\n",
		" 20.0 % ±7.8     0.200 s  read_[k]\n",
		"\nBy time with everything they call",
		" 70.0 % ±9.0     0.700 s  dgemm (libblas.so.3)\n",
	};
	CLEANUP(profile_freep) struct profile *profile = empty_profile();
	struct frame dgemm = {.kind = FRAME_NATIVE,
			      .name = "dgemm",
			      .short_name = "dgemm",
			      .file = "libblas.so.3"};
	uint32_t native[] = {
		(uint32_t)frames_intern(&profile->frames, &dgemm),
		(uint32_t)frames_add(&profile->frames, FRAME_KERNEL, "read"),
	};
	uint32_t builtin = (uint32_t)frames_add(&profile->frames, FRAME_BUILTIN, "list.sort");

	check_ok(profile_add(profile, native, 1, 0, 50));
	check_ok(profile_add(profile, native, 2, 0, 20));
	check_ok(profile_add(profile, &builtin, 1, 0, 30));
	CLEANUP(freep) char *text = printed(profile);
	check_order(text, parts, sizeof(parts) / sizeof(parts[0]));
}

static void no_more_than_ten_of_each_are_listed(void)
{
	CLEANUP(profile_freep) struct profile *profile = empty_profile();

	for (uint32_t i = 0; i < 15; i++) {
		char name[16];
		snprintf(name, sizeof(name), "f%02u", i);
		add_samples(profile, name, 0, 100 - i);
		add_process(profile, i + 1, "worker", 2 + i);
	}
	CLEANUP(freep) char *text = printed(profile);
	check_contains(text, "f09 (x.py:40)");
	check_null(strstr(text, "f10 (x.py:40)"));
	check_contains(text, "Processes (15)");
	check_contains(text, "16.000 s        15 samples  worker (15)\n");
	check_null(strstr(text, "worker (5)"));
	check_contains(text, "20.000 s  in 5 more\n");
}

static void collections_and_imports_stand_behind_the_processes(void)
{
	static const char *const parts[] = {"Processes (1)", "Garbage collections (2,",
					    "Imports (1,", "Samples:"};
	CLEANUP(profile_freep) struct profile *profile = empty_profile();
	const struct profile_collection collection = {.count = 2};
	const struct profile_import import = {.module = "os", .count = 1};

	add_process(profile, 7, "python3", 1);
	check_ok(vec_push(&profile->collections, collection));
	check_ok(vec_push(&profile->imports, import));
	CLEANUP(freep) char *text = printed(profile);
	check_order(text, parts, sizeof(parts) / sizeof(parts[0]));
}

static void counted_calls_are_told_with_what_they_cost(void)
{
	CLEANUP(profile_freep) struct profile *profile = empty_profile();
	struct profile_calls_facts *calls = &profile->facts.calls;
	const struct profile_call call = {.caller = NO_CALLER, .calls = 600};
	CLEANUP(freep) char *none = printed(profile);

	*calls = (struct profile_calls_facts){
		.kind = CALLS_TIMES,
		.covered_s = 1.25,
		.hits = 2000,
		.cost_s = 1.9,
		.trap_s = 7.1e-7,
	};
	check_ok(vec_push(&profile->calls, call));
	check_ok(vec_push(&profile->calls, call));
	CLEANUP(freep) char *timed = printed(profile);
	calls->over_budget = true;
	calls->uncounted = 12;
	CLEANUP(freep) char *ended = printed(profile);
	*calls = (struct profile_calls_facts){.kind = CALLS_COUNTS};
	CLEANUP(freep) char *killed = printed(profile);
	check_null(strstr(none, "Calls:"));
	check_contains(timed, "\nCalls: 1200 counted exactly in 1.250 s, times by the probes\n"
			      "  2000 probe hits cost about 1.900 s (0.71 us a trap, calibrated; "
			      "taken off the times)\n\nSamples:");
	check_contains(ended, "times sampled\n  2000 probe hits");
	check_contains(ended, "calibrated)\n  counting ended after 1.250 s: the budget was used up "
			      "(--calls-budget)\n");
	check_contains(ended, "\n        12  calls without a place or a name (uncounted)\n");
	check_contains(killed, "\nCalls: 1200 counted exactly in 0.000 s, times sampled\n\n");
}

static void every_loss_is_told(void)
{
	CLEANUP(profile_freep) struct profile *profile = empty_profile();
	struct profile_loss loss = {.reason = "ring_full", .sentence = "no room", .count = 12};

	add_samples(profile, "f", 0, 88);
	profile->facts.due = 110;
	profile->facts.received = 88;
	profile->facts.python_stacks = 80;
	profile->facts.cpu_s = 1.1;
	profile->facts.own_user_s = 0.0124;
	profile->facts.own_bpf_s = 0.0031;
	check_ok(vec_push(&profile->losses, loss));
	CLEANUP(freep) char *text = printed(profile);
	check_contains(text, "110 due");
	check_contains(text, "88 received (80.0 %)");
	check_contains(text, "80 with a complete Python stack");
	check_contains(text, "      12  no room (ring_full)\n");
	check_contains(text, "0.012 s");
	check_contains(text, "0.003 s in BPF");
}

static void a_run_without_samples_says_why(void)
{
	CLEANUP(profile_freep) struct profile *profile = empty_profile();
	CLEANUP(freep) char *waited = NULL;
	CLEANUP(freep) char *missed = NULL;

	profile->facts.cpu_s = 0.004;
	profile->facts.duration_s = 2;
	waited = printed(profile);
	check_contains(waited, "No samples: the program used 0.004 s of CPU in 2.000 s");
	check_contains(waited, "--rate");
	profile->facts.cpu_s = 3;
	missed = printed(profile);
	check_contains(missed, "ltsbpf doctor");
}

static void a_killed_recording_is_told(void)
{
	CLEANUP(profile_freep) struct profile *profile = empty_profile();
	CLEANUP(freep) char *whole = printed(profile);

	profile->facts.cut_short = true;
	CLEANUP(freep) char *cut = printed(profile);
	check_null(strstr(whole, "cut short"));
	check_contains(cut, "cut short");
	check_contains(cut, "No samples: ltsbpf was killed");
	check_null(strstr(whole, "killed"));
}

static void a_program_without_python_is_told(void)
{
	CLEANUP(profile_freep) struct profile *profile = empty_profile();
	const struct frame process = {
		.kind = FRAME_PROCESS, .name = "sh", .short_name = "sh", .file = ""};
	uint32_t frame = (uint32_t)frames_intern(&profile->frames, &process);

	check_ok(profile_add(profile, &frame, 1, 0, 5));
	CLEANUP(freep) char *text = printed(profile);
	check_contains(text, "No Python functions: ");
	check_null(strstr(text, "Hottest functions"));
}

/* Names come from the program: none of them may move the cursor or end a line. */
static void control_characters_do_not_reach_the_terminal(void)
{
	CLEANUP(profile_freep) struct profile *profile = empty_profile();

	profile->facts.command = "python \x1b[2Jx.py";
	add_samples(profile, "f\x1b]0;title\x07\nSamples: fake", 0, 1);
	add_process(profile, 3, "na\rme\x9b", 1);
	CLEANUP(freep) char *text = printed(profile);
	check_null(strpbrk(text, "\x1b\x07\r\x9b"));
	check_contains(text, "\\x1b");
	check_null(strstr(text, "\nSamples: fake"));
}

static void lack_of_memory_is_told(void)
{
	CLEANUP(profile_freep) struct profile *profile = empty_profile();
	unsigned int nth = 1;

	add_samples(profile, "f", 3, 5);
	add_process(profile, 1, "python3", 1);
	for (;; nth++) {
		FILE *null = fopen("/dev/null", "w");
		memory_fail_at(nth);
		int err = summary_print(profile, null);
		bool failed = memory_failed();
		fclose(null);
		if (!failed)
			break;
		check_true(!err || err == -ENOMEM);
	}
	check_true(nth > 4);
}

CU_TestInfo summary_tests[] = {
	TEST(the_hottest_functions_come_first),
	TEST(functions_of_machine_code_are_listed_with_their_kind),
	TEST(no_more_than_ten_of_each_are_listed),
	TEST(collections_and_imports_stand_behind_the_processes),
	TEST(counted_calls_are_told_with_what_they_cost),
	TEST(every_loss_is_told),
	TEST(a_run_without_samples_says_why),
	TEST(a_killed_recording_is_told),
	TEST(a_program_without_python_is_told),
	TEST(control_characters_do_not_reach_the_terminal),
	TEST(lack_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
