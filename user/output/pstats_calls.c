// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/pstats_calls.h"

#include <errno.h>

bool pstats_calls_timed(const struct profile_facts *facts)
{
	return facts->calls.kind == CALLS_TIMES && !facts->calls.over_budget;
}

static void add_cost(struct pstats_cost *cost, uint64_t calls, uint64_t primitive, double own_s,
		     double total_s)
{
	cost->calls += calls;
	cost->primitive += primitive;
	cost->own_s += own_s;
	cost->total_s += total_s;
}

static int64_t caller_of(struct pstats_table *table, const struct profile *profile,
			 const struct profile_call *call)
{
	if (call->caller == NO_CALLER)
		return PSTATS_ROOT;
	return pstats_table_function(table, &profile->frames, call->caller);
}

static int add_call(struct pstats_table *table, const struct profile *profile,
		    const struct profile_call *call, bool timed)
{
	int64_t caller = caller_of(table, profile, call);
	int64_t callee = pstats_table_function(table, &profile->frames, call->callee);

	if (caller < 0 || callee < 0)
		return -ENOMEM;
	int64_t pair = pstats_table_call(table, (uint32_t)caller, (uint32_t)callee);
	if (pair < 0)
		return -ENOMEM;
	struct pstats_cost *function = &table->functions.items[callee].cost;
	struct pstats_cost *edge = &table->calls.items[pair].cost;
	add_cost(function, call->calls, call->primitive, call->own_s, call->total_s);
	add_cost(edge, call->calls, call->pair_primitive, call->own_s, call->pair_total_s);
	function->timed = edge->timed = timed;
	return 0;
}

/* What calibration errs by: no time is below none, nor the whole below its part. */
static void correct(struct pstats_cost *cost)
{
	if (cost->own_s < 0)
		cost->own_s = 0;
	if (cost->total_s < cost->own_s)
		cost->total_s = cost->own_s;
}

int pstats_calls_add(struct pstats_table *table, const struct profile *profile)
{
	bool timed = pstats_calls_timed(&profile->facts);
	int err = 0;

	for (size_t i = 0; i < profile->calls.count && !err; i++)
		err = add_call(table, profile, &profile->calls.items[i], timed);
	for (size_t i = 0; i < table->calls.count; i++)
		correct(&table->calls.items[i].cost);
	for (uint32_t i = PSTATS_ROOT + 1; i < table->functions.count && !err; i++) {
		correct(&table->functions.items[i].cost);
		if (!table->functions.items[i].first_call)
			err = pstats_table_call(table, PSTATS_ROOT, i) < 0 ? -ENOMEM : 0;
	}
	return err;
}
