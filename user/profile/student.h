/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PROFILE_STUDENT_H
#define LTSBPF_PROFILE_STUDENT_H
/* Student's t distribution. Formulas: Abramowitz and Stegun, 26.5.8 and 26.7.1. */

/* P(|T| > t) for t >= 0 and freedom > 0 degrees of freedom. */
double student_two_sided(double t, double freedom);

/* The t that is exceeded with this probability (0 < tail <= 0.5), to 1e-9 of it or so. */
double student_quantile(double tail, double freedom);

#endif
