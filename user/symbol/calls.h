/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_SYMBOL_CALLS_H
#define LTSBPF_SYMBOL_CALLS_H
/*
 * Counted calls, summed over all processes and threads: from struct calls_record to the profile's
 * calls and facts.calls. What a fingerprint stands for is looked up at the end, because the records
 * of functions may come later. Memory follows the number of different pairs.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/map64.h"
#include "base/vec.h"
#include "profile/profile.h"
#include "recording/format.h"

struct functions;

/* Calls by the pair that they are calls of. Zeroed: none. */
struct call_sums {
	VEC(struct profile_call) list;
	struct map64 by_pair; /* caller << 32 | callee -> place in the list */
};

/* Zeroed: none. */
struct calls {
	VEC(uint64_t) ids;     /* of code objects */
	struct map64 by_id;    /* id -> place in ids */
	struct call_sums sums; /* caller and callee are places in ids */
	struct calls_state_record state;
	bool has_state; /* a recording that was cut short has none */
};

/* 0 or -ENOMEM. */
int calls_add(struct calls *calls, const struct calls_record *record);
void calls_set_state(struct calls *calls, const struct calls_state_record *state);

/*
 * Fills calls and facts.calls of the profile that owns the functions' frames. begin_ns: when the
 * recording began, CLOCK_MONOTONIC. Without a record of calls or state nothing is changed. 0 or
 * -ENOMEM.
 *
 * Calls of a function that never came are uncounted.
 */
int calls_fill(const struct calls *calls, const struct functions *functions, uint64_t begin_ns,
	       struct profile *profile);

void calls_done(struct calls *calls);

#endif
