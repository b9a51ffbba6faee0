// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/student.h"

#include "check.h"

/* Abramowitz and Stegun, table 26.10, and for 1e-6 what R's qt() gives. */
static void quantiles_are_those_of_the_tables(void)
{
	static const struct {
		double tail, freedom, t;
	} known[] = {
		{0.025, 1, 12.706},  {0.025, 2, 4.303},	   {0.025, 9, 2.262},  {0.025, 39, 2.023},
		{0.005, 4, 4.604},   {0.0005, 19, 3.883},  {0.05, 120, 1.658}, {0.5, 7, 0},
		{0.025, 1e6, 1.960}, {0.0005, 1, 636.619},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		check_near(student_quantile(known[i].tail, known[i].freedom), known[i].t, 6e-4);
}

static void probabilities_go_with_the_quantiles(void)
{
	for (double freedom = 0.5; freedom < 1e5; freedom *= 3)
		for (double tail = 0.4; tail > 1e-9; tail /= 7) {
			double t = student_quantile(tail, freedom);
			check_near(student_two_sided(t, freedom) / 2 / tail, 1, 1e-6);
		}
	check_near(student_two_sided(0, 5), 1, 1e-12);
}

CU_TestInfo student_tests[] = {
	TEST(quantiles_are_those_of_the_tables),
	TEST(probabilities_go_with_the_quantiles),
	CU_TEST_INFO_NULL,
};
