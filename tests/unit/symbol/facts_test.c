// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/facts.h"

#include <errno.h>

#include "check.h"
#include "memory.h"
#include "profile/profile.h"
#include "records.h"

enum {
	PERIOD_NS = 10000000
};

static struct progress_record progress_after(uint64_t seconds)
{
	return (struct progress_record){.head.time_ns = seconds * 1000000000};
}

/* A run that began at second 1. */
static void begin(struct run_facts *facts, const char *command)
{
	struct records records = {0};

	put_begin(&records, command, PERIOD_NS);
	check_ok(run_facts_begin(facts, (const void *)records.bytes.items));
	records_done(&records);
}

static struct profile *filled(const struct run_facts *facts, const struct processes *processes)
{
	struct profile *profile = profile_new();

	check_ok(run_facts_fill(facts, processes, profile));
	return profile;
}

static uint64_t loss_of(const struct profile *profile, const char *reason)
{
	for (size_t i = 0; i < profile->losses.count; i++)
		if (!strcmp(profile->losses.items[i].reason, reason))
			return profile->losses.items[i].count;
	return 0;
}

static void the_run_is_told_as_it_was(void)
{
	struct run_facts facts = {.received = 95, .by_status[STACK_COMPLETE] = 90};
	struct processes processes = {0};
	struct progress_record progress = progress_after(4);

	progress.final = 1;
	progress.own_user_ns = 20000000;
	progress.counters[COUNTER_RUN_NS] = 3000000;
	begin(&facts, "python x.py");
	run_facts_progress(&facts, &progress);
	struct profile *profile = filled(&facts, &processes);
	const struct profile_facts *told = &profile->facts;
	check_str(told->command, "python x.py");
	check_str(told->clock, "cpu");
	check_near(told->rate_hz, 100, 0.001);
	check_near(told->duration_s, 3, 1e-9);
	check_int(told->start_unix_s, 1700000000);
	check_uint(told->received, 95);
	check_uint(told->python_stacks, 90);
	check_near(told->own_user_s, 0.02, 1e-9);
	check_near(told->own_bpf_s, 0.003, 1e-9);
	check_true(!told->cut_short);
	check_uint(profile->losses.count, 0);
	profile_free(profile);
	run_facts_done(&facts);
}

static void a_recording_without_its_end_was_cut_short(void)
{
	struct run_facts facts = {0};
	struct processes processes = {0};
	struct progress_record progress = progress_after(0); /* before the begin: no time passed */
	struct profile *profile = filled(&facts, &processes);

	check_true(profile->facts.cut_short);
	check_str(profile->facts.command, "");
	check_uint(profile->facts.due, 0);
	profile_free(profile);
	begin(&facts, "a");
	begin(&facts, "b");
	facts.begin.clock = CLOCK_TICK;
	run_facts_progress(&facts, &progress);
	profile = filled(&facts, &processes);
	check_str(profile->facts.command, "b");
	check_str(profile->facts.clock, "tick");
	check_near(profile->facts.duration_s, 0, 0);
	check_true(profile->facts.cut_short);
	profile_free(profile);
	run_facts_done(&facts);
	run_facts_done(&facts);
}

static void processes_bring_the_time_that_samples_are_due_for(void)
{
	struct run_facts facts = {0};
	struct processes processes = {0};
	struct records records = {0};

	begin(&facts, "make");
	put_fork(&records, 1, 7, 7, "make");
	check_ok(processes_feed(&processes, (const void *)records.bytes.items));
	processes.list.items[0].cpu_ns = 100000000;
	processes.list.items[1].cpu_ns = 2 * PERIOD_NS + PERIOD_NS / 2;
	processes.list.items[1].samples = 2;
	check_ok(processes_set_python(&processes, 7, "3.12.1"));
	struct profile *profile = filled(&facts, &processes);
	check_uint(profile->facts.due, 13);
	check_near(profile->facts.cpu_s, 0.125, 1e-9);
	if (check_uint(profile->processes.count, 2)) {
		const struct profile_process *process = &profile->processes.items[1];
		check_uint(process->pid, 7);
		check_uint(process->samples, 2);
		check_str(process->python, "3.12.1");
		check_near(process->cpu_s, 0.025, 1e-9);
	}
	profile_free(profile);
	processes_done(&processes);
	records_done(&records);
	run_facts_done(&facts);
}

