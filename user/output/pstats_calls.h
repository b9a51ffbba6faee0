/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_PSTATS_CALLS_H
#define LTSBPF_OUTPUT_PSTATS_CALLS_H
/*
 * Counted calls in the table that pstats files are made of. What has no caller, neither in the
 * samples nor among the calls, is called by the root: viewers show what the root leads to.
 */
#include <stdbool.h>

#include "output/pstats_table.h"

/*
 * Whether the times of counted functions are those of the probes. Probes that were switched off
 * early, by their budget, have seen a part of the program only: then times are samples.
 */
bool pstats_calls_timed(const struct profile_facts *facts);

/* Adds the profile's calls to the table that was made of the profile. 0 or -ENOMEM. */
int pstats_calls_add(struct pstats_table *table, const struct profile *profile);

#endif
