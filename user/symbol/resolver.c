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
#include "symbol/imports.h"
#include "symbol/processes.h"

struct stack {
	size_t first; /* in words */
	uint32_t depth, status;
	uint32_t process; /* stacks of two processes never share a hash */
};

struct resolver {
	bool by_thread;
	struct functions functions;
	struct processes processes;
	struct run_facts facts;
	struct collections collections;
	struct imports imports;
	struct calls calls;
	VEC(uint64_t) words;
	VEC(struct stack) stacks;
	struct map64 stack_by_hash;
	struct map64 samples; /* stack and thread -> samples */
	struct frames frames; /* moves into the profile */
};

struct resolver *resolver_new(bool by_thread)
{
	struct resolver *resolver = calloc(1, sizeof(*resolver));

	if (resolver)
		resolver->by_thread = by_thread;
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
	struct stack stack = {
		.first = resolver->words.count,
		.depth = record->depth,
		.status = record->status < STACK_STATUSES ? record->status : STACK_UNREADABLE,
		.process = (uint32_t)process,
	};

	if (process < 0 || vec_reserve(&resolver->words, record->depth))
		return -ENOMEM;
	memcpy(resolver->words.items + resolver->words.count, record->frames,
	       record->depth * sizeof(*record->frames));
	resolver->words.count += record->depth;
	if (vec_push(&resolver->stacks, stack))
		return -ENOMEM;
	return map64_put(&resolver->stack_by_hash, record->stack, resolver->stacks.count - 1);
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
	return map64_add(&resolver->samples, index << 32 | (resolver->by_thread ? head->tid : 0),
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
static const char *marker_of(enum stack_status status)
{
	switch (status) {
	case STACK_STARTING:
		return "[interpreter starting or ending]";
	case STACK_NATIVE_THREAD:
		return "[native thread]";
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

static int64_t thread_frame(const struct resolver *resolver, struct profile *profile, uint32_t tid)
{
	char name[COMM_BYTES + 32];

	snprintf(name, sizeof(name), "%s (%u)", processes_thread_name(&resolver->processes, tid),
		 tid);
	return frames_add(&profile->frames, FRAME_THREAD, name);
}

enum {
	DRAWN_BY_THREAD = 1 << 20,
	DRAWN_PER_WORD = 16
};

struct path {
	VEC(uint32_t) frames; /* root first */
	uint32_t leaf_line;
	uint64_t drawn; /* frames of all paths so far */
};

static int path_push(struct path *path, int64_t frame)
{
	return frame < 0 ? -ENOMEM : vec_push(&path->frames, (uint32_t)frame);
}

static int64_t marker_frame(struct profile *profile, uint64_t word)
{
	char name[32];

	if (word >> FRAME_KIND_SHIFT != FRAME_WORD_COLLECTION)
		return frames_add(&profile->frames, FRAME_MARKER, "[unknown function]");
	snprintf(name, sizeof(name), "[gc gen %llu]",
		 (unsigned long long)(word >> FRAME_ID_SHIFT & FRAME_ID_MASK));
	return frames_add(&profile->frames, FRAME_MARKER, name);
}

static int push_functions(const struct resolver *resolver, struct profile *profile,
			  const struct stack *stack, struct path *path)
{
	for (uint32_t i = stack->depth; i-- > 0;) {
		uint64_t word = resolver->words.items[stack->first + i];
		const struct function *function =
			word >> FRAME_KIND_SHIFT == FRAME_WORD_PYTHON
				? functions_find(&resolver->functions, word)
				: NULL;
		if (path_push(path, function ? function->frame : marker_frame(profile, word)))
			return -ENOMEM;
		if (!i && function)
			path->leaf_line = functions_line(&resolver->functions, function, word);
	}
	return 0;
}

/*
 * A record of 32 bytes can put a stack of 1024 frames under one more thread: so many frames in all
 * may be drawn thread by thread, then the threads are taken together.
 */
static bool may_split(const struct resolver *resolver, uint64_t drawn)
{
	return drawn < DRAWN_BY_THREAD || drawn / DRAWN_PER_WORD < resolver->words.count;
}

static int fill_path(const struct resolver *resolver, struct profile *profile,
		     const struct stack *stack, uint32_t tid, struct path *path)
{
	const struct process *process = &resolver->processes.list.items[stack->process];
	const char *marker = marker_of(status_of(resolver, stack));

	path->frames.count = 0;
	path->leaf_line = 0;
	if (path_push(path, frames_add(&profile->frames, FRAME_PROCESS, process->name)))
		return -ENOMEM;
	path->drawn += stack->depth;
	if (tid && path_push(path, may_split(resolver, path->drawn)
					   ? thread_frame(resolver, profile, tid)
					   : frames_add(&profile->frames, FRAME_THREAD,
							"[other threads]")))
		return -ENOMEM;
	if (marker && path_push(path, frames_add(&profile->frames, FRAME_MARKER, marker)))
		return -ENOMEM;
	return push_functions(resolver, profile, stack, path);
}

static int fill_tree(struct resolver *resolver, struct profile *profile)
{
	const struct map64 *samples = &resolver->samples;
	struct path path = {0};
	int err = 0;

	for (size_t i = 0; i < samples->capacity && !err; i++) {
		if (!samples->used[i])
			continue;
		const struct stack *stack = &resolver->stacks.items[samples->keys[i] >> 32];
		resolver->facts.by_status[status_of(resolver, stack)] += samples->values[i];
		err = fill_path(resolver, profile, stack, (uint32_t)samples->keys[i], &path);
		if (!err)
			err = profile_add(profile, path.frames.items, path.frames.count,
					  path.leaf_line, samples->values[i]);
	}
	vec_done(&path.frames);
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
	made->facts.by_thread = resolver->by_thread;
	if (fill_tree(resolver, made) || collections_fill(&resolver->collections, made) ||
	    imports_fill(&resolver->imports, resolver->facts.progress.head.time_ns, made) ||
	    run_facts_fill(&resolver->facts, &resolver->processes, made) ||
	    calls_fill(&resolver->calls, &resolver->functions, resolver->facts.begin.head.time_ns,
		       made))
		return -ENOMEM;
	*profile = TAKE(made);
	return 0;
}
