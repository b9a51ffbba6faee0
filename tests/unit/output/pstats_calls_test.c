// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/pstats_calls.h"

#include <errno.h>

#include "base/cleanup.h"
#include "check.h"
#include "memory.h"
#include "pstats_stacks.h"

/* caller NULL = none. Times are 1, 2 and 3 s for each call: own, total and that of the pair. */
static void add_calls(struct profile *profile, const char *caller, const char *callee,
		      uint64_t calls, uint64_t primitive, uint64_t pair_primitive)
{
	char from[32], to[32];

	snprintf(from, sizeof(from), "%s", caller ? caller : "");
	snprintf(to, sizeof(to), "%s", callee);
	struct profile_call call = {
		.caller = caller ? (uint32_t)stack_frame(profile, from) : NO_CALLER,
		.callee = (uint32_t)stack_frame(profile, to),
		.calls = calls,
		.primitive = primitive,
		.pair_primitive = pair_primitive,
		.own_s = (double)calls,
		.total_s = 2 * (double)calls,
		.pair_total_s = 3 * (double)calls,
	};
	check_ok(vec_push(&profile->calls, call));
}

static struct profile *new_profile(enum calls_kind kind)
{
	struct profile *profile = profile_new();

	profile->facts.calls.kind = kind;
	return profile;
}

static void make(struct pstats_table *table, const struct profile *profile)
{
	check_ok(pstats_table_make(table, profile, "<root>"));
	check_ok(pstats_calls_add(table, profile));
}

/* "NAME calls/primitive samples[ own total] < CALLER ...; ..." of all functions. */
static void expect(const struct pstats_table *table, const char *expected)
{
	CLEANUP(freep) char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	for (size_t i = 0; i < table->functions.count; i++) {
		const struct pstats_function *function = &table->functions.items[i];
		const struct pstats_cost *cost = &function->cost;
		fprintf(stream, "%s %lu/%lu %lu", function->name, (unsigned long)cost->calls,
			(unsigned long)cost->primitive, (unsigned long)cost->total);
		if (cost->timed)
			fprintf(stream, " %g %g", cost->own_s, cost->total_s);
		for (uint32_t c = function->first_call; c; c = table->calls.items[c].next_call) {
			cost = &table->calls.items[c].cost;
			fprintf(stream, " < %s %lu/%lu %lu",
				table->functions.items[table->calls.items[c].caller].name,
				(unsigned long)cost->calls, (unsigned long)cost->primitive,
				(unsigned long)cost->total);
			if (cost->timed)
				fprintf(stream, " %g %g", cost->own_s, cost->total_s);
		}
		fputs("; ", stream);
	}
	fclose(stream);
	check_str(text, expected);
}

static void counts_stand_beside_the_samples(void)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};
	CLEANUP(profile_freep) struct profile *profile = new_profile(CALLS_COUNTS);

	check_ok(stack_add(profile, "process:p main f", 10));
	add_calls(profile, NULL, "main", 1, 1, 1);
	add_calls(profile, "main", "f", 50, 40, 45);
	make(&table, profile);
	expect(&table, "<root> 0/0 10; <process p> 0/0 10 < <root> 0/0 10; "
		       "main 1/1 10 < <root> 1/1 0 < <process p> 0/0 10; "
		       "f 50/40 10 < main 50/45 10; ");
}

static void what_no_sample_hit_is_there_too(void)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};
	CLEANUP(profile_freep) struct profile *profile = new_profile(CALLS_COUNTS);

	check_ok(stack_add(profile, "main", 10));
	add_calls(profile, "main", "quick", 7, 7, 7);
	add_calls(profile, "unseen", "quick", 5, 5, 5);
	make(&table, profile);
	/* Who is only known to call is called by the root, or viewers would not find it. */
	expect(&table, "<root> 0/0 10; main 0/0 10 < <root> 0/0 10; "
		       "quick 12/12 0 < unseen 5/5 0 < main 7/7 0; "
		       "unseen 0/0 0 < <root> 0/0 0; ");
}

