// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/comparison.h"

#include "check.h"
#include "compared.h"
#include "memory.h"
#include "synthetic_runs.h"

static const struct compared_stack before[] = {
	{"process:python main work@10", 400},
	{"process:python main gone@20", 100},
	{"process:python main", 500},
	{NULL, 0},
};

static const struct compared_stack after[] = {
	{"process:python main work@14", 1200},
	{"process:python main fresh@30 native:dgemm", 200},
	{"process:python main", 600},
	{NULL, 0},
};

static void functions_are_the_same_when_their_line_moved(void)
{
	CLEANUP(comparison_done) struct comparison comparison;
	const struct function_change *work;

	check_ok(compared_make(&comparison, before, after));
	work = compared_find(&comparison, "work");
	if (!work)
		return;
	check_near(work->total.before, 0.4, 1e-9);
	check_near(work->total.after, 0.6, 1e-9);
	check_near(work->self.change, 0.2, 1e-9);
	check_true(work->total_beyond && work->self_beyond);
	check_uint(work->samples[SIDE_OLD], 400);
	check_uint(work->samples[SIDE_NEW], 1200);
	/* The new side's line. */
	check_uint(frames_get(&comparison.tree->frames, work->frame)->first_line, 14);
}

static void what_came_and_went_is_there(void)
{
	CLEANUP(comparison_done) struct comparison comparison;
	const struct function_change *gone, *fresh, *dgemm;

	check_ok(compared_make(&comparison, before, after));
	gone = compared_find(&comparison, "gone");
	fresh = compared_find(&comparison, "fresh");
	dgemm = compared_find(&comparison, "dgemm");
	if (!gone || !fresh || !dgemm)
		return;
	check_near(gone->total.change, -0.1, 1e-9);
	check_true(gone->total_beyond);
	check_near(fresh->total.change, 0.1, 1e-9);
	check_near(fresh->self.change, 0, 1e-9);
	check_true(fresh->total_beyond && !fresh->self_beyond);
	check_near(dgemm->self.change, 0.1, 1e-9);
	check_uint(comparison.functions.count, 5);
	check_uint(comparison.judged, 5);
}

static void the_tree_has_the_samples_of_both(void)
{
	CLEANUP(comparison_done) struct comparison comparison;
	uint64_t old = 0, new = 0;

	check_ok(compared_make(&comparison, before, after));
	check_uint(profile_total(comparison.tree), 3000);
	for (size_t i = 0; i < comparison.sides[SIDE_OLD].self.count; i++)
		old += comparison.sides[SIDE_OLD].self.items[i];
	for (size_t i = 0; i < comparison.sides[SIDE_NEW].self.count; i++)
		new += comparison.sides[SIDE_NEW].self.items[i];
	check_uint(old, 1000);
	check_uint(new, 2000);
	check_uint(comparison_samples(&comparison), 1000);
	check_uint(comparison.sides[SIDE_NEW].cpu_ns, 2000000000);
}

static void equal_sides_differ_by_nothing(void)
{
	CLEANUP(comparison_done) struct comparison comparison;

	check_ok(compared_make(&comparison, before, before));
	for (size_t i = 0; i < comparison.functions.count; i++) {
		const struct function_change *function = &comparison.functions.items[i];
		check_near(function->total.change, 0, 1e-12);
		check_true(!function->total_beyond && !function->self_beyond);
		check_true(share_margin(&function->total, COMPARISON_TAIL) > 0);
	}
}

/* Samples for half the margin: four times as many. */
static void the_samples_for_a_margin_go_by_its_square(void)
{
	CLEANUP(comparison_done) struct comparison comparison;

	check_ok(compared_make(&comparison, before, before));
	double has =
		share_margin(&comparison.functions.items[comparison.widest].total, COMPARISON_TAIL);
	check_near((double)comparison_samples_for(&comparison, has / 2), 4000, 1);
	check_uint(comparison_samples_for(&comparison, has * 1.01), 0);
}

static void rare_functions_are_not_judged(void)
{
	static const struct compared_stack rare[] = {
		{"process:python main", 1000}, {"process:python rare", 19}, {NULL, 0}};
	static const struct compared_stack none[] = {{"process:python main", 1000}, {NULL, 0}};
	CLEANUP(comparison_done) struct comparison comparison;

	check_ok(compared_make(&comparison, none, rare));
	check_uint(comparison.judged, 1);
	check_true(!compared_find(&comparison, "rare")->total_beyond);
}

