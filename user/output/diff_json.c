// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/diff.h"

#include "base/json.h"

static const char *const kinds[FRAME_KINDS] = {
	[FRAME_PYTHON] = "python",   [FRAME_NATIVE] = "native", [FRAME_INLINED] = "inlined",
	[FRAME_BUILTIN] = "builtin", [FRAME_JIT] = "jit",	[FRAME_KERNEL] = "kernel",
	[FRAME_MARKER] = "marker",
};

static void put_side(struct json *json, const char *key, const struct comparison_side *side)
{
	json_key(json, key);
	json_begin_object(json);
	json_put_integer(json, "recordings", (int64_t)side->runs.count);
	json_put_integer(json, "samples", (int64_t)side->samples);
	json_put_number(json, "cpu_s", (double)side->cpu_ns / 1e9, 6);
	json_put_text(json, "command", side->facts.command);
	json_put_text(json, "clock", side->facts.clock);
	json_put_number(json, "rate_hz", side->facts.rate_hz, 3);
	json_end_object(json);
}

static void put_change(struct json *json, const char *key, const struct share_change *change,
		       bool beyond)
{
	json_key(json, key);
	json_begin_object(json);
	json_put_number(json, "old", change->before, 6);
	json_put_number(json, "new", change->after, 6);
	json_put_number(json, "change", change->change, 6);
	json_put_number(json, "margin", share_margin(change, COMPARISON_TAIL), 6);
	json_put_bool(json, "beyond_noise", beyond);
	json_end_object(json);
}

static void put_name(struct json *json, const struct frame *frame)
{
	json_put_text(json, "name", frame->name);
	json_put_text(json, "file", *frame->file ? frame->file : NULL);
	json_put_text(json, "kind", kinds[frame->kind]);
}

static void put_function(struct json *json, const struct comparison *comparison,
			 const struct function_change *function)
{
	const struct frame *frame = frames_get(&comparison->tree->frames, function->frame);

	json_begin_object(json);
	put_name(json, frame);
	json_put_integer(json, "line", frame->line ? frame->line : frame->first_line);
	put_change(json, "self", &function->self, function->self_beyond);
	put_change(json, "total", &function->total, function->total_beyond);
	json_end_object(json);
}

static void put_regressions(struct json *json, const struct diff_view *view)
{
	const struct comparison *comparison = view->comparison;

	json_key(json, "regressions");
	json_begin_array(json);
	for (size_t i = 0; i < view->gate->findings.count; i++) {
		const struct gate_finding *finding = &view->gate->findings.items[i];
		uint32_t frame = comparison->functions.items[finding->function].frame;
		json_begin_object(json);
		json_put_text(json, "rule", view->gate->rules.items[finding->rule].text);
		put_name(json, frames_get(&comparison->tree->frames, frame));
		json_put_number(json, "at_least", finding->least, 6);
		json_end_object(json);
	}
	json_end_array(json);
}

static void put_method(struct json *json, const struct diff_view *view)
{
	const struct comparison *comparison = view->comparison;

	json_put_text(json, "noise_from", comparison->by_run ? "recordings" : "blocks");
	json_put_integer(json, "judged_functions", (int64_t)comparison->judged);
	json_put_integer(json, "samples_for_one_point",
			 (int64_t)comparison_samples_for(comparison, 0.01));
	json_key(json, "rules");
	json_begin_array(json);
	for (size_t i = 0; i < view->gate->rules.count; i++)
		json_text(json, view->gate->rules.items[i].text);
	json_end_array(json);
	json_put_integer(json, "tested_shares", (int64_t)view->gate->tested);
}

int diff_json_write(const struct diff_view *view, FILE *stream)
{
	const struct comparison *comparison = view->comparison;
	struct json json;

	json_open(&json, stream, true);
	json_begin_object(&json);
	json_put_integer(&json, "version", 1);
	put_side(&json, "old", &comparison->sides[SIDE_OLD]);
	put_side(&json, "new", &comparison->sides[SIDE_NEW]);
	put_method(&json, view);
	put_regressions(&json, view);
	json_key(&json, "functions");
	json_begin_array(&json);
	for (size_t i = 0; i < view->rows; i++)
		put_function(&json, comparison, &comparison->functions.items[view->order[i]]);
	json_end_array(&json);
	json_end_object(&json);
	return json_close(&json);
}
