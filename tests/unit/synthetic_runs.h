/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_SYNTHETIC_RUNS_H
#define LTSBPF_TESTS_SYNTHETIC_RUNS_H
/*
 * Pairs of recordings whose shares are known: a program of 30 functions below main, whose stacks
 * come in runs of geometric length, and one function, "grower", that has 10 % of the time on the
 * old side and more on the new one. Seeded: the same seed gives the same pair.
 */
#include <stdint.h>

struct synthetic_case {
	uint32_t samples;    /* of each recording */
	uint32_t run_length; /* mean; 1 = independent samples */
	uint32_t runs;	     /* recordings on each side */
	double points;	     /* by which the grower's share grows, in percentage points */
};

/* In how many trials ... */
struct synthetic_result {
	uint32_t missed_by_interval; /* the grower's 95 % interval misses the truth */
	uint32_t marked;	     /* some function's change is called beyond noise */
	uint32_t any_gate;	     /* the rule +0.5pp is broken */
	uint32_t function_gate;	     /* the rule func:^grower$>5% is */
};

/* Adds one trial to the result. 0 or -ENOMEM. */
int synthetic_trial(const struct synthetic_case *one, uint64_t seed,
		    struct synthetic_result *result);

#endif
