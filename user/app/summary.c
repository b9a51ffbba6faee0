// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/summary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/summary_events.h"
#include "app/summary_functions.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "output/report.h"
#include "profile/profile.h"
#include "profile/slowest.h"

enum {
	TOP = 10
};

static int print_process(const struct profile_process *process, FILE *stream)
{
	CLEANUP(freep) char *name = text_printable(process->name, "");

	if (!name)
		return -ENOMEM;
	fprintf(stream, "  %9.3f s  %8lu samples  %s (%u)%s%s\n", process->cpu_s,
		(unsigned long)process->samples, name, process->pid,
		*process->python ? ", Python " : "", process->python);
	return 0;
}

static int print_processes(const struct profile *profile, FILE *stream)
{
	size_t count = profile->processes.count;
	CLEANUP(freep) const struct profile_process **order = slowest_processes(profile);
	int err = order ? 0 : -ENOMEM;
	double rest_s = 0;

	if (err)
		return err;
	fprintf(stream, "\nProcesses (%zu), CPU time:\n", count);
	for (size_t i = 0; i < count && !err; i++) {
		if (i < TOP)
			err = print_process(order[i], stream);
		else
			rest_s += order[i]->cpu_s;
	}
	if (count > TOP)
		fprintf(stream, "  %9.3f s  in %zu more\n", rest_s, count - TOP);
	return err;
}

static void print_calls_cost(const struct profile_calls_facts *calls, bool timed, FILE *stream)
{
	if (!calls->hits)
		return;
	fprintf(stream, "  %lu probe hits cost about %.3f s (%.2f us a trap, calibrated%s)\n",
		(unsigned long)calls->hits, calls->cost_s, 1e6 * calls->trap_s,
		timed ? "; taken off the times" : "");
}

static void print_calls(const struct profile *profile, FILE *stream)
{
	const struct profile_calls_facts *calls = &profile->facts.calls;
	bool timed = calls->kind == CALLS_TIMES && !calls->over_budget;
	uint64_t counted = 0;

	if (calls->kind == CALLS_NONE)
		return;
	for (size_t i = 0; i < profile->calls.count; i++)
		counted += profile->calls.items[i].calls;
	fprintf(stream, "\nCalls: %lu counted exactly in %.3f s, times %s\n",
		(unsigned long)counted, calls->covered_s, timed ? "by the probes" : "sampled");
	print_calls_cost(calls, timed, stream);
	if (calls->over_budget)
		fprintf(stream,
			"  counting ended after %.3f s: the budget was used up (--calls-budget)\n",
			calls->covered_s);
	if (calls->uncounted)
		fprintf(stream, "  %8lu  calls without a place or a name (uncounted)\n",
			(unsigned long)calls->uncounted);
}

/* Whole stacks of machine code, and where the others end. */
static void print_native(const struct profile *profile, FILE *stream)
{
	const struct profile_facts *facts = &profile->facts;

	if (!facts->native_stacks)
		return;
	fprintf(stream,
		"Native stacks: %lu, %.1f %% of them whole, down to where the thread began\n",
		(unsigned long)facts->native_stacks,
		100.0 * (double)facts->whole_stacks / (double)facts->native_stacks);
	for (size_t i = 0; i < profile->gaps.count && i < TOP; i++) {
		CLEANUP(freep) char *marker = text_printable(profile->gaps.items[i].marker, "");
		fprintf(stream, "  %8lu  end at %s\n", (unsigned long)profile->gaps.items[i].count,
			marker ? marker : "");
	}
}