/* Ten runs that scatter: a change of the size of the scatter is noise, a larger one is none. */
static int make_runs(struct comparison *comparison, const int *old, const int *new)
{
	int err = comparison_init(comparison, 5, 5);

	for (int i = 0; i < 10 && !err; i++) {
		uint64_t work = (uint64_t)(i < 5 ? new[i] : old[i - 5]);
		struct compared_stack stacks[] = {{"process:python main work", work},
						  {"process:python main", 1000 - work},
						  {NULL, 0}};
		err = compared_add(comparison, i < 5 ? SIDE_NEW : SIDE_OLD, stacks);
	}
	return err ? err : comparison_finish(comparison);
}

static void several_runs_are_judged_by_their_spread(void)
{
	static const int old[] = {60, 80, 100, 120, 140}, near[] = {100, 120, 140, 160, 180},
			 far[] = {560, 580, 600, 620, 640};
	CLEANUP(comparison_done) struct comparison noise, change;

	check_ok(make_runs(&noise, old, near));
	check_true(noise.by_run);
	check_near(compared_find(&noise, "work")->total.change, 0.04, 1e-9);
	check_true(!compared_find(&noise, "work")->total_beyond);
	check_ok(make_runs(&change, old, far));
	check_true(compared_find(&change, "work")->total_beyond);
	/* The spread of five: 31.6 of 1000, so both means together are known to 20 of 1000. */
	check_near(compared_find(&change, "work")->total.error, 0.02, 1e-4);
}

static void one_run_against_several_goes_by_blocks(void)
{
	CLEANUP(comparison_done) struct comparison comparison;

	check_ok(comparison_init(&comparison, 2, 1));
	check_ok(compared_add(&comparison, SIDE_NEW, after));
	check_ok(compared_add(&comparison, SIDE_OLD, before));
	check_ok(compared_add(&comparison, SIDE_OLD, before));
	check_ok(comparison_finish(&comparison));
	check_true(!comparison.by_run);
	check_uint(compared_find(&comparison, "work")->samples[SIDE_OLD], 800);
	check_near(compared_find(&comparison, "work")->total.before, 0.4, 1e-9);
}

static void lack_of_memory_is_reported(void)
{
	for (unsigned int nth = 1;; nth++) {
		CLEANUP(comparison_done) struct comparison comparison = {0};
		memory_fail_at(nth);
		int err = compared_make(&comparison, before, after);
		if (!memory_failed()) {
			check_ok(err);
			break;
		}
		check_int(err, -ENOMEM);
	}
}

static struct synthetic_result trials(struct synthetic_case one)
{
	struct synthetic_result result = {0};

	for (uint32_t seed = 1; seed <= 100; seed++)
		check_ok(synthetic_trial(&one, seed, &result));
	return result;
}

/* `make bench` has a thousand of each. At most 5 in 100 are expected, 11 are not in 100 (1 %). */
static void alarms_are_rarely_false(void)
{
	static const struct synthetic_case same[] = {
		{1000, 1, 1, 0}, {1000, 10, 1, 0}, {1000, 10, 3, 0}, {3000, 30, 1, 0}};

	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
		struct synthetic_result result = trials(same[i]);
		check_true(result.marked <= 10);
		check_true(result.any_gate <= 10);
		check_true(result.function_gate <= 10);
		check_true(result.missed_by_interval <= 12);
	}
}

static void large_changes_are_seen(void)
{
	struct synthetic_result result = trials((struct synthetic_case){3000, 3, 1, 20});

	check_true(result.marked >= 95);
	check_true(result.any_gate >= 95);
	check_true(result.function_gate >= 98);
	check_true(result.missed_by_interval <= 12);
}

CU_TestInfo comparison_tests[] = {
	TEST(functions_are_the_same_when_their_line_moved),
	TEST(what_came_and_went_is_there),
	TEST(the_tree_has_the_samples_of_both),
	TEST(equal_sides_differ_by_nothing),
	TEST(the_samples_for_a_margin_go_by_its_square),
	TEST(rare_functions_are_not_judged),
	TEST(several_runs_are_judged_by_their_spread),
	TEST(one_run_against_several_goes_by_blocks),
	TEST(lack_of_memory_is_reported),
	TEST(alarms_are_rarely_false),
	TEST(large_changes_are_seen),
	CU_TEST_INFO_NULL,
};
