// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "output/markdown.h"
#include "output/markdown_events.h"
#include "output/report.h"
#include "profile/function_costs.h"

enum {
	TOP = 15,
	NAME_CHARACTERS = 120,
	COMMAND_CHARACTERS = 300
};

/* What is being written. */
struct report {
	struct markdown page;
	const struct profile *profile;
	const struct report_choice *choice;
	struct function_table table;
	size_t top;
};

static void say_run(struct report *report)
{
	struct markdown *page = &report->page;
	const struct profile_facts *facts = &report->profile->facts;
	double due = facts->due ? (double)facts->due : 1;
	CLEANUP(freep)
	char *command =
		markdown_code(page, facts->command ? facts->command : "", COMMAND_CHARACTERS);

	if (!command)
		return;
	markdown_say(page, "### CPU profile\n\n%s\n\n", command);
	markdown_say(page, "**%.3f s of CPU time** in %.3f s of wall time; %s clock at %g Hz; ",
		     facts->cpu_s, facts->duration_s, facts->clock ? facts->clock : "",
		     facts->rate_hz);
	markdown_say(page, "%lu of %lu samples received (%.1f %%).%s\n",
		     (unsigned long)facts->received, (unsigned long)facts->due,
		     100 * (double)facts->received / due,
		     facts->cut_short ? " **Cut short**: ltsbpf was killed or still runs." : "");
}

static void say_cautions(struct report *report)
{
	struct markdown *page = &report->page;
	const char *given = report->choice->filters;
	uint64_t all = profile_total(report->profile);
	uint64_t filtered = report->profile->facts.filtered;
	CLEANUP(freep) char *filters = markdown_code(page, given, COMMAND_CHARACTERS);

	if (!all)
		markdown_say(page, "\n> **No samples**%s\n",
			     filtered ? " are left." : ": the program hardly used a CPU.");
	else if (all < FEW_SAMPLES)
		markdown_say(page,
			     "\n> **Only %lu samples**: a share of 50 %% has a margin of ±%.1f "
			     "points. Record for longer, or at a higher `--rate`.\n",
			     (unsigned long)all, 100 * sample_margin(all / 2, all));
	if (filtered && filters)
		markdown_say(page, "\n> %lu samples are left out (%s).\n", (unsigned long)filtered,
			     filters);
}

static char *name_of(struct report *report, uint32_t frame)
{
	CLEANUP(freep) char *label = frame_label(frames_get(&report->profile->frames, frame));

	if (!label)
		report->page.err = -ENOMEM;
	return label ? markdown_code(&report->page, label, NAME_CHARACTERS) : NULL;
}

/* A row: share with its margin, seconds, name. */
static bool put_share(struct report *report, uint64_t samples, uint32_t frame, uint32_t line)
{
	const struct profile *profile = report->profile;
	uint64_t all = profile_total(profile);
	CLEANUP(freep) char *name = name_of(report, frame);
	char number[16] = "";

	if (line)
		snprintf(number, sizeof(number), "%u", line);
	return name &&
	       markdown_row(&report->page, "| %.1f ± %.1f | %.3f | %s | %s |\n",
			    100 * (double)samples / (double)all, 100 * sample_margin(samples, all),
			    profile_seconds(profile, samples), name, number);
}

/* 0 = none is known. */
static uint32_t hottest_line(const struct function_table *table, uint32_t frame)
{
	size_t count;
	const struct function_line *lines = function_table_lines(table, frame, &count);

	return count ? lines->line : 0;
}

