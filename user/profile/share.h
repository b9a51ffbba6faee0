/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PROFILE_SHARE_H
#define LTSBPF_PROFILE_SHARE_H
/*
 * A function's share of the samples, and how far it can be trusted. It is estimated from units that
 * may be taken as independent: runs of the program, or blocks of one run. Shares are 0..1.
 */
#include <stdbool.h>
#include <stddef.h>

struct share_unit {
	double samples, part; /* part: those of them with the function */
};

struct share {
	double value, variance, freedom;
};

/*
 * The ratio of the sums, with the variance of a ratio estimator (Cochran, Sampling Techniques, 3rd
 * edition, 6.4; one stratum, no finite population). It is never taken as less than that of samples
 * drawn one by one, for rare functions have too few units with something in them. in_time: the
 * units follow each other; then the variances of two and of four units taken as one are looked at as
 * well and the largest counts, for stacks may come in runs that are longer than a unit. count >= 2.
 */
struct share share_estimate(const struct share_unit *units, size_t count, bool in_time);

/* The difference of two shares: its estimate, standard error and degrees of freedom (Welch). */
struct share_change {
	struct share sides[2];
	double change, error, freedom;
};

struct share_change share_compare(struct share before, struct share after);

/* Half of the width of the interval that misses the change with this probability on each side. */
double share_margin(const struct share_change *change, double tail);

#endif
