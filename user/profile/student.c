// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/student.h"

#include <math.h>

/* The continued fraction of the incomplete beta function, by Lentz's method. */
static double beta_fraction(double x, double a, double b)
{
	const double tiny = 1e-300;
	double c = 1, d = 1 - (a + b) * x / (a + 1);

	d = 1 / (fabs(d) < tiny ? tiny : d);
	double sum = d;
	for (int i = 1; i < 1000; i++) {
		double even = i * (b - i) * x / ((a + 2 * i - 1) * (a + 2 * i));
		double odd = -(a + i) * (a + b + i) * x / ((a + 2 * i) * (a + 2 * i + 1));
		double factor = 1;
		for (int half = 0; half < 2; half++) {
			double term = half ? odd : even;
			d = 1 + term * d;
			c = 1 + term / c;
			d = 1 / (fabs(d) < tiny ? tiny : d);
			c = fabs(c) < tiny ? tiny : c;
			factor *= c * d;
		}
		sum *= factor;
		if (fabs(factor - 1) < 1e-14)
			break;
	}
	return sum;
}

/* The regularised incomplete beta function. */
static double beta(double x, double a, double b)
{
	if (x <= 0 || x >= 1)
		return x <= 0 ? 0 : 1;
	int sign;
	double front = exp(lgamma_r(a + b, &sign) - lgamma_r(a, &sign) - lgamma_r(b, &sign) +
			   a * log(x) + b * log1p(-x));

	if (x < (a + 1) / (a + b + 2))
		return front * beta_fraction(x, a, b) / a;
	return 1 - front * beta_fraction(1 - x, b, a) / b;
}

double student_two_sided(double t, double freedom)
{
	return beta(freedom / (freedom + t * t), freedom / 2, 0.5);
}

double student_quantile(double tail, double freedom)
{
	double low = 0, high = 1;

	while (student_two_sided(high, freedom) > 2 * tail && high < 1e300)
		high *= 2;
	for (int i = 0; i < 100 && high - low > 1e-10 * high; i++) {
		double middle = (low + high) / 2;
		if (student_two_sided(middle, freedom) > 2 * tail)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}