static void say_functions(struct report *report, enum function_order order)
{
	static const char *const titles[] = {
		[FUNCTIONS_BY_SELF] = "Hottest functions by their own time",
		[FUNCTIONS_BY_TOTAL] = "By time with everything they call",
		[FUNCTIONS_BY_NAME] = "Functions by name, with everything they call",
	};
	struct function_table *table = &report->table;

	function_table_sort(table, report->profile, order);
	markdown_say(&report->page,
		     "\n### %s\n\n| %% ± margin | s | function | %s |\n|--:|--:|:--|--:|\n",
		     titles[order], order == FUNCTIONS_BY_SELF ? "hottest line" : "");
	for (size_t i = 0; i < table->function_count && i < report->top; i++) {
		const struct function_cost *cost = &table->functions[i];
		bool own = order == FUNCTIONS_BY_SELF;
		uint64_t samples = own ? cost->self : cost->total;
		uint32_t line = own ? hottest_line(table, cost->frame) : 0;
		if (!samples || !put_share(report, samples, cost->frame, line))
			break;
	}
}

static void say_lines(struct report *report)
{
	const struct function_table *table = &report->table;

	if (!table->hottest.count)
		return;
	markdown_say(&report->page,
		     "\n<details><summary>Hottest lines, with the machine code they call</summary>"
		     "\n\n| %% ± margin | s | function | line |\n|--:|--:|:--|--:|\n");
	for (size_t i = 0; i < table->hottest.count && i < report->top; i++) {
		const struct function_line *line = &table->hottest.items[i];
		if (!put_share(report, line->samples, line->frame, line->line))
			break;
	}
	markdown_say(&report->page, "\n</details>\n");
}

static void say_markers(struct report *report)
{
	const struct function_table *table = &report->table;

	if (!table->marker_count)
		return;
	markdown_say(&report->page,
		     "\n<details><summary>Under markers, which are no functions</summary>\n\n"
		     "| %% ± margin | s | marker | |\n|--:|--:|:--|--:|\n");
	for (size_t i = 0; i < table->marker_count && i < report->top; i++)
		if (!put_share(report, table->markers[i].total, table->markers[i].frame, 0))
			break;
	markdown_say(&report->page, "\n</details>\n");
}

static void say_threads(struct report *report)
{
	const struct function_table *table = &report->table;
	uint64_t all = profile_total(report->profile);

	if (!table->threads.count)
		return;
	markdown_say(&report->page,
		     "\n<details><summary>Threads (%zu)</summary>\n\n| %% | s | process | thread "
		     "|\n|--:|--:|:--|:--|\n",
		     table->threads.count);
	for (size_t i = 0; i < table->threads.count && i < report->top; i++) {
		const struct thread_cost *thread = &table->threads.items[i];
		CLEANUP(freep) char *process = name_of(report, thread->process);
		CLEANUP(freep) char *name = name_of(report, thread->thread);
		if (!process || !name ||
		    !markdown_row(&report->page, "| %.1f | %.3f | %s | %s |\n",
				  100 * (double)thread->samples / (double)all,
				  profile_seconds(report->profile, thread->samples), process, name))
			break;
	}
	markdown_say(&report->page, "\n</details>\n");
}

static void say_samples(struct report *report)
{
	enum function_order order = report->choice->order;

	if (order == FUNCTIONS_BY_NAME) {
		say_functions(report, order);
	} else {
		say_functions(report, order);
		say_functions(report,
			      order == FUNCTIONS_BY_SELF ? FUNCTIONS_BY_TOTAL : FUNCTIONS_BY_SELF);
	}
	say_lines(report);
	say_markers(report);
	say_threads(report);
}

int report_markdown_write(const struct profile *profile, const struct report_choice *choice,
			  FILE *stream)
{
	CLEANUP(function_table_done) struct function_table owned;
	int err = function_table_make(profile, &owned);
	struct report report = {
		.page = {.stream = stream},
		.profile = profile,
		.choice = choice,
		.table = owned,
		.top = choice->top ? choice->top : TOP,
	};

	if (err)
		return err;
	say_run(&report);
	say_cautions(&report);
	if (profile_total(profile))
		say_samples(&report);
	markdown_events(&report.page, profile, report.top);
	markdown_say(&report.page,
		     "\nShares are of all samples, with the margin of their 95 %% interval; "
		     "ltsbpf %s.\n",
		     choice->version);
	return markdown_end(&report.page);
}
