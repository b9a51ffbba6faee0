// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <errno.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "output/report.h"
#include "output/report_json_events.h"
#include "profile/function_costs.h"

enum {
	SCHEMA_VERSION = 1, /* of docs/report.schema.json */
	LINES_OF_EACH = 20,
	DECIMALS = 6,
};

static const char *const kinds[FRAME_KINDS] = {
	[FRAME_PROCESS] = "process", [FRAME_THREAD] = "thread",	  [FRAME_PYTHON] = "python",
	[FRAME_NATIVE] = "native",   [FRAME_INLINED] = "inlined", [FRAME_BUILTIN] = "builtin",
	[FRAME_JIT] = "jit",	     [FRAME_KERNEL] = "kernel",	  [FRAME_GAP] = "gap",
	[FRAME_MARKER] = "marker",
};

static void put_date(struct json *json, int64_t unix_s)
{
	time_t time = (time_t)unix_s;
	char text[64];
	struct tm parts;

	if (gmtime_r(&time, &parts) && parts.tm_year < 8100 && parts.tm_year > -1900 &&
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts))
		json_put_text(json, "date", text);
	else
		json_put_text(json, "date", NULL);
}

static void put_run(struct json *json, const struct profile *profile,
		    const struct report_choice *choice)
{
	const struct profile_facts *facts = &profile->facts;

	json_put_integer(json, "schema", SCHEMA_VERSION);
	json_put_text(json, "version", choice->version);
	json_put_text(json, "command", facts->command ? facts->command : "");
	put_date(json, facts->start_unix_s);
	json_put_text(json, "clock", facts->clock ? facts->clock : "");
	json_put_number(json, "rate_hz", facts->rate_hz, DECIMALS);
	json_put_number(json, "duration_s", facts->duration_s, DECIMALS);
	json_put_number(json, "cpu_s", facts->cpu_s, DECIMALS);
	json_put_bool(json, "cut_short", facts->cut_short);
	json_key(json, "cost");
	json_begin_object(json);
	json_put_number(json, "user_s", facts->own_user_s, DECIMALS);
	json_put_number(json, "bpf_s", facts->own_bpf_s, DECIMALS);
	json_end_object(json);
}

static void put_lines(struct json *json, const struct function_table *table, uint32_t frame)
{
	size_t count;
	const struct function_line *lines = function_table_lines(table, frame, &count);

	json_key(json, "lines");
	json_begin_array(json);
	for (size_t i = 0; i < count && i < LINES_OF_EACH; i++) {
		json_begin_object(json);
		json_put_integer(json, "line", lines[i].line);
		report_json_count(json, "samples", lines[i].samples);
		json_end_object(json);
	}
	json_end_array(json);
}

static void put_function(struct json *json, const struct profile *profile,
			 const struct function_table *table, const struct function_cost *cost)
{
	const struct frame *frame = frames_get(&profile->frames, cost->frame);
	uint64_t all = profile_total(profile);

	json_begin_object(json);
	json_put_text(json, "name", frame->name);
	json_put_text(json, "file", frame->file);
	json_put_integer(json, "line", frame->line ? frame->line : frame->first_line);
	json_put_text(json, "kind", kinds[frame->kind]);
	report_json_count(json, "self", cost->self);
	report_json_count(json, "total", cost->total);
	json_put_number(json, "self_s", profile_seconds(profile, cost->self), DECIMALS);
	json_put_number(json, "total_s", profile_seconds(profile, cost->total), DECIMALS);
	json_put_number(json, "self_margin", sample_margin(cost->self, all), DECIMALS);
	json_put_number(json, "total_margin", sample_margin(cost->total, all), DECIMALS);
	put_lines(json, table, cost->frame);
	json_end_object(json);
}

static void put_functions(struct json *json, const struct profile *profile,
			  const struct function_table *table, size_t top)
{
	json_key(json, "functions");
	json_begin_array(json);
	for (size_t i = 0; i < table->function_count && (!top || i < top); i++)
		put_function(json, profile, table, &table->functions[i]);
	json_end_array(json);
	json_key(json, "markers");
	json_begin_array(json);
	for (size_t i = 0; i < table->marker_count; i++) {
		const struct function_cost *marker = &table->markers[i];
		json_begin_object(json);
		json_put_text(json, "name", frames_get(&profile->frames, marker->frame)->name);
		report_json_count(json, "self", marker->self);
		report_json_count(json, "total", marker->total);
		json_end_object(json);
	}
	json_end_array(json);
}

static void put_threads(struct json *json, const struct profile *profile,
			const struct function_table *table)
{
	json_key(json, "threads");
	json_begin_array(json);
	for (size_t i = 0; i < table->threads.count; i++) {
		const struct thread_cost *thread = &table->threads.items[i];
		json_begin_object(json);
		json_put_text(json, "process", frames_get(&profile->frames, thread->process)->name);
		json_put_text(json, "name", frames_get(&profile->frames, thread->thread)->name);
		report_json_count(json, "samples", thread->samples);
		json_end_object(json);
	}
	json_end_array(json);
}

int report_json_write(const struct profile *profile, const struct report_choice *choice,
		      FILE *stream)
{
	CLEANUP(function_table_done) struct function_table table;
	int err = function_table_make(profile, &table);
	struct json json;

	if (err)
		return err;
	function_table_sort(&table, profile, choice->order);
	json_open(&json, stream, true);
	json_begin_object(&json);
	put_run(&json, profile, choice);
	report_json_samples(&json, profile, choice->filters);
	put_functions(&json, profile, &table, choice->top);
	put_threads(&json, profile, &table);
	report_json_events(&json, profile);
	json_end_object(&json);
	return json_close(&json);
}
