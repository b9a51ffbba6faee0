// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/calls.h"

#include <errno.h>

#include "base/cleanup.h"
#include "symbol/functions.h"

/* The id of a caller that is none: real ones have FRAME_ID_BITS. */
#define NOBODY UINT64_MAX

static int add_sum(struct call_sums *sums, const struct profile_call *more)
{
	uint64_t place, pair = (uint64_t)more->caller << 32 | more->callee;

	if (!map64_get(&sums->by_pair, pair, &place) || place >= sums->list.count) {
		if (vec_push(&sums->list, *more))
			return -ENOMEM;
		return map64_put(&sums->by_pair, pair, sums->list.count - 1);
	}
	struct profile_call *sum = &sums->list.items[place];
	sum->calls += more->calls;
	sum->primitive += more->primitive;
	sum->pair_primitive += more->pair_primitive;
	sum->own_s += more->own_s;
	sum->total_s += more->total_s;
	sum->pair_total_s += more->pair_total_s;
	return 0;
}

static void call_sums_done(struct call_sums *sums)
{
	vec_done(&sums->list);
	map64_done(&sums->by_pair);
}

static int64_t place_of(struct calls *calls, uint64_t fingerprint)
{
	uint64_t place, id = fingerprint ? fingerprint & FRAME_ID_MASK : NOBODY;

	if (map64_get(&calls->by_id, id, &place))
		return (int64_t)place;
	place = calls->ids.count;
	if (vec_push(&calls->ids, id) || map64_put(&calls->by_id, id, place))
		return -ENOMEM;
	return (int64_t)place;
}

int calls_add(struct calls *calls, const struct calls_record *record)
{
	int64_t caller = place_of(calls, record->caller);
	int64_t callee = place_of(calls, record->callee);

	if (caller < 0 || callee < 0)
		return -ENOMEM;
	return add_sum(&calls->sums, &(struct profile_call){
					     .caller = (uint32_t)caller,
					     .callee = (uint32_t)callee,
					     .calls = record->calls,
					     .primitive = record->primitive,
					     .pair_primitive = record->pair_primitive,
					     .own_s = (double)record->own_ns / 1e9,
					     .total_s = (double)record->total_ns / 1e9,
					     .pair_total_s = (double)record->pair_total_ns / 1e9,
				     });
}

void calls_set_state(struct calls *calls, const struct calls_state_record *state)
{
	calls->state = *state;
	calls->has_state = true;
}

static const struct function *function_at(const struct calls *calls,
					  const struct functions *functions, uint32_t place)
{
	uint64_t id = calls->ids.items[place];

	return id == NOBODY ? NULL : functions_find(functions, id << FRAME_ID_SHIFT);
}

/* Several ids may be one frame: the calls are summed once more. */
static int fill_list(const struct calls *calls, const struct functions *functions,
		     struct profile *profile)
{
	CLEANUP(call_sums_done) struct call_sums sums = {0};

	for (size_t i = 0; i < calls->sums.list.count; i++) {
		struct profile_call call = calls->sums.list.items[i];
		const struct function *callee = function_at(calls, functions, call.callee);
		const struct function *caller = function_at(calls, functions, call.caller);
		if (!callee) {
			profile->facts.calls.uncounted += call.calls;
			continue;
		}
		call.callee = callee->frame;
		call.caller = caller ? caller->frame : NO_CALLER;
		if (add_sum(&sums, &call))
			return -ENOMEM;
	}
	if (vec_reserve(&profile->calls, sums.list.count))
		return -ENOMEM;
	for (size_t i = 0; i < sums.list.count; i++)
		profile->calls.items[i] = sums.list.items[i];
	profile->calls.count = sums.list.count;
	return 0;
}

static double seconds_between(uint64_t begin_ns, uint64_t end_ns)
{
	return end_ns > begin_ns ? (double)(end_ns - begin_ns) / 1e9 : 0;
}

int calls_fill(const struct calls *calls, const struct functions *functions, uint64_t begin_ns,
	       struct profile *profile)
{
	const struct calls_state_record *state = &calls->state;

	if (!calls->has_state && !calls->sums.list.count)
		return 0;
	profile->facts.calls = (struct profile_calls_facts){
		.kind = state->timed ? CALLS_TIMES : CALLS_COUNTS,
		.covered_s = seconds_between(state->begin_ns, state->end_ns),
		.since_s = seconds_between(begin_ns, state->begin_ns),
		.over_budget = state->over_budget,
		.hits = state->entries + state->returns,
		.cost_s = (double)state->cost_ns / 1e9,
		.trap_s = (double)state->trap_ns / 1e9,
		.uncounted = state->uncounted,
	};
	return fill_list(calls, functions, profile);
}

void calls_done(struct calls *calls)
{
	vec_done(&calls->ids);
	map64_done(&calls->by_id);
	call_sums_done(&calls->sums);
}
