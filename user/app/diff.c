// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/diff.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/diff_sides.h"
#include "app/load.h"
#include "app/options.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "output/diff.h"
#include "output/diff_words.h"
#include "target/identity.h"

enum {
	STATUS_REGRESSION = 1,
	STATUS_USAGE = 2,
	STATUS_NOT_COMPARED = 3,
	TEXT_ROWS = 30,
	MARKDOWN_ROWS = 50,
	LABEL = 200 /* characters, in messages */
};

#define RULES "+5pp, func:REGEX>10% or func:REGEX>5pp"

struct order_by {
	const struct comparison *comparison;
	enum report_sort sort;
};

/* Larger = further up. What is beyond noise comes first: noise alone makes large changes too. */
static double rank_of(const struct order_by *by, const struct function_change *function)
{
	double change = by->sort == SORT_TOTAL ? function->total.change : function->self.change;
	bool beyond = by->sort == SORT_TOTAL ? function->total_beyond : function->self_beyond;

	return fabs(change) + (beyond ? 2 : 0);
}

static int compare_functions(const void *a, const void *b, void *context)
{
	const struct order_by *by = context;
	const struct function_change *functions = by->comparison->functions.items;
	const struct function_change *x = &functions[*(const uint32_t *)a];
	const struct function_change *y = &functions[*(const uint32_t *)b];
	const struct frames *frames = &by->comparison->tree->frames;
	double first = rank_of(by, x), second = rank_of(by, y);
	double first_other = fabs(x->total.change), second_other = fabs(y->total.change);
	int names = strcmp(frames_get(frames, x->frame)->name, frames_get(frames, y->frame)->name);

	if (by->sort != SORT_NAME && first != second)
		return first > second ? -1 : 1;
	if (by->sort != SORT_NAME && first_other != second_other)
		return first_other > second_other ? -1 : 1;
	return names ? names : (x->frame > y->frame) - (x->frame < y->frame);
}

static uint32_t *make_order(const struct options *options, const struct comparison *comparison)
{
	size_t count = comparison->functions.count;
	uint32_t *order = calloc(count + 1, sizeof(*order));
	struct order_by by = {comparison, options->sort};

	for (uint32_t i = 0; order && i < count; i++)
		order[i] = i;
	if (order)
		qsort_r(order, count, sizeof(*order), compare_functions, &by);
	return order;
}

static size_t rows_of(const struct options *options, size_t all)
{
	size_t rows = (size_t)options->top;

	if (!rows)
		rows = options->form == REPORT_TEXT	  ? TEXT_ROWS
		       : options->form == REPORT_MARKDOWN ? MARKDOWN_ROWS
							  : all;
	return rows < all ? rows : all;
}

static int print(const struct options *options, const struct diff_view *view)
{
	int err;

	if (options->form == REPORT_JSON)
		err = diff_json_write(view, stdout);
	else if (options->form == REPORT_MARKDOWN)
		err = diff_markdown_write(view, stdout);
	else
		err = diff_text_write(view, stdout);
	return err ? fail(err, "cannot print the comparison: %s", strerror(-err)) : 0;
}

static int write_draft(const struct diff_view *view, enum comparison_side_id side, int folder,
		       const char *name)
{
	struct file_draft draft = {0};
	int err = file_draft_open(&draft, folder, name);

	if (!err)
		err = diff_svg_write(view, side, draft.stream);
	if (!err)
		err = file_draft_commit(&draft);
	file_draft_discard(&draft);
	return err;
}

static int write_svg(const struct options *options, const struct diff_view *view,
		     enum comparison_side_id side)
{
	CLEANUP(freep) char *name = NULL;
	CLEANUP(closep) int folder = file_open_folder(options->output, 0777, true);
	int err = folder < 0 ? folder : 0;

	if (asprintf(&name, "%s%s.svg", options->name ? options->name : "diff",
		     side == SIDE_NEW ? "" : "-back") < 0)
		return fail(-ENOMEM, "cannot compare: %s", strerror(ENOMEM));
	if (!err)
		err = write_draft(view, side, folder, name);
	if (err)
		return fail(err, "cannot write '%s/%s': %s. Give another folder with -o",
			    options->output, name, strerror(-err));
	note("wrote %s/%s", options->output, name);
	return 0;
}

/* The files belong to who typed sudo, as those of record do. */
static int write_files(const struct options *options, const struct diff_view *view)
{
	CLEANUP(identity_done) struct identity identity = {0};
	struct identity_saved saved = {0};
	int left, err = identity_of_invoker(&identity);

	if (err)
		return err;
	err = identity_enter(&identity, &saved);
	if (err)
		return fail(err, "cannot write as %s: %s", identity.name, strerror(-err));
	err = write_svg(options, view, SIDE_NEW);
	if (!err)
		err = write_svg(options, view, SIDE_OLD);
	left = identity_leave(&saved);
	return left ? left : err;
}

