// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/share.h"

#include <math.h>

#include "profile/student.h"

enum {
	LONGEST_STEP = 4
};

/* Of the ratio, by the spread of units, `step` of them taken as one. */
static double spread(const struct share_unit *units, size_t count, size_t step, double ratio)
{
	double samples = 0, squares = 0, groups = (double)(count / step);

	for (size_t i = 0; i + step <= count; i += step) {
		double residual = 0;
		for (size_t j = i; j < i + step; j++) {
			residual += units[j].part - ratio * units[j].samples;
			samples += units[j].samples;
		}
		squares += residual * residual;
	}
	return samples > 0 ? groups / (groups - 1) * squares / (samples * samples) : 0;
}

struct share share_estimate(const struct share_unit *units, size_t count, bool in_time)
{
	double samples = 0, part = 0;

	for (size_t i = 0; i < count; i++) {
		samples += units[i].samples;
		part += units[i].part;
	}
	if (samples <= 0)
		return (struct share){.variance = 0.25, .freedom = 1};
	/* With one more of each kind, so that "never seen" is not taken for certain. */
	double ratio = part / samples, careful = (part + 1) / (samples + 2);
	struct share share = {
		.value = ratio,
		.variance = careful * (1 - careful) / samples,
		.freedom = (double)count - 1,
	};
	for (size_t step = 1; step <= (in_time ? LONGEST_STEP : 1) && count / step > 1; step *= 2) {
		double variance = spread(units, count, step, ratio);
		if (variance <= share.variance)
			continue;
		share.variance = variance;
		share.freedom = (double)(count / step) - 1;
	}
	return share;
}

struct share_change share_compare(struct share before, struct share after)
{
	double a = before.variance, b = after.variance;

	return (struct share_change){
		.sides = {before, after},
		.change = after.value - before.value,
		.error = sqrt(a + b),
		.freedom = (a + b) * (a + b) / (a * a / before.freedom + b * b / after.freedom),
	};
}

double share_margin(const struct share_change *change, double tail)
{
	return change->error * student_quantile(tail, change->freedom);
}
