// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/markdown_events.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "output/markdown.h"
#include "profile/slowest.h"

enum {
	NAME_CHARACTERS = 120
};

static void begin(struct markdown *page, const char *title, size_t count, const char *head)
{
	markdown_say(page, "\n<details><summary>%s (%zu)</summary>\n\n%s\n", title, count, head);
}

static void end(struct markdown *page)
{
	markdown_say(page, "\n</details>\n");
}

static bool put_process(struct markdown *page, const struct profile_process *process)
{
	CLEANUP(freep) char *name = markdown_code(page, process->name, NAME_CHARACTERS);
	CLEANUP(freep) char *python = markdown_code(page, process->python, NAME_CHARACTERS);

	return name && python &&
	       markdown_row(page, "| %.3f | %lu | %s | %u | %s |\n", process->cpu_s,
			    (unsigned long)process->samples, name, process->pid,
			    *process->python ? python : "");
}

static void say_processes(struct markdown *page, const struct profile *profile, size_t top)
{
	size_t count = profile->processes.count;
	CLEANUP(freep) const struct profile_process **order = slowest_processes(profile);

	if (!order) {
		page->err = -ENOMEM;
		return;
	}
	if (!count)
		return;
	begin(page, "Processes", count,
	      "| CPU s | samples | name | process | Python |\n|--:|--:|:--|--:|:--|");
	for (size_t i = 0; i < count && i < top && put_process(page, order[i]); i++)
		;
	end(page);
}

static void say_collections(struct markdown *page, const struct profile *profile, size_t top)
{
	size_t count = profile->collections.count;

	if (!count)
		return;
	begin(page, "Garbage collections by generation", count,
	      "| generation | times | wall s | longest ms | objects |\n|--:|--:|--:|--:|--:|");
	for (size_t i = 0; i < count && i < top; i++) {
		const struct profile_collection *each = &profile->collections.items[i];
		if (!markdown_row(page, "| %u | %lu | %.3f | %.1f | %lu |\n", each->generation,
				  (unsigned long)each->count, each->total_s, 1e3 * each->longest_s,
				  (unsigned long)each->collected))
			break;
	}
	end(page);
}

static bool put_import(struct markdown *page, const struct profile *profile,
		       const struct profile_import *import)
{
	const char *parent =
		import->parent ? profile->imports.items[import->parent - 1].module : "";
	CLEANUP(freep) char *module = markdown_code(page, import->module, NAME_CHARACTERS);
	CLEANUP(freep) char *below = markdown_code(page, parent, NAME_CHARACTERS);

	return module && below &&
	       markdown_row(page, "| %.1f | %.1f | %lu | %s | %s |\n", 1e3 * import->total_s,
			    1e3 * import->self_s, (unsigned long)import->count, module,
			    *parent ? below : "");
}

static void say_imports(struct markdown *page, const struct profile *profile, size_t top)
{
	size_t count = profile->imports.count;
	CLEANUP(freep) const struct profile_import **order = slowest_imports(profile);

	if (!order) {
		page->err = -ENOMEM;
		return;
	}
	if (!count)
		return;
	begin(page, "Imports, the slowest first", count,
	      "| wall ms | own ms | times | module | in |\n|--:|--:|--:|:--|:--|");
	for (size_t i = 0; i < count && i < top && put_import(page, profile, order[i]); i++)
		;
	end(page);
}

static void say_calls(struct markdown *page, const struct profile *profile)
{
	const struct profile_calls_facts *calls = &profile->facts.calls;
	uint64_t counted = 0;

	if (calls->kind == CALLS_NONE)
		return;
	for (size_t i = 0; i < profile->calls.count; i++)
		counted += profile->calls.items[i].calls;
	markdown_say(page, "\n%lu calls counted exactly in %.3f s%s; the probes cost %.3f s.\n",
		     (unsigned long)counted, calls->covered_s,
		     calls->over_budget ? ", then the budget was used up" : "", calls->cost_s);
}

/* Every reason; the gaps among native frames as far as there is room. */
static void say_losses(struct markdown *page, const struct profile *profile, size_t top)
{
	const struct profile_facts *facts = &profile->facts;

	begin(page, "Losses and remarks", profile->losses.count,
	      "| times | what | reason |\n|--:|:--|:--|");
	for (size_t i = 0; i < profile->losses.count; i++) {
		const struct profile_loss *loss = &profile->losses.items[i];
		if (!markdown_row(page, "| %lu | %s | `%s` |\n", (unsigned long)loss->count,
				  loss->sentence, loss->reason))
			break;
	}
	for (size_t i = 0; i < profile->gaps.count && i < top; i++) {
		const struct profile_gap *gap = &profile->gaps.items[i];
		CLEANUP(freep) char *marker = markdown_code(page, gap->marker, NAME_CHARACTERS);
		if (!marker || !markdown_row(page, "| %lu | native stacks end at %s | |\n",
					     (unsigned long)gap->count, marker))
			break;
	}
	markdown_say(page, "\n%lu samples have a complete Python stack",
		     (unsigned long)facts->python_stacks);
	if (facts->native_stacks)
		markdown_say(page, "; of %lu native stacks %.1f %% are whole",
			     (unsigned long)facts->native_stacks,
			     100 * (double)facts->whole_stacks / (double)facts->native_stacks);
	markdown_say(page, ". ltsbpf itself used %.3f s of CPU in user space and %.3f s in BPF.\n",
		     facts->own_user_s, facts->own_bpf_s);
	end(page);
}

void markdown_events(struct markdown *page, const struct profile *profile, size_t top)
{
	say_processes(page, profile, top);
	say_collections(page, profile, top);
	say_imports(page, profile, top);
	say_calls(page, profile);
	say_losses(page, profile, top);
}