static void every_loss_is_named(void)
{
	struct run_facts facts = {.stackless = 2, .collisions = 3};
	struct processes processes = {0};
	struct progress_record progress = progress_after(9);

	for (int i = 0; i < STACK_STATUSES; i++)
		facts.by_status[i] = 100 + (uint64_t)i;
	progress.counters[COUNTER_RING_FULL] = 4;
	progress.counters[COUNTER_CODE_LOST] = 5;
	progress.counters[COUNTER_EVENT_LOST] = 6;
	progress.counters[COUNTER_PROCESS_LOST] = 7;
	progress.texts_unreadable = 8;
	progress.mappings_lost = 9;
	run_facts_progress(&facts, &progress);
	struct profile *profile = filled(&facts, &processes);
	check_uint(loss_of(profile, "complete"), 0);
	check_uint(loss_of(profile, "torn"), 100 + STACK_TORN);
	check_uint(loss_of(profile, "truncated"), 100 + STACK_TRUNCATED);
	check_uint(loss_of(profile, "stackless"), 2);
	check_uint(loss_of(profile, "id_collision"), 3);
	check_uint(loss_of(profile, "ring_full"), 4);
	check_uint(loss_of(profile, "code_late"), 5);
	check_uint(loss_of(profile, "process_event"), 6);
	check_uint(loss_of(profile, "process"), 7);
	check_uint(loss_of(profile, "name_incomplete"), 8);
	check_uint(loss_of(profile, "mapping"), 9);
	check_uint(profile->losses.count, STACK_STATUSES - 1 + 8);
	profile_free(profile);
}

/* 100 were due: up to 32 fewer may be chance. */
static void a_clock_that_did_not_tick_is_a_loss(void)
{
	static const struct {
		uint64_t ticked, lost;
	} runs[] = {{100, 0}, {69, 0}, {67, 33}, {0, 100}};

	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		struct progress_record progress = progress_after(4);
		struct processes processes = {0};
		struct run_facts facts = {0};
		progress.counters[COUNTER_SAMPLES] = runs[i].ticked;
		begin(&facts, "make");
		run_facts_progress(&facts, &progress);
		check_int(processes_find(&processes, 7), 0);
		processes.list.items[0].cpu_ns = 100ULL * PERIOD_NS;
		struct profile *profile = filled(&facts, &processes);
		check_uint(loss_of(profile, "clock"), runs[i].lost);
		profile_free(profile);
		processes_done(&processes);
		run_facts_done(&facts);
	}
}

/* What a file claims may be any number. */
static void absurd_times_do_not_overflow(void)
{
	struct run_facts facts = {.begin.period_ns = 1};
	struct processes processes = {0};

	for (uint32_t pid = 0; pid < 3; pid++)
		check_int(processes_find(&processes, pid), pid);
	for (uint32_t pid = 0; pid < 3; pid++)
		processes.list.items[pid].cpu_ns = UINT64_MAX;
	struct profile *profile = filled(&facts, &processes);
	check_uint(profile->facts.due, UINT64_MAX);
	profile_free(profile);
	processes_done(&processes);
}

static void lack_of_memory_is_told(void)
{
	struct run_facts facts = {.stackless = 1};
	struct processes processes = {0};
	unsigned int nth = 1;

	begin(&facts, "x");
	processes_find(&processes, 1);
	memory_fail_at(1);
	check_int(run_facts_begin(&facts, &facts.begin), -ENOMEM);
	check_true(memory_failed());
	for (;; nth++) {
		struct profile *profile = profile_new();
		memory_fail_at(nth);
		int err = run_facts_fill(&facts, &processes, profile);
		bool failed = memory_failed();
		profile_free(profile);
		if (!failed)
			break;
		check_int(err, -ENOMEM);
	}
	check_true(nth > 4);
	processes_done(&processes);
	run_facts_done(&facts);
}

CU_TestInfo facts_tests[] = {
	TEST(the_run_is_told_as_it_was),
	TEST(a_recording_without_its_end_was_cut_short),
	TEST(processes_bring_the_time_that_samples_are_due_for),
	TEST(every_loss_is_named),
	TEST(a_clock_that_did_not_tick_is_a_loss),
	TEST(absurd_times_do_not_overflow),
	TEST(lack_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
