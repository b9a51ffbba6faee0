/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_SUMMARY_H
#define LTSBPF_APP_SUMMARY_H
/* What a person wants to know first about a run, as text. */
#include <stdio.h>

struct profile;
struct report_choice;

/*
 * The hottest functions, processes, samples with every loss by reason, and our own cost. 0/-ENOMEM
 */
int summary_print(const struct profile *profile, FILE *stream);

/* The same, with tables as they were asked for (output/report.h). */
int summary_print_as(const struct profile *profile, const struct report_choice *choice,
		     FILE *stream);

#endif
