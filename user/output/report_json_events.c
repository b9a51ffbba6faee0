// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/report_json_events.h"

#include "base/json.h"
#include "profile/profile.h"

enum {
	DECIMALS = 6
};

void report_json_count(struct json *json, const char *key, uint64_t count)
{
	json_put_integer(json, key, count < INT64_MAX ? (int64_t)count : INT64_MAX);
}

static void put_losses(struct json *json, const struct profile *profile, const char *key,
		       enum loss_kind kind)
{
	json_key(json, key);
	json_begin_object(json);
	for (size_t i = 0; i < profile->losses.count; i++) {
		const struct profile_loss *loss = &profile->losses.items[i];
		if (loss->kind == kind)
			report_json_count(json, loss->reason, loss->count);
	}
	json_end_object(json);
}

void report_json_samples(struct json *json, const struct profile *profile, const char *filters)
{
	const struct profile_facts *facts = &profile->facts;

	json_key(json, "samples");
	json_begin_object(json);
	report_json_count(json, "due", facts->due);
	report_json_count(json, "received", facts->received);
	report_json_count(json, "shown", profile_total(profile));
	report_json_count(json, "filtered", facts->filtered);
	json_put_text(json, "filters", filters);
	report_json_count(json, "period_ns", facts->period_ns);
	report_json_count(json, "python_stacks", facts->python_stacks);
	report_json_count(json, "native_stacks", facts->native_stacks);
	report_json_count(json, "whole_native_stacks", facts->whole_stacks);
	put_losses(json, profile, "lost", LOSS_SAMPLE);
	put_losses(json, profile, "incomplete", LOSS_FRAMES);
	put_losses(json, profile, "notes", LOSS_NOTHING);
	json_end_object(json);
}

static void put_processes(struct json *json, const struct profile *profile)
{
	json_key(json, "processes");
	json_begin_array(json);
	for (size_t i = 0; i < profile->processes.count; i++) {
		const struct profile_process *process = &profile->processes.items[i];
		json_begin_object(json);
		json_put_integer(json, "pid", process->pid);
		json_put_text(json, "name", process->name);
		json_put_text(json, "python", *process->python ? process->python : NULL);
		report_json_count(json, "samples", process->samples);
		json_put_number(json, "cpu_s", process->cpu_s, DECIMALS);
		json_end_object(json);
	}
	json_end_array(json);
}

static void put_collections(struct json *json, const struct profile *profile)
{
	json_key(json, "gc");
	json_begin_array(json);
	for (size_t i = 0; i < profile->collections.count; i++) {
		const struct profile_collection *each = &profile->collections.items[i];
		json_begin_object(json);
		json_put_integer(json, "generation", each->generation);
		report_json_count(json, "count", each->count);
		json_put_number(json, "total_s", each->total_s, DECIMALS);
		json_put_number(json, "longest_s", each->longest_s, DECIMALS);
		report_json_count(json, "collected", each->collected);
		json_end_object(json);
	}
	json_end_array(json);
}

static void put_imports(struct json *json, const struct profile *profile)
{
	const struct profile_import *imports = profile->imports.items;

	json_key(json, "imports");
	json_begin_array(json);
	for (size_t i = 0; i < profile->imports.count; i++) {
		uint32_t parent = imports[i].parent;
		json_begin_object(json);
		json_put_text(json, "module", imports[i].module);
		report_json_count(json, "count", imports[i].count);
		json_put_number(json, "total_s", imports[i].total_s, DECIMALS);
		json_put_number(json, "self_s", imports[i].self_s, DECIMALS);
		json_put_text(json, "parent", parent ? imports[parent - 1].module : NULL);
		json_end_object(json);
	}
	json_end_array(json);
}

static void put_calls(struct json *json, const struct profile *profile)
{
	const struct profile_calls_facts *calls = &profile->facts.calls;
	uint64_t counted = 0;

	json_key(json, "calls");
	if (calls->kind == CALLS_NONE) {
		json_text(json, NULL);
		return;
	}
	for (size_t i = 0; i < profile->calls.count; i++)
		counted += profile->calls.items[i].calls;
	json_begin_object(json);
	report_json_count(json, "counted", counted);
	report_json_count(json, "uncounted", calls->uncounted);
	json_put_number(json, "covered_s", calls->covered_s, DECIMALS);
	json_put_bool(json, "over_budget", calls->over_budget);
	json_put_bool(json, "times", calls->kind == CALLS_TIMES);
	report_json_count(json, "hits", calls->hits);
	json_put_number(json, "cost_s", calls->cost_s, DECIMALS);
	json_end_object(json);
}

static void put_gaps(struct json *json, const struct profile *profile)
{
	json_key(json, "gaps");
	json_begin_array(json);
	for (size_t i = 0; i < profile->gaps.count; i++) {
		json_begin_object(json);
		json_put_text(json, "marker", profile->gaps.items[i].marker);
		report_json_count(json, "samples", profile->gaps.items[i].count);
		json_end_object(json);
	}
	json_end_array(json);
}

void report_json_events(struct json *json, const struct profile *profile)
{
	put_processes(json, profile);
	put_collections(json, profile);
	put_imports(json, profile);
	put_calls(json, profile);
	put_gaps(json, profile);
}
