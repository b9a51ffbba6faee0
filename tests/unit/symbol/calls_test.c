// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/calls.h"

#include <errno.h>

#include "check.h"
#include "memory.h"
#include "records.h"
#include "symbol/functions.h"

#define HIGH_BITS (0x5aULL << FRAME_ID_BITS) /* of a fingerprint, beyond its id */

enum {
	MAIN = 1,
	WORK,
	WORK_AGAIN, /* the same function in another process */
	NEVER_CAME
};

struct run {
	struct records records;
	struct calls calls;
	struct functions functions;
	struct profile *profile;
};

static void know(struct run *run, uint64_t fingerprint, const char *name, const char *file)
{
	struct records records = {0};

	put_function(&records, &(struct function_facts){.fingerprint = fingerprint,
							.first_line = 1,
							.minor = 13,
							.name = name,
							.file = file});
	check_ok(functions_add(&run->functions, (const void *)records.bytes.items,
			       &run->profile->frames));
	records_done(&records);
}

static void know_program(struct run *run)
{
	know(run, HIGH_BITS | MAIN, "main", "x.py");
	know(run, HIGH_BITS | WORK, "work", "x.py");
	know(run, HIGH_BITS | WORK_AGAIN, "work", "x.py");
}

static bool run_begin(struct run *run)
{
	*run = (struct run){.profile = profile_new()};
	return check_not_null(run->profile);
}

/* A run that began at second 1. */
static int fill(struct run *run)
{
	int err = 0;

	for (const struct record *each = NULL;
	     !err && (each = records_next(&run->records, each));) {
		if (each->kind == RECORD_CALLS)
			err = calls_add(&run->calls, (const void *)each);
		else
			calls_set_state(&run->calls, (const void *)each);
	}
	return err ? err : calls_fill(&run->calls, &run->functions, 1000000000, run->profile);
}

static void run_done(struct run *run)
{
	records_done(&run->records);
	calls_done(&run->calls);
	functions_done(&run->functions);
	profile_free(run->profile);
}

/* "main>work 3/2/1; ..." of the profile: calls, primitive ones, primitive ones of the pair. */
static void expect_calls(const struct run *run, const char *expected)
{
	char text[512] = "";

	for (size_t i = 0; i < run->profile->calls.count; i++) {
		const struct profile_call *call = &run->profile->calls.items[i];
		size_t used = strlen(text);
		snprintf(text + used, sizeof(text) - used, "%s>%s %lu/%lu/%lu; ",
			 call->caller == NO_CALLER
				 ? ""
				 : frames_get(&run->profile->frames, call->caller)->name,
			 frames_get(&run->profile->frames, call->callee)->name,
			 (unsigned long)call->calls, (unsigned long)call->primitive,
			 (unsigned long)call->pair_primitive);
	}
	check_str(text, expected);
}

static void equal_pairs_are_one_whatever_the_process(void)
{
	struct run run;
	struct calls_record *record;

	if (!run_begin(&run))
		return;
	know_program(&run);
	record = put_calls(&run.records, HIGH_BITS | MAIN, HIGH_BITS | WORK, 10);
	record->primitive = 8;
	record->pair_primitive = 9;
	record->own_ns = 1000000000;
	record->total_ns = 3000000000;
	record->pair_total_ns = 4000000000;
	record = put_calls(&run.records, HIGH_BITS | MAIN, HIGH_BITS | WORK_AGAIN, 100);
	record->own_ns = -500000000;
	record->total_ns = 500000000;
	record->pair_total_ns = 500000000;
	put_calls(&run.records, HIGH_BITS | MAIN, HIGH_BITS | WORK, 1000);
	put_calls(&run.records, 0, HIGH_BITS | WORK, 2);
	put_calls(&run.records, HIGH_BITS | WORK, HIGH_BITS | MAIN, 3);
	check_ok(fill(&run));
	expect_calls(&run, "main>work 1110/1108/1109; >work 2/2/2; work>main 3/3/3; ");
	check_near(run.profile->calls.items[0].own_s, 0.5, 1e-9);
	check_near(run.profile->calls.items[0].total_s, 3.5, 1e-9);
	check_near(run.profile->calls.items[0].pair_total_s, 4.5, 1e-9);
	check_uint(run.profile->facts.calls.uncounted, 0);
	run_done(&run);
}

static void functions_that_come_after_their_calls_are_found(void)
{
	struct run run;

	if (!run_begin(&run))
		return;
	put_calls(&run.records, HIGH_BITS | MAIN, HIGH_BITS | WORK, 7);
	check_ok(calls_add(&run.calls, (const void *)run.records.bytes.items));
	records_done(&run.records);
	know_program(&run);
	check_ok(fill(&run));
	expect_calls(&run, "main>work 7/7/7; ");
	run_done(&run);
}

