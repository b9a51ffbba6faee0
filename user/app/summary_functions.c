// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/summary_functions.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/shorten.h"
#include "base/text.h"
#include "output/report.h"
#include "profile/function_costs.h"
#include "profile/profile.h"

enum {
	TOP = 10,
	NAME_CHARACTERS = 200
};

/* What the tables are of. */
struct view {
	const struct profile *profile;
	struct function_table *table;
	size_t top;
	FILE *stream;
};

/* "  14.1 % ±3.0     0.717 s  name", without the line's end. */
static int print_share(const struct view *view, uint64_t samples, uint32_t frame)
{
	CLEANUP(freep) char *label = frame_label(frames_get(&view->profile->frames, frame));
	CLEANUP(freep) char *printable = label ? text_printable(label, "") : NULL;
	uint64_t all = profile_total(view->profile);

	if (!printable)
		return -ENOMEM;
	shorten(printable, NAME_CHARACTERS);
	fprintf(view->stream, "  %5.1f %% ±%.1f %9.3f s  %s", 100 * (double)samples / (double)all,
		100 * sample_margin(samples, all), profile_seconds(view->profile, samples),
		printable);
	return 0;
}

/* In a view by line, the name has the line. */
static void print_hottest_line(const struct view *view, uint32_t frame)
{
	size_t count;
	const struct function_line *lines = function_table_lines(view->table, frame, &count);

	if (count && !view->profile->facts.by_line)
		fprintf(view->stream, ", line %u: %.1f %%", lines->line,
			100 * (double)lines->samples / (double)profile_total(view->profile));
}

static int print_functions(const struct view *view, enum function_order order)
{
	static const char *const titles[] = {
		[FUNCTIONS_BY_SELF] =
			"Hottest functions by their own time (share ± margin, seconds):",
		[FUNCTIONS_BY_TOTAL] = "By time with everything they call:",
		[FUNCTIONS_BY_NAME] = "Functions by name, with everything they call:",
	};
	const struct function_table *table = view->table;
	int err = 0;

	function_table_sort(view->table, view->profile, order);
	fprintf(view->stream, "\n%s\n", titles[order]);
	for (size_t i = 0; i < table->function_count && i < view->top && !err; i++) {
		const struct function_cost *cost = &table->functions[i];
		bool own = order == FUNCTIONS_BY_SELF;
		if (own && !cost->self)
			break;
		err = print_share(view, own ? cost->self : cost->total, cost->frame);
		if (own && !err)
			print_hottest_line(view, cost->frame);
		fputc('\n', view->stream);
	}
	return err;
}

static int print_lines(const struct view *view)
{
	const struct function_table *table = view->table;
	int err = 0;

	if (!table->hottest.count)
		return 0;
	fputs("\nHottest lines, with the machine code that they call:\n", view->stream);
	for (size_t i = 0; i < table->hottest.count && i < view->top && !err; i++) {
		const struct function_line *line = &table->hottest.items[i];
		err = print_share(view, line->samples, line->frame);
		fprintf(view->stream, ", line %u\n", line->line);
	}
	return err;
}

static int print_markers(const struct view *view)
{
	const struct function_table *table = view->table;
	int err = 0;

	if (!table->marker_count)
		return 0;
	fputs("\nUnder markers, which are no functions:\n", view->stream);
	for (size_t i = 0; i < table->marker_count && i < view->top && !err; i++) {
		err = print_share(view, table->markers[i].total, table->markers[i].frame);
		fputc('\n', view->stream);
	}
	return err;
}

static int print_threads(const struct view *view)
{
	const struct function_table *table = view->table;
	int err = 0;

	if (!table->threads.count)
		return 0;
	fprintf(view->stream, "\nThreads (%zu):\n", table->threads.count);
	for (size_t i = 0; i < table->threads.count && i < view->top && !err; i++) {
		const struct thread_cost *thread = &table->threads.items[i];
		const char *name = frames_get(&view->profile->frames, thread->process)->name;
		CLEANUP(freep) char *process = text_printable(name, "");
		err = process ? print_share(view, thread->samples, thread->thread) : -ENOMEM;
		fprintf(view->stream, " of %s\n", process ? process : "");
	}
	if (table->threads.count > view->top)
		fprintf(view->stream, "  and %zu more\n", table->threads.count - view->top);
	return err;
}

/* The order that was asked for first. */
static int print_orders(const struct view *view, enum function_order order)
{
	int err = print_functions(view, order);

	if (!err && order == FUNCTIONS_BY_SELF)
		err = print_functions(view, FUNCTIONS_BY_TOTAL);
	if (!err && order == FUNCTIONS_BY_TOTAL)
		err = print_functions(view, FUNCTIONS_BY_SELF);
	return err;
}

int summary_print_functions(const struct profile *profile, struct function_table *table,
			    const struct report_choice *choice, FILE *stream)
{
	const struct view view = {profile, table, choice->top ? choice->top : TOP, stream};
	int err = table->function_count ? print_orders(&view, choice->order) : 0;

	if (!err && choice->lines)
		err = print_lines(&view);
	if (!err)
		err = print_markers(&view);
	return err ? err : print_threads(&view);
}
