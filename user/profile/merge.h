/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PROFILE_MERGE_H
#define LTSBPF_PROFILE_MERGE_H
/* The profile of several runs: on other machines, of other shards, or one after the other. */
#include "profile/profile.h"

/*
 * Adds a profile to another one: trees by their frames, all counts and times; processes and threads
 * stay apart. Samples in time come behind those that are there, as if the runs had followed each
 * other. Both must have the same clock and period (-EINVAL). 0 or -ENOMEM; `into` is to be given up
 * then.
 */
int profile_merge(struct profile *into, const struct profile *from);

#endif
