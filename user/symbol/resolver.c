// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/resolver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "ltsbpf.h"
#include "profile/profile.h"
#include "recording/format.h"
#include "symbol/calls.h"
#include "symbol/collections.h"
#include "symbol/counted_stacks.h"
#include "symbol/facts.h"
#include "symbol/functions.h"
#include "symbol/gaps.h"
#include "symbol/imports.h"
#include "symbol/native_symbols.h"
#include "symbol/processes.h"
#include "symbol/stack_filter.h"
#include "symbol/tree.h"

struct resolver {
	struct resolver_view view;
	struct functions functions;
	struct native_symbols natives;
	struct processes processes;
	struct run_facts facts;
	struct collections collections;
	struct imports imports;
	struct calls calls;
	struct gaps gaps;
	struct counted_stacks stacks;
	struct frames frames; /* moves into the profile */
	uint64_t skipped;     /* samples */
};

struct resolver *resolver_new(const struct resolver_view *view)
{
	struct resolver *resolver = calloc(1, sizeof(*resolver));

	if (resolver)
		resolver->view = *view;
	return resolver;
}

void resolver_free(struct resolver *resolver)
{
	if (!resolver)
		return;
	functions_done(&resolver->functions);
	processes_done(&resolver->processes);
	run_facts_done(&resolver->facts);
	imports_done(&resolver->imports);
	calls_done(&resolver->calls);
	native_symbols_done(&resolver->natives);
	gaps_done(&resolver->gaps);
	counted_stacks_done(&resolver->stacks);
	frames_done(&resolver->frames);
	free(resolver);
}

void resolver_freep(struct resolver **resolver)
{
	resolver_free(*resolver);
	*resolver = NULL;
}

bool resolver_knows_stack(const struct resolver *resolver, uint64_t stack)
{
	return counted_stacks_find(&resolver->stacks, stack) != NULL;
}

/* The thread by which samples of a stack are told apart; 0 = they are not. */
static uint32_t thread_key(const struct resolver *resolver, const struct counted_stack *stack,
			   const struct record *head)
{
	const struct resolver_view *view = &resolver->view;

	if (view->by_thread || view->detail || view->timeline ||
	    (view->filter && view->filter->has_thread))
		return head->tid;
	return !stack->depth && stack->native_depth ? head->tid : 0;
}

static bool is_skipped(const struct resolver *resolver, const struct record *head)
{
	uint64_t begin_ns = resolver->facts.begin.head.time_ns;

	return head->time_ns < begin_ns + resolver->view.skip_ns && resolver->view.skip_ns;
}

/* A sample of a stack that never came is counted, not shown: its process alone is known. */
static int count_sample(struct resolver *resolver, uint64_t hash, const struct record *head)
{
	struct counted_stacks *stacks = &resolver->stacks;
	const struct counted_stack *stack = counted_stacks_find(stacks, hash);

	if (!stack) {
		resolver->facts.stackless += head->weight;
		return 0;
	}
	resolver->processes.list.items[stack->process].samples += head->weight;
	resolver->facts.received += head->weight;
	if (is_skipped(resolver, head)) {
		resolver->skipped += head->weight;
		return 0;
	}
	struct counted_sample sample = {
		.time_ns = head->time_ns,
		.stack = (uint32_t)(stack - stacks->list.items),
		.tid = thread_key(resolver, stack, head),
		.weight = head->weight,
	};
	if (resolver->view.timeline && vec_push(&stacks->timeline, sample))
		return -ENOMEM;
	return counted_stacks_count(stacks, sample.stack, sample.tid, head->weight);
}

static int feed_stack(struct resolver *resolver, const struct stack_record *record)
{
	if (!resolver_knows_stack(resolver, record->stack)) {
		int64_t process = processes_find(&resolver->processes, record->head.pid);
		if (process < 0 || counted_stacks_add(&resolver->stacks, record, (uint32_t)process))
			return -ENOMEM;
	}
	return count_sample(resolver, record->stack, &record->head);
}