static void print_samples(const struct profile *profile, FILE *stream)
{
	const struct profile_facts *facts = &profile->facts;
	double expected = facts->due ? (double)facts->due : 1;

	fprintf(stream,
		"\nSamples: %lu due (%.3f s of CPU time at %g Hz), %lu received (%.1f %%), ",
		(unsigned long)facts->due, facts->cpu_s, facts->rate_hz,
		(unsigned long)facts->received, 100.0 * (double)facts->received / expected);
	fprintf(stream, "%lu with a complete Python stack\n", (unsigned long)facts->python_stacks);
	for (size_t i = 0; i < profile->losses.count; i++)
		fprintf(stream, "  %8lu  %s (%s)\n", (unsigned long)profile->losses.items[i].count,
			profile->losses.items[i].sentence, profile->losses.items[i].reason);
	print_native(profile, stream);
	fprintf(stream,
		"Cost: ltsbpf used %.3f s of CPU in user space and %.3f s in BPF, beside "
		"%.3f s of the program\n",
		facts->own_user_s, facts->own_bpf_s, facts->cpu_s);
}

/* Why a recording can be empty, most likely first. */
static void explain_no_samples(const struct profile *profile, FILE *stream)
{
	const struct profile_facts *facts = &profile->facts;
	double period_s = (double)facts->period_ns / 1e9;

	fputs("\nNo samples: ", stream);
	if (facts->cut_short && !facts->duration_s)
		fputs("ltsbpf was killed or still runs, and has written nothing yet. It writes "
		      "what there is every second\n",
		      stream);
	else if (facts->cpu_s < 2 * period_s)
		fprintf(stream,
			"the program used %.3f s of CPU in %.3f s, and a sample is due every "
			"%.3f s of CPU time. It waited or was over too soon: a higher --rate "
			"sees more\n",
			facts->cpu_s, facts->duration_s, period_s);
	else
		fprintf(stream,
			"the program used %.3f s of CPU but no clock tick reached us: `ltsbpf "
			"doctor` tells what is missing\n",
			facts->cpu_s);
}

static void print_header(const struct profile *profile, FILE *stream)
{
	const struct profile_facts *facts = &profile->facts;
	CLEANUP(freep) char *command = text_printable(facts->command, "");

	fprintf(stream, "%s\n", command ? command : "");
	fprintf(stream, "  %s clock at %g Hz, %.3f s of wall time, %.3f s of CPU%s\n", facts->clock,
		facts->rate_hz, facts->duration_s, facts->cpu_s,
		facts->cut_short ? "; cut short: ltsbpf was killed or still runs" : "");
}

/* What the filters left out, and which ones did. */
static int print_filtered(const struct profile *profile, const struct report_choice *choice,
			  FILE *stream)
{
	CLEANUP(freep) char *filters = text_printable(choice->filters, "");

	if (!filters)
		return -ENOMEM;
	if (profile->facts.filtered)
		fprintf(stream, "\nLeft out: %lu of %lu samples (%s)\n",
			(unsigned long)profile->facts.filtered,
			(unsigned long)profile->facts.received, filters);
	return 0;
}

static int print_functions(const struct profile *profile, const struct report_choice *choice,
			   FILE *stream)
{
	CLEANUP(function_table_done) struct function_table table;
	int err = function_table_make(profile, &table);

	if (err)
		return err;
	if (!profile_total(profile) && profile->facts.filtered)
		fputs("\nNo samples are left\n", stream);
	else if (!profile_total(profile))
		explain_no_samples(profile, stream);
	else if (!table.function_count)
		fputs("\nNo Python functions: no process of the program ran a Python that ltsbpf "
		      "knows. The time stands under the processes' names\n",
		      stream);
	return profile_total(profile) ? summary_print_functions(profile, &table, choice, stream)
				      : 0;
}

int summary_print_as(const struct profile *profile, const struct report_choice *choice,
		     FILE *stream)
{
	int err;

	print_header(profile, stream);
	err = print_filtered(profile, choice, stream);
	if (!err)
		err = print_functions(profile, choice, stream);
	if (!err)
		err = print_processes(profile, stream);
	if (!err)
		err = summary_print_events(profile, stream);
	print_calls(profile, stream);
	print_samples(profile, stream);
	return err;
}

int summary_print(const struct profile *profile, FILE *stream)
{
	return summary_print_as(profile, &(struct report_choice){.filters = ""}, stream);
}