static void a_function_that_never_came_is_uncounted_and_no_caller(void)
{
	struct run run;

	if (!run_begin(&run))
		return;
	know_program(&run);
	put_calls(&run.records, NEVER_CAME, HIGH_BITS | MAIN, 5);
	put_calls(&run.records, 0, HIGH_BITS | MAIN, 6);
	put_calls(&run.records, HIGH_BITS | MAIN, NEVER_CAME, 40);
	put_calls(&run.records, HIGH_BITS | MAIN, 0, 2);
	put_calls_state(&run.records, 2, 3, true)->uncounted = 100;
	check_ok(fill(&run));
	expect_calls(&run, ">main 11/11/11; ");
	check_uint(run.profile->facts.calls.uncounted, 142);
	run_done(&run);
}

static void a_fingerprint_whose_id_is_zero_is_not_nobody(void)
{
	struct run run;

	if (!run_begin(&run))
		return;
	know_program(&run);
	know(&run, HIGH_BITS, "zero", "x.py");
	put_calls(&run.records, HIGH_BITS, HIGH_BITS | MAIN, 5);
	put_calls(&run.records, 0, HIGH_BITS | MAIN, 6);
	check_ok(fill(&run));
	expect_calls(&run, "zero>main 5/5/5; >main 6/6/6; ");
	run_done(&run);
}

static void the_state_tells_how_it_was_counted(void)
{
	struct run run;

	if (!run_begin(&run))
		return;
	struct calls_state_record *state = put_calls_state(&run.records, 3, 7, true);
	state->entries = 60;
	state->returns = 40;
	state->cost_ns = 1900000000;
	state->trap_ns = 710;
	state->uncounted = 9;
	state->over_budget = 1;
	check_ok(fill(&run));
	const struct profile_calls_facts *facts = &run.profile->facts.calls;
	check_int(facts->kind, CALLS_TIMES);
	check_near(facts->since_s, 2, 1e-9);
	check_near(facts->covered_s, 4, 1e-9);
	check_true(facts->over_budget);
	check_uint(facts->hits, 100);
	check_near(facts->cost_s, 1.9, 1e-9);
	check_near(facts->trap_s, 710e-9, 1e-12);
	check_uint(facts->uncounted, 9);
	check_uint(run.profile->calls.count, 0);
	run_done(&run);
}

/* As a damaged file may have it: ends before it begins, begins before the recording. */
static void times_that_run_backwards_are_none(void)
{
	struct run run;

	if (!run_begin(&run))
		return;
	put_calls_state(&run.records, 3, 2, false);
	check_ok(fill(&run));
	check_int(run.profile->facts.calls.kind, CALLS_COUNTS);
	check_near(run.profile->facts.calls.covered_s, 0, 0);
	check_near(run.profile->facts.calls.since_s, 2, 1e-9);
	run.calls.state.begin_ns = 5;
	check_ok(calls_fill(&run.calls, &run.functions, 1000000000, run.profile));
	check_near(run.profile->facts.calls.since_s, 0, 0);
	run_done(&run);
}

static void calls_without_a_state_are_counts(void)
{
	struct run run;

	if (!run_begin(&run))
		return;
	know_program(&run);
	check_ok(fill(&run));
	check_int(run.profile->facts.calls.kind, CALLS_NONE);
	put_calls(&run.records, 0, HIGH_BITS | MAIN, 1);
	check_ok(fill(&run));
	check_int(run.profile->facts.calls.kind, CALLS_COUNTS);
	check_uint(run.profile->facts.calls.hits, 0);
	expect_calls(&run, ">main 1/1/1; ");
	run_done(&run);
}

static void lack_of_memory_is_told(void)
{
	unsigned int nth = 1;

	for (;; nth++) {
		struct run run;
		if (!run_begin(&run))
			return;
		know_program(&run);
		put_calls(&run.records, HIGH_BITS | MAIN, HIGH_BITS | WORK, 1);
		memory_fail_at(nth);
		int err = fill(&run);
		bool failed = memory_failed();
		run_done(&run);
		if (!failed)
			break;
		check_int(err, -ENOMEM);
	}
	check_true(nth > 8);
}

CU_TestInfo calls_tests[] = {
	TEST(equal_pairs_are_one_whatever_the_process),
	TEST(functions_that_come_after_their_calls_are_found),
	TEST(a_function_that_never_came_is_uncounted_and_no_caller),
	TEST(a_fingerprint_whose_id_is_zero_is_not_nobody),
	TEST(the_state_tells_how_it_was_counted),
	TEST(times_that_run_backwards_are_none),
	TEST(calls_without_a_state_are_counts),
	TEST(lack_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
