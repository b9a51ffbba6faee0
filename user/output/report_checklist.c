// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "output/markdown.h"
#include "output/report.h"
#include "profile/function_costs.h"

enum {
	TOP = 5,
	NAME_CHARACTERS = 120,
	COMMAND_CHARACTERS = 300,
	ENOUGH_PERCENT = 90, /* of the due samples */
	BUSY_PERCENT = 70,   /* CPU time of wall time; below, the program waits */
};

static double percent(double part, double whole)
{
	return whole > 0 ? 100 * part / whole : 0;
}

static void say_confirm(struct markdown *page, const struct profile_facts *facts,
			const char *command)
{
	markdown_say(page, "### Performance checklist\n\n%s\n\n", command);
	markdown_say(page, "#### 1. Confirm\n\n"
			   "- [ ] Three runs without a profiler took ___, ___ and ___ s\n");
	markdown_say(page, "- With it: %.3f s of wall time, %.3f s of CPU\n\n", facts->duration_s,
		     facts->cpu_s);
}

static void say_losses(struct markdown *page, const struct profile *profile)
{
	for (size_t i = 0; i < profile->losses.count; i++) {
		const struct profile_loss *loss = &profile->losses.items[i];
		if (loss->kind != LOSS_NOTHING)
			markdown_say(page, "- %lu %s (`%s`)\n", (unsigned long)loss->count,
				     loss->sentence, loss->reason);
	}
}

static void say_pythons(struct markdown *page, const struct profile *profile)
{
	const struct profile_process *busiest = NULL;

	for (size_t i = 0; i < profile->processes.count; i++) {
		const struct profile_process *process = &profile->processes.items[i];
		if (*process->python && (!busiest || process->cpu_s > busiest->cpu_s))
			busiest = process;
	}
	if (!busiest) {
		markdown_say(page, "- [ ] No Python was seen\n");
		return;
	}
	CLEANUP(freep) char *name = markdown_code(page, busiest->name, NAME_CHARACTERS);
	CLEANUP(freep) char *python = markdown_code(page, busiest->python, NAME_CHARACTERS);
	if (name && python)
		markdown_say(page, "- [ ] The Python is the one that was meant: %s %s\n", name,
			     python);
}

static void say_record(struct markdown *page, const struct profile *profile,
		       const struct report_choice *choice, const char *filters)
{
	const struct profile_facts *facts = &profile->facts;
	uint64_t all = profile_total(profile);
	double received = percent((double)facts->received, (double)facts->due);

	markdown_say(page, "#### 2. Record\n\n- %s clock at %g Hz, ltsbpf %s\n",
		     facts->clock ? facts->clock : "", facts->rate_hz, choice->version);
	markdown_say(page, "- [%c] Samples: %lu received of %lu due (%.1f %%)%s\n",
		     received >= ENOUGH_PERCENT && !facts->cut_short ? 'x' : ' ',
		     (unsigned long)facts->received, (unsigned long)facts->due, received,
		     facts->cut_short ? "; the recording was cut short" : "");
	if (facts->filtered)
		markdown_say(page, "- %lu of them are left out (%s)\n",
			     (unsigned long)facts->filtered, filters);
	markdown_say(page,
		     "- [%c] Enough of them: a share of 20 %% has a margin of ±%.1f points%s\n",
		     all >= FEW_SAMPLES ? 'x' : ' ', all ? 100 * sample_margin(all / 5, all) : 100,
		     all >= FEW_SAMPLES ? "" : "; record for longer, or at a higher `--rate`");
	say_pythons(page, profile);
	say_losses(page, profile);
}

static char *say_function(struct markdown *page, const struct profile *profile, uint32_t frame,
			  uint64_t samples)
{
	CLEANUP(freep) char *label = frame_label(frames_get(&profile->frames, frame));
	CLEANUP(freep) char *name = label ? markdown_code(page, label, NAME_CHARACTERS) : NULL;
	uint64_t all = profile_total(profile);

	if (!name) {
		page->err = -ENOMEM;
		return NULL;
	}
	markdown_say(page, "| %.1f ± %.1f | %.3f | %s |\n", percent((double)samples, (double)all),
		     100 * sample_margin(samples, all), profile_seconds(profile, samples), name);
	return TAKE(name);
}

/* The table's first functions; *first is the hottest one's name, owned by the caller. */
static void say_functions(struct markdown *page, const struct profile *profile,
			  struct function_table *table, enum function_order order, char **first)
{
	function_table_sort(table, profile, order);
	markdown_say(page, "\n| %% | s | %s |\n|--:|--:|:--|\n",
		     order == FUNCTIONS_BY_SELF ? "own time" : "with everything it calls");
	for (size_t i = 0; i < table->function_count && i < TOP && !page->err; i++) {
		const struct function_cost *cost = &table->functions[i];
		uint64_t samples = order == FUNCTIONS_BY_SELF ? cost->self : cost->total;
		if (!samples)
			break;
		CLEANUP(freep) char *name = say_function(page, profile, cost->frame, samples);
		if (!i)
			*first = TAKE(name);
	}
}

static void say_read(struct markdown *page, const struct profile *profile,
		     struct function_table *table)
{
	CLEANUP(freep) char *by_self = NULL;
	CLEANUP(freep) char *by_total = NULL;
	const struct profile_facts *facts = &profile->facts;
	double busy = percent(facts->cpu_s, facts->duration_s);

	markdown_say(page, "\n#### 3. Read\n\n- CPU time is %.0f %% of the wall time%s\n", busy,
		     busy < BUSY_PERCENT
			     ? ": the program waits, and no function below explains that time"
			     : "");
	say_functions(page, profile, table, FUNCTIONS_BY_SELF, &by_self);
	say_functions(page, profile, table, FUNCTIONS_BY_TOTAL, &by_total);
	markdown_say(page, "\n#### 4. Explain\n\n- [ ] %s takes its time because ___\n",
		     by_self ? by_self : "___");
	markdown_say(page, "- [ ] It is called by ___, ___ times\n");
}

static void say_prove(struct markdown *page)
{
	markdown_say(page,
		     "\n#### 5. Change and prove\n\n"
		     "- [ ] One change: ___\n"
		     "- [ ] The results are still right: ___\n"
		     "- [ ] The same command recorded again: `ltsbpf diff` says ___\n"
		     "- [ ] Three runs without a profiler now take ___, ___ and ___ s: better "
		     "by more than they differ among themselves\n");
}

int report_checklist_write(const struct profile *profile, const struct report_choice *choice,
			   FILE *stream)
{
	CLEANUP(function_table_done) struct function_table table;
	int err = function_table_make(profile, &table);
	struct markdown page = {.stream = stream};
	const char *told = profile->facts.command ? profile->facts.command : "";

	if (err)
		return err;
	CLEANUP(freep) char *command = markdown_code(&page, told, COMMAND_CHARACTERS);
	CLEANUP(freep) char *filters = markdown_code(&page, choice->filters, COMMAND_CHARACTERS);
	if (!command || !filters)
		return -ENOMEM;
	say_confirm(&page, &profile->facts, command);
	say_record(&page, profile, choice, filters);
	say_read(&page, profile, &table);
	say_prove(&page);
	return markdown_end(&page);
}
