// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/resolver.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "ltsbpf.h"
#include "profile/profile.h"
#include "recording/format.h"
#include "symbol/calls.h"
#include "symbol/collections.h"
#include "symbol/facts.h"
#include "symbol/functions.h"
#include "symbol/gaps.h"
#include "symbol/imports.h"
#include "symbol/native_symbols.h"
#include "symbol/processes.h"
#include "symbol/stack_path.h"

struct stack {
	size_t first; /* in words: Python's, then the machine's */
	uint32_t depth, native_depth, status;
	uint32_t process; /* stacks of two processes never share a hash */
};

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
	VEC(uint64_t) words;
	VEC(struct stack) stacks;
	struct map64 stack_by_hash;
	struct map64 samples; /* stack and thread -> samples */
	struct frames frames; /* moves into the profile */
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
	vec_done(&resolver->words);
	vec_done(&resolver->stacks);
	map64_done(&resolver->stack_by_hash);
	map64_done(&resolver->samples);
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
	uint64_t index;

	return map64_get(&resolver->stack_by_hash, stack, &index);
}

static int add_stack(struct resolver *resolver, const struct stack_record *record)
{
	int64_t process = processes_find(&resolver->processes, record->head.pid);
	uint32_t depth = record->depth + record->native_depth;
	struct stack stack = {
		.first = resolver->words.count,
		.depth = record->depth,
		.native_depth = record->native_depth,
		.status = record->status < STACK_STATUSES ? record->status : STACK_UNREADABLE,
		.process = (uint32_t)process,
	};

	if (process < 0 || vec_reserve(&resolver->words, depth))
		return -ENOMEM;
	memcpy(resolver->words.items + resolver->words.count, record->frames,
	       depth * sizeof(*record->frames));
	resolver->words.count += depth;
	if (vec_push(&resolver->stacks, stack))
		return -ENOMEM;
	return map64_put(&resolver->stack_by_hash, record->stack, resolver->stacks.count - 1);
}

/* Stacks without Python are told apart by their thread: it says more than the process. */
static uint32_t thread_key(const struct resolver *resolver, const struct stack *stack,
			   const struct record *head)
{
	if (resolver->view.by_thread)
		return head->tid;
	return !stack->depth && stack->native_depth && head->tid != head->pid ? head->tid : 0;
}

/* A sample of a stack that never came is counted, not shown: its process alone is known. */
static int count_sample(struct resolver *resolver, uint64_t hash, const struct record *head)
{
	uint64_t index;

	if (!map64_get(&resolver->stack_by_hash, hash, &index)) {
		resolver->facts.stackless += head->weight;
		return 0;
	}
	const struct stack *stack = &resolver->stacks.items[index];
	resolver->processes.list.items[stack->process].samples += head->weight;
	resolver->facts.received += head->weight;
	return map64_add(&resolver->samples, index << 32 | thread_key(resolver, stack, head),
			 head->weight);
}

