/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PROFILE_MERGE_EVENTS_H
#define LTSBPF_PROFILE_MERGE_EVENTS_H
/* The part of profile_merge() that is not about stacks. Each: 0 or -ENOMEM. */
#include "profile/profile.h"

/* By generation. */
int merge_collections(struct profile *into, const struct profile *from);

/* An import with the same module below the same one is the same. */
int merge_imports(struct profile *into, const struct profile *from);

/* By caller and callee. frames: ids of `from` as ids of `into`. */
int merge_calls(struct profile *into, const struct profile *from, const uint32_t *frames);

#endif