static void times_of_the_probes_are_marked(void)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};
	CLEANUP(profile_freep) struct profile *profile = new_profile(CALLS_TIMES);

	check_ok(stack_add(profile, "main f", 10));
	add_calls(profile, NULL, "f", 2, 1, 1);
	make(&table, profile);
	expect(&table, "<root> 0/0 10; main 0/0 10 < <root> 0/0 10; "
		       "f 2/1 10 2 4 < <root> 2/1 0 2 6 < main 0/0 10; ");
}

static void after_the_budget_times_are_samples(void)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};
	CLEANUP(profile_freep) struct profile *profile = new_profile(CALLS_TIMES);

	check_true(pstats_calls_timed(&profile->facts));
	profile->facts.calls.over_budget = true;
	check_true(!pstats_calls_timed(&profile->facts));
	add_calls(profile, NULL, "f", 2, 1, 1);
	make(&table, profile);
	expect(&table, "<root> 0/0 0; f 2/1 0 < <root> 2/1 0; ");
}

static void functions_with_one_key_add_up(void)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};
	CLEANUP(profile_freep) struct profile *profile = new_profile(CALLS_TIMES);

	/* Two lambdas of one line that call each other. */
	add_calls(profile, NULL, "a.f@7", 1, 1, 1);
	add_calls(profile, "a.f@7", "b.f@7", 10, 8, 9);
	add_calls(profile, "b.f@7", "a.f@7", 9, 4, 5);
	make(&table, profile);
	expect(&table, "<root> 0/0 0; f 20/13 0 20 40 < f 19/14 0 19 57 < <root> 1/1 0 1 3; ");
}

static void errors_of_calibration_do_not_show(void)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};
	CLEANUP(profile_freep) struct profile *profile = new_profile(CALLS_TIMES);

	add_calls(profile, NULL, "f", 1, 1, 1);
	add_calls(profile, "f", "g", 1, 1, 1);
	profile->calls.items[0].total_s = 0.25;
	profile->calls.items[0].pair_total_s = 0.5;
	profile->calls.items[1].own_s = -3;
	profile->calls.items[1].total_s = profile->calls.items[1].pair_total_s = -1;
	make(&table, profile);
	expect(&table, "<root> 0/0 0; f 1/1 0 1 1 < <root> 1/1 0 1 1; g 1/1 0 0 0 < f 1/1 0 0 0; ");
}

static void without_counts_the_table_stays_as_it_is(void)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};
	CLEANUP(profile_freep) struct profile *profile = new_profile(CALLS_NONE);

	check_ok(stack_add(profile, "main f", 10));
	make(&table, profile);
	expect(&table, "<root> 0/0 10; main 0/0 10 < <root> 0/0 10; f 0/0 10 < main 0/0 10; ");
}

static void lack_of_memory_is_told(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile(CALLS_COUNTS);
	unsigned int nth = 1;

	add_calls(profile, "unseen", "f", 1, 1, 1);
	for (;; nth++) {
		CLEANUP(pstats_table_done) struct pstats_table table = {0};
		check_ok(pstats_table_make(&table, profile, "<root>"));
		memory_fail_at(nth);
		int err = pstats_calls_add(&table, profile);
		if (!memory_failed())
			break;
		check_int(err, -ENOMEM);
	}
	check_true(nth > 4);
}

CU_TestInfo pstats_calls_tests[] = {
	TEST(counts_stand_beside_the_samples),
	TEST(what_no_sample_hit_is_there_too),
	TEST(times_of_the_probes_are_marked),
	TEST(after_the_budget_times_are_samples),
	TEST(functions_with_one_key_add_up),
	TEST(errors_of_calibration_do_not_show),
	TEST(without_counts_the_table_stays_as_it_is),
	TEST(lack_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
