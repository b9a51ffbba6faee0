/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_SUMMARY_FUNCTIONS_H
#define LTSBPF_APP_SUMMARY_FUNCTIONS_H
/* Where the samples are, as text: functions, lines, markers, threads. */
#include <stdio.h>

struct function_table;
struct profile;
struct report_choice;

/* The profile has samples. The table is sorted anew. 0 or -ENOMEM. */
int summary_print_functions(const struct profile *profile, struct function_table *table,
			    const struct report_choice *choice, FILE *stream);

#endif
