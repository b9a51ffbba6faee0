/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_SUMMARY_H
#define LTSBPF_APP_SUMMARY_H
/* What a person wants to know first about a run, as text. */
#include <stdio.h>

struct profile;

/* The hottest functions, processes, samples with every loss by reason, and our own cost. 0/-ENOMEM
 */
int summary_print(const struct profile *profile, FILE *stream);

#endif
