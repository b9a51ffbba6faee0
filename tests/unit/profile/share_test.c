// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/share.h"

#include <math.h>

#include "check.h"

enum {
	UNITS = 40
};

/* Units of 100 samples with these parts, again and again. */
static struct share_units units_of(struct share_unit *items, const double *parts, size_t period)
{
	for (size_t i = 0; i < UNITS; i++)
		items[i] = (struct share_unit){100, parts[i % period]};
	return (struct share_units){items, UNITS};
}

static void the_change_is_the_difference_of_the_ratios(void)
{
	struct share_unit old[] = {{100, 10}, {300, 50}}, new[] = {{50, 20}, {150, 40}};
	struct share_change change =
		share_compare((struct share_units){old, 2}, (struct share_units){new, 2});

	check_near(change.before, 0.15, 1e-12);
	check_near(change.after, 0.3, 1e-12);
	check_near(change.change, 0.15, 1e-12);
}

/* Two runs of 1000 with 80 and 120: residuals 20, variance 2 * 2 * 20^2 / 2000^2. */
static void runs_that_differ_widen_the_interval(void)
{
	struct share_unit old[] = {{1000, 80}, {1000, 120}}, new[] = {{1000, 80}, {1000, 120}};
	struct share_change change =
		share_compare((struct share_units){old, 2}, (struct share_units){new, 2});

	check_near(change.error, sqrt(2 * 2 * 2 * 400.0 / 4e6), 1e-9);
	check_near(change.freedom, 2, 1e-9);
	check_near(share_margin(&change, 0.025), 4.3027 * change.error, 1e-3);
}

static void equal_units_are_as_uncertain_as_single_samples(void)
{
	struct share_unit items[2][UNITS];
	struct share_units old = units_of(items[0], (double[]){10}, 1);
	struct share_units new = units_of(items[1], (double[]){20}, 1);
	struct share_change change = share_compare_pairs(old, new);

	check_near(change.error, sqrt(0.1 * 0.9 / 4000 + 0.2 * 0.8 / 4000), 1e-4);
	check_near(change.change, 0.1, 1e-12);
}

static void phases_that_both_sides_have_cancel_out(void)
{
	double phases[UNITS];
	struct share_unit items[2][UNITS];

	for (size_t i = 0; i < UNITS; i++)
		phases[i] = i < UNITS / 2 ? 0 : 100;
	struct share_units units = units_of(items[0], phases, UNITS);
	struct share_change change = share_compare_pairs(units, units);
	check_near(change.error, sqrt(2 * 0.25 / 4000), 1e-4);
	check_near(change.freedom, UNITS - 1, 1e-9);
	/* Taken as independent they would not. */
	check_true(share_compare(units, units).error > 5 * change.error);
}

static void stretches_longer_than_a_unit_widen_the_interval(void)
{
	struct share_unit items[3][UNITS];
	struct share_units flat = units_of(items[0], (double[]){50}, 1);
	struct share_units quick = units_of(items[1], (double[]){20, 80}, 2);
	struct share_units slow = units_of(items[2], (double[]){20, 20, 20, 20, 80, 80, 80, 80}, 8);

	check_near(share_compare_pairs(flat, quick).freedom, UNITS - 1, 1e-9);
	check_near(share_compare_pairs(flat, slow).freedom, UNITS / 4 - 1, 1e-9);
	check_near(share_compare_pairs(flat, slow).error / share_compare_pairs(flat, quick).error,
		   2, 0.1);
}

static void what_was_never_seen_is_not_certain(void)
{
	struct share_unit items[2][UNITS];
	struct share_units none = units_of(items[0], (double[]){0}, 1);
	struct share_units all = units_of(items[1], (double[]){100}, 1);

	check_true(share_compare_pairs(none, none).error > 1e-4);
	check_true(share_compare(all, all).error > 1e-4);
}

static void no_samples_tell_nothing(void)
{
	struct share_unit items[2][2] = {{{0, 0}, {0, 0}}, {{100, 50}, {100, 50}}};
	struct share_units none = {items[0], 2}, some = {items[1], 2};

	check_true(share_compare_pairs(none, some).error >= 0.5);
	check_true(isfinite(share_compare(none, none).error));
}

CU_TestInfo share_tests[] = {
	TEST(the_change_is_the_difference_of_the_ratios),
	TEST(runs_that_differ_widen_the_interval),
	TEST(equal_units_are_as_uncertain_as_single_samples),
	TEST(phases_that_both_sides_have_cancel_out),
	TEST(stretches_longer_than_a_unit_widen_the_interval),
	TEST(what_was_never_seen_is_not_certain),
	TEST(no_samples_tell_nothing),
	CU_TEST_INFO_NULL,
};