static int feed_stack(struct resolver *resolver, const struct stack_record *record)
{
	if (!resolver_knows_stack(resolver, record->stack) && add_stack(resolver, record))
		return -ENOMEM;
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

/* Before its interpreter is mapped, a Python process is not told from any other. */
static enum stack_status status_of(const struct resolver *resolver, const struct stack *stack)
{
	const struct process *process = &resolver->processes.list.items[stack->process];

	if (stack->status == STACK_NOT_PYTHON && *process->python)
		return STACK_STARTING;
	return stack->status;
}

/* The text of a marker that stands where frames are missing; NULL when none are. */
static const char *marker_of(enum stack_status status, const struct stack *stack)
{
	switch (status) {
	case STACK_STARTING:
		return "[interpreter starting or ending]";
	case STACK_NATIVE_THREAD:
		return stack->native_depth ? NULL : "[native thread]";
	case STACK_UNKNOWN_PYTHON:
		return "[unknown Python version]";
	case STACK_UNREADABLE:
		return "[unreadable]";
	case STACK_TORN:
		return "[torn]";
	case STACK_TRUNCATED:
		return "[truncated]";
	default:
		return NULL;
	}
}

/* tid 0: of a thread that is not told from others. */
static int64_t thread_frame(const struct resolver *resolver, struct profile *profile, uint32_t tid)
{
	const char *name = processes_thread_name(&resolver->processes, tid);
	char with_id[COMM_BYTES + 32];

	if (!tid || (!resolver->view.by_thread && !*name))
		return frames_add(&profile->frames, FRAME_THREAD, "[other threads]");
	if (!resolver->view.by_thread)
		return frames_add(&profile->frames, FRAME_THREAD, name);
	snprintf(with_id, sizeof(with_id), "%s (%u)", name, tid);
	return frames_add(&profile->frames, FRAME_THREAD, with_id);
}

enum {
	DRAWN_BY_THREAD = 1 << 20,
	DRAWN_PER_WORD = 16
};

static int path_push(struct stack_path *path, int64_t frame)
{
	return frame < 0 ? -ENOMEM : vec_push(&path->frames, (uint32_t)frame);
}

/*
 * A record of 32 bytes can put a stack of 1024 frames under one more thread: so many frames in all
 * may be drawn thread by thread, then the threads are taken together.
 */
static bool may_split(const struct resolver *resolver, uint64_t drawn)
{
	return drawn < DRAWN_BY_THREAD || drawn / DRAWN_PER_WORD < resolver->words.count;
}

static struct stack_words words_of(const struct resolver *resolver, const struct stack *stack)
{
	const uint64_t *words = resolver->words.items + stack->first;

	return (struct stack_words){
		.python = words,
		.native = words + stack->depth,
		.python_depth = stack->depth,
		.native_depth = stack->native_depth,
		.python_cut = stack->status != STACK_COMPLETE,
	};
}

/* drawn: frames of all paths so far. */
static int fill_path(const struct resolver *resolver, struct profile *profile,
		     const struct stack *stack, uint32_t tid, uint64_t drawn,
		     struct stack_path *path)
{
	const struct process *process = &resolver->processes.list.items[stack->process];
	const char *marker = marker_of(status_of(resolver, stack), stack);
	struct stack_words words = words_of(resolver, stack);
	struct word_meanings meanings = {
		.functions = &resolver->functions,
		.natives = &resolver->natives,
		.view = &resolver->view,
		.pid = process->pid,
	};

	path->frames.count = 0;
	if (path_push(path, frames_add(&profile->frames, FRAME_PROCESS, process->name)))
		return -ENOMEM;
	if (tid &&
	    path_push(path, thread_frame(resolver, profile, may_split(resolver, drawn) ? tid : 0)))
		return -ENOMEM;
	if (marker && path_push(path, frames_add(&profile->frames, FRAME_MARKER, marker)))
		return -ENOMEM;
	return stack_path_append(path, &words, &meanings, &profile->frames);
}

static int fill_tree(struct resolver *resolver, struct profile *profile)
{
	const struct map64 *samples = &resolver->samples;
	struct stack_path path = {0};
	uint64_t drawn = 0;
	int err = 0;

	for (size_t i = 0; i < samples->capacity && !err; i++) {
		if (!samples->used[i])
			continue;
		const struct stack *stack = &resolver->stacks.items[samples->keys[i] >> 32];
		resolver->facts.by_status[status_of(resolver, stack)] += samples->values[i];
		err = fill_path(resolver, profile, stack, (uint32_t)samples->keys[i], drawn, &path);
		drawn += path.frames.count;
		if (!err && stack->native_depth)
			err = gaps_count(&resolver->gaps, &path.merged, &resolver->natives,
					 resolver->processes.list.items[stack->process].pid,
					 samples->values[i]);
		if (!err)
			err = profile_add(profile, path.frames.items, path.frames.count,
					  path.leaf_line, samples->values[i]);
	}
	stack_path_done(&path);
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