/* The words of a finding; owned. NULL when memory is out. */
static char *finding_text(const struct comparison *comparison, const struct gate_finding *finding)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	diff_words_finding(comparison, finding, stream);
	fclose(stream);
	return text;
}

/* For a log in which the report itself goes elsewhere. */
static void tell_findings(const struct diff_view *view)
{
	const struct comparison *comparison = view->comparison;

	for (size_t i = 0; i < view->gate->findings.count; i++) {
		const struct gate_finding *finding = &view->gate->findings.items[i];
		uint32_t frame = comparison->functions.items[finding->function].frame;
		CLEANUP(freep) char *label = diff_words_label(comparison, frame, LABEL);
		CLEANUP(freep) char *words = finding_text(comparison, finding);
		CLEANUP(freep)
		char *rule = text_printable(view->gate->rules.items[finding->rule].text, "");
		fail(-EINVAL, "regression: %s: %s: breaks %s", label ? label : "?",
		     words ? words : "?", rule ? rule : "?");
	}
}

/* A function that was renamed would pass for ever. */
static void tell_idle_rules(const struct gate *gate)
{
	for (size_t i = 0; i < gate->rules.count; i++) {
		const struct gate_rule *rule = &gate->rules.items[i];
		CLEANUP(freep) char *text = text_printable(rule->text, "");
		if (rule->has_functions && !rule->tested)
			warn("--fail-on: '%s' looks at nothing: no function that matches has %d "
			     "samples",
			     text ? text : "?", COMPARISON_RARE);
	}
}

static int show(const struct options *options, const struct comparison *comparison,
		const struct gate *gate)
{
	CLEANUP(freep) uint32_t *order = make_order(options, comparison);
	struct diff_view view = {
		.comparison = comparison,
		.gate = gate,
		.order = order,
		.rows = rows_of(options, comparison->functions.count),
	};

	if (!order) {
		fail(-ENOMEM, "cannot compare: %s", strerror(ENOMEM));
		return STATUS_NOT_COMPARED;
	}
	if (print(options, &view) || (options->output && write_files(options, &view)))
		return STATUS_NOT_COMPARED;
	tell_idle_rules(gate);
	tell_findings(&view);
	return gate->findings.count ? STATUS_REGRESSION : 0;
}

static int add_rules(const struct options *options, struct gate *gate)
{
	for (int i = 0; i < options->fail_on.count; i++) {
		const char *rule = options->fail_on.items[i];
		int err = gate_add(gate, rule);
		if (err == -EINVAL)
			return fail(STATUS_USAGE, "--fail-on: '%s' is no rule: expected %s", rule,
				    RULES);
		if (err)
			return fail(STATUS_NOT_COMPARED, "cannot compare: %s", strerror(-err));
	}
	return 0;
}

static int load(const struct options *options, const struct diff_sides *sides,
		struct comparison *comparison)
{
	CLEANUP(stack_filter_done) struct stack_filter filter = {0};
	bool strict = options->fail_on.count > 0;
	struct resolver_view view;

	if (load_view(options, &filter, &view))
		return STATUS_USAGE;
	view.by_thread = false; /* ids of threads are others in each run */
	view.timeline = true;
	if (diff_sides_load(sides, &view, strict, comparison) ||
	    diff_sides_check(comparison, strict))
		return STATUS_NOT_COMPARED;
	return 0;
}

static int compare(const struct options *options, const struct diff_sides *sides, struct gate *gate)
{
	CLEANUP(comparison_done) struct comparison comparison;
	int status, err = comparison_init(&comparison, sides->paths[SIDE_OLD].count,
					  sides->paths[SIDE_NEW].count);

	if (err)
		return fail(STATUS_NOT_COMPARED, "cannot compare: %s", strerror(-err));
	status = load(options, sides, &comparison);
	if (status)
		return status;
	err = comparison_finish(&comparison);
	if (!err)
		err = gate_judge(gate, &comparison);
	if (err)
		return fail(STATUS_NOT_COMPARED, "cannot compare: %s", strerror(-err));
	return show(options, &comparison, gate);
}

int diff_run(const struct options *options)
{
	CLEANUP(diff_sides_done) struct diff_sides sides = {0};
	CLEANUP(gate_done) struct gate gate = {0};
	int status = add_rules(options, &gate);

	if (!status)
		status = diff_sides_find(&sides, options);
	return status ? status : compare(options, &sides, &gate);
}
