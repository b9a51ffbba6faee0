// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "modes.h"
#include "synthetic_runs.h"

enum {
	TRIALS = 1000
};

static int measure(const struct synthetic_case *one)
{
	struct synthetic_result result = {0};

	for (uint32_t trial = 0; trial < TRIALS; trial++)
		if (synthetic_trial(one, trial + 1, &result)) {
			fputs("bench: out of memory\n", stderr);
			return 1;
		}
	printf("%u %u %u %g %u %u %u %u %u\n", one->samples, one->run_length, one->runs,
	       one->points, TRIALS, result.missed_by_interval, result.marked, result.any_gate,
	       result.function_gate);
	return 0;
}

int diff_measure(void)
{
	static const uint32_t samples[] = {1000, 10000}, run_lengths[] = {1, 10, 50};
	static const double points[] = {0, 1, 5, 20};

	for (int i = 0; i < 2; i++)
		for (int j = 0; j < 3; j++)
			for (int k = 0; k < 4; k++)
				for (uint32_t runs = 1; runs <= 5; runs += 4) {
					struct synthetic_case one = {samples[i], run_lengths[j],
								     runs, points[k]};
					if (measure(&one))
						return 1;
				}
	return 0;
}
