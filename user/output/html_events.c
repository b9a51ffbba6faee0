// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/html_events.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "output/html_cells.h"
#include "output/html_functions.h"
#include "profile/slowest.h"

enum {
	SHOWN = 200, /* rows of a table */
};

static void write_collections(const struct profile *profile, FILE *stream)
{
	if (!profile->collections.count)
		return;
	html_begin_table(stream, "collections", "Garbage collections", "Times are wall time.",
			 "Generation|#Collections|#Total, ms|#Longest, ms|#Objects freed");
	for (size_t i = 0; i < profile->collections.count; i++) {
		const struct profile_collection *each = &profile->collections.items[i];
		fprintf(stream, "<tr><th scope=\"row\">%u</th>", each->generation);
		html_put_count(stream, each->count);
		html_put_decimal(stream, 1e3 * each->total_s, 1);
		html_put_decimal(stream, 1e3 * each->longest_s, 1);
		html_put_count(stream, each->collected);
		fputs("</tr>\n", stream);
	}
	html_end_table(stream);
}

static int write_import(const struct profile *profile, const struct profile_import *import,
			FILE *stream)
{
	const struct profile_import *all = profile->imports.items;

	fputs("<tr>", stream);
	int err = html_put_cell(stream, "th scope=\"row\"", import->module);
	err = err ? err
		  : html_put_cell(stream, "td",
				  import->parent ? all[import->parent - 1].module : "");
	html_put_count(stream, import->count);
	html_put_decimal(stream, 1e3 * import->self_s, 1);
	html_put_decimal(stream, 1e3 * import->total_s, 1);
	fputs("</tr>\n", stream);
	return err;
}

static int write_imports(const struct profile *profile, FILE *stream)
{
	size_t count = profile->imports.count, shown = count < SHOWN ? count : SHOWN;
	CLEANUP(freep) const struct profile_import **order = slowest_imports(profile);
	int err = order ? 0 : -ENOMEM;

	if (err || !count)
		return err;
	html_begin_table(stream, "imports", "Imports",
			 "Times are wall time; total is with what a module imports in turn.",
			 "Module|Imported in|#Times|#Self, ms|#Total, ms");
	for (size_t i = 0; i < shown && !err; i++)
		err = write_import(profile, order[i], stream);
	html_put_more(stream, count, shown, 5);
	html_end_table(stream);
	return err;
}

/* What was counted of one function, by all its callers. */
struct counted {
	uint32_t frame;
	uint64_t calls, primitive;
	double own_s, total_s;
};

static int by_calls(const void *left, const void *right)
{
	const struct counted *a = left, *b = right;

	if (a->calls != b->calls)
		return a->calls < b->calls ? 1 : -1;
	return (a->frame > b->frame) - (a->frame < b->frame);
}

/* Sums by function, the most called first; *list is the caller's to free. */
static int sum_calls(const struct profile *profile, struct counted **list, size_t *count)
{
	size_t frames = profile->frames.list.count;
	struct counted *sums = calloc(frames + 1, sizeof(*sums));

	if (!sums)
		return -ENOMEM;
	for (uint32_t i = 0; i < frames; i++)
		sums[i].frame = i;
	for (size_t i = 0; i < profile->calls.count; i++) {
		const struct profile_call *call = &profile->calls.items[i];
		struct counted *sum = &sums[call->callee];
		sum->calls += call->calls;
		sum->primitive += call->primitive;
		sum->own_s += call->own_s;
		sum->total_s += call->total_s;
	}
	qsort(sums, frames, sizeof(*sums), by_calls);
	for (*count = 0; *count < frames && sums[*count].calls;)
		++*count;
	*list = sums;
	return 0;
}

static int write_counted(const struct profile *profile, const struct counted *counted, FILE *stream)
{
	const struct frame *frame = frames_get(&profile->frames, counted->frame);

	fputs("<tr>", stream);
	int err = html_put_cell(stream, "th scope=\"row\"", frame->name);
	fputs("<td class=\"place\">", stream);
	err = err ? err : html_put_place(stream, frame);
	fputs("</td>", stream);
	html_put_count(stream, counted->calls);
	html_put_count(stream, counted->primitive);
	if (profile->facts.calls.kind == CALLS_TIMES) {
		html_put_decimal(stream, counted->own_s, 3);
		html_put_decimal(stream, counted->total_s, 3);
	}
	fputs("</tr>\n", stream);
	return err;
}

static int write_calls(const struct profile *profile, FILE *stream)
{
	bool timed = profile->facts.calls.kind == CALLS_TIMES;
	CLEANUP(freep) struct counted *list = NULL;
	size_t count = 0;
	int err = 0;

	if (profile->facts.calls.kind == CALLS_NONE)
		return 0;
	if (sum_calls(profile, &list, &count))
		return -ENOMEM;
	html_begin_table(stream, "calls", "Counted calls",
			 profile->facts.calls.over_budget
				 ? "Exact until the budget for counting was used up."
				 : "Exact. Primitive calls are those that are not recursive.",
			 timed ? "Function|Where|#Calls|#Primitive|#Own, s of wall time|#Total, s"
			       : "Function|Where|#Calls|#Primitive");
	size_t shown = count < SHOWN ? count : SHOWN;
	for (size_t i = 0; i < shown && !err; i++)
		err = write_counted(profile, &list[i], stream);
	html_put_more(stream, count, shown, timed ? 6 : 4);
	html_end_table(stream);
	return err;
}

int html_events_write(const struct profile *profile, FILE *stream)
{
	write_collections(profile, stream);
	int err = write_imports(profile, stream);
	return err ? err : write_calls(profile, stream);
}
