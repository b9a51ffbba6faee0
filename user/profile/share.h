/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PROFILE_SHARE_H
#define LTSBPF_PROFILE_SHARE_H
/*
 * A function's share of the samples on two sides, and how far its change can be trusted. Shares are
 * ratios of sums, 0..1. Their variances are those of ratio estimators (Cochran, Sampling
 * Techniques, 3rd edition, 6.4), from units that may be taken as independent: runs of the program,
 * or blocks of one run. They are never taken as less than those of samples drawn one by one, for of
 * a rare function too few units have something to differ in.
 */
#include <stddef.h>

struct share_unit {
	double samples, part; /* part: those of them with the function */
};

struct share_units {
	const struct share_unit *items;
	size_t count; /* >= 2 */
};

struct share_change {
	double before, after, change;
	double error, freedom; /* standard error of the change, and its degrees of freedom */
};

/* Units of each side that have nothing to do with each other. */
struct share_change share_compare(struct share_units before, struct share_units after);

/*
 * As many units on both sides, and the nth of both are the same part of the program: what differs
 * is the difference of the two, so phases of the program cancel out. The units follow each other:
 * two and four units taken as one are looked at as well, and the largest variance counts, for
 * stacks may come in runs that are longer than a unit.
 */
struct share_change share_compare_pairs(struct share_units before, struct share_units after);

/* Half of the width of the interval that misses the change with this probability on each side. */
double share_margin(const struct share_change *change, double tail);

#endif
