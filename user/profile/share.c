// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/share.h"

#include <math.h>

#include "profile/student.h"

enum {
	LONGEST_STEP = 4
};

/* The sums of a side. */
struct sums {
	double samples, share;
	double least; /* variance of the share, if samples were drawn one by one */
};

static struct sums add_up(struct share_units units)
{
	double samples = 0, part = 0;

	for (size_t i = 0; i < units.count; i++) {
		samples += units.items[i].samples;
		part += units.items[i].part;
	}
	if (samples <= 0)
		return (struct sums){.samples = 1, .least = 0.25};
	/* With one more of each kind, so that "never seen" is not taken for certain. */
	double careful = (part + 1) / (samples + 2);
	return (struct sums){samples, part / samples, careful * (1 - careful) / samples};
}

/* What a unit adds to the difference between the estimate and its expectation. */
static double residual(const struct share_unit *unit, const struct sums *sums)
{
	return (unit->part - sums->share * unit->samples) / sums->samples;
}

static struct share_change change_of(const struct sums *before, const struct sums *after)
{
	return (struct share_change){
		.before = before->share,
		.after = after->share,
		.change = after->share - before->share,
	};
}

static double variance_of(struct share_units units, const struct sums *sums)
{
	double squares = 0, count = (double)units.count;

	for (size_t i = 0; i < units.count; i++) {
		double one = residual(&units.items[i], sums);
		squares += one * one;
	}
	return fmax(sums->least, count / (count - 1) * squares);
}

struct share_change share_compare(struct share_units before, struct share_units after)
{
	struct sums old = add_up(before), new = add_up(after);
	struct share_change change = change_of(&old, &new);
	double a = variance_of(before, &old), b = variance_of(after, &new);
	double old_freedom = (double)before.count - 1, new_freedom = (double)after.count - 1;

	change.error = sqrt(a + b);
	change.freedom =
		(a + b) * (a + b) / (a * a / old_freedom + b * b / new_freedom); /* Welch */
	return change;
}

static double variance_of_pairs(struct share_units before, struct share_units after,
				const struct sums *old, const struct sums *new, size_t step)
{
	size_t groups = before.count / step;
	double squares = 0;

	for (size_t i = 0; i + step <= before.count; i += step) {
		double sum = 0;
		for (size_t j = i; j < i + step; j++)
			sum += residual(&after.items[j], new) - residual(&before.items[j], old);
		squares += sum * sum;
	}
	return (double)groups / (double)(groups - 1) * squares;
}

struct share_change share_compare_pairs(struct share_units before, struct share_units after)
{
	struct sums old = add_up(before), new = add_up(after);
	struct share_change change = change_of(&old, &new);
	double largest = old.least + new.least;

	change.freedom = (double)before.count - 1;
	for (size_t step = 1; step <= LONGEST_STEP && before.count / step > 1; step *= 2) {
		double variance = variance_of_pairs(before, after, &old, &new, step);
		size_t groups = before.count / step;
		if (variance <= largest)
			continue;
		largest = variance;
		change.freedom = (double)groups - 1;
	}
	change.error = sqrt(largest);
	return change;
}

double share_margin(const struct share_change *change, double tail)
{
	return change->error * student_quantile(tail, change->freedom);
}