static int feed_process(struct resolver *resolver, const struct record *record)
{
	if (imports_feed(&resolver->imports, record, &resolver->frames.strings))
		return -ENOMEM;
	return record->kind == RECORD_EXIT ? 0 : processes_feed(&resolver->processes, record);
}

int resolver_feed(struct resolver *resolver, const struct record *record)
{
	const struct interpreter_record *interpreter = (const void *)record;

	switch (record->kind) {
	case RECORD_SAMPLE:
		return count_sample(resolver, ((const struct sample_record *)record)->stack,
				    record);
	case RECORD_STACK:
		return feed_stack(resolver, (const struct stack_record *)record);
	case RECORD_FUNCTION:
		return functions_add(&resolver->functions, (const void *)record, &resolver->frames);
	case RECORD_IMAGE:
		return native_symbols_add_image(&resolver->natives, (const void *)record,
						&resolver->frames);
	case RECORD_SYMBOL:
		return native_symbols_add(&resolver->natives, (const void *)record,
					  &resolver->frames);
	case RECORD_INTERPRETER:
		processes_set_without_probes(&resolver->processes, record->pid,
					     interpreter->without_probes);
		return processes_set_python(&resolver->processes, record->pid, interpreter->data);
	case RECORD_FORK:
	case RECORD_EXEC:
	case RECORD_RENAME:
	case RECORD_FREED:
	case RECORD_EXIT:
	case RECORD_CPU:
		return feed_process(resolver, record);
	case RECORD_IMPORT:
		return imports_feed(&resolver->imports, record, &resolver->frames.strings);
	case RECORD_COLLECTION:
		collections_add(&resolver->collections, (const void *)record);
		return 0;
	case RECORD_BEGIN:
		return run_facts_begin(&resolver->facts, (const void *)record);
	case RECORD_CALLS:
		return calls_add(&resolver->calls, (const void *)record);
	case RECORD_CALLS_STATE:
		calls_set_state(&resolver->calls, (const void *)record);
		return 0;
	case RECORD_PROGRESS:
		run_facts_progress(&resolver->facts, (const void *)record);
		return 0;
	default:
		return 0;
	}
}

static int fill_tree(struct resolver *resolver, struct profile *profile)
{
	struct tree_parts parts = {
		.view = &resolver->view,
		.stacks = &resolver->stacks,
		.processes = &resolver->processes,
		.functions = &resolver->functions,
		.natives = &resolver->natives,
		.gaps = &resolver->gaps,
		.begin_ns = resolver->facts.begin.head.time_ns,
	};
	int err = tree_fill(&parts, profile);

	memcpy(resolver->facts.by_status, parts.by_status, sizeof(parts.by_status));
	profile->facts.filtered += resolver->skipped;
	return err;
}

int resolver_finish(struct resolver *resolver, struct profile **profile)
{
	CLEANUP(profile_freep) struct profile *made = profile_new();

	if (!made)
		return -ENOMEM;
	frames_done(&made->frames);
	made->frames = resolver->frames;
	resolver->frames = (struct frames){0};
	resolver->facts.collisions = resolver->functions.collisions;
	processes_inherit(&resolver->processes);
	made->facts.by_thread = resolver->view.by_thread;
	made->facts.by_line = resolver->view.by_line;
	if (fill_tree(resolver, made) || gaps_fill(&resolver->gaps, &resolver->natives, made) ||
	    collections_fill(&resolver->collections, made) ||
	    imports_fill(&resolver->imports, resolver->facts.progress.head.time_ns, made) ||
	    run_facts_fill(&resolver->facts, &resolver->processes, made) ||
	    calls_fill(&resolver->calls, &resolver->functions, resolver->facts.begin.head.time_ns,
		       made))
		return -ENOMEM;
	*profile = TAKE(made);
	return 0;
}
