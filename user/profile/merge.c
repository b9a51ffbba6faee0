// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/merge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/merge_events.h"

enum {
	LONGEST_COMMAND = 400 /* of the runs' commands together, in bytes */
};

/* Ids of the one profile as ids of the other. */
struct merging {
	struct profile *into;
	const struct profile *from;
	uint32_t *frames, *nodes;
};

static const char *text_of(struct merging *merging, const char *text)
{
	return strings_add(&merging->into->frames.strings, text ? text : "");
}

static int map_frames(struct merging *merging)
{
	const struct frames *frames = &merging->from->frames;

	merging->frames = calloc(frames->list.count + 1, sizeof(*merging->frames));
	merging->nodes = calloc(merging->from->nodes.count + 1, sizeof(*merging->nodes));
	if (!merging->frames || !merging->nodes)
		return -ENOMEM;
	for (size_t i = 0; i < frames->list.count; i++) {
		int64_t id = frames_intern(&merging->into->frames, frames_get(frames, (uint32_t)i));
		if (id < 0)
			return -ENOMEM;
		merging->frames[i] = (uint32_t)id;
	}
	return 0;
}

/* A parent stands before its children. nodes: NULL = nobody asks where they went. */
static int add_tree(struct profile *into, const struct profile *from, const uint32_t *frames,
		    uint32_t *nodes)
{
	for (size_t i = 0; i < from->nodes.count; i++) {
		const struct profile_node *node = &from->nodes.items[i];
		int64_t at = i == PROFILE_ROOT ? PROFILE_ROOT
					       : profile_child(into, nodes[node->parent],
							       frames[node->frame]);
		if (at < 0)
			return -ENOMEM;
		nodes[i] = (uint32_t)at;
		into->nodes.items[at].self += node->self;
		into->nodes.items[at].total += node->total;
	}
	return 0;
}

/* What is not known of all runs is not known of them together. */
static int add_detail(struct merging *merging)
{
	const struct profile *from = merging->from->detail;
	CLEANUP(freep)
	uint32_t *nodes = from ? calloc(from->nodes.count + 1, sizeof(*nodes)) : NULL;

	if (merging->into->detail && from)
		return nodes ? add_tree(merging->into->detail, from, merging->frames, nodes)
			     : -ENOMEM;
	profile_freep(&merging->into->detail);
	return 0;
}

static int add_lines(struct merging *merging)
{
	const struct map64_entry *line;

	for (size_t at = 0; (line = map64_next(&merging->from->lines, &at));) {
		uint64_t frame = merging->frames[line->key >> 32];
		if (map64_add(&merging->into->lines, frame << 32 | (uint32_t)line->key,
			      line->value))
			return -ENOMEM;
	}
	return 0;
}

static int add_processes(struct merging *merging)
{
	for (size_t i = 0; i < merging->from->processes.count; i++) {
		struct profile_process process = merging->from->processes.items[i];
		process.name = text_of(merging, process.name);
		process.python = text_of(merging, process.python);
		if (!process.name || !process.python ||
		    vec_push(&merging->into->processes, process))
			return -ENOMEM;
	}
	return 0;
}

static int add_losses(struct merging *merging)
{
	struct profile *into = merging->into;

	for (size_t i = 0; i < merging->from->losses.count; i++) {
		struct profile_loss loss = merging->from->losses.items[i];
		size_t at = 0;
		while (at < into->losses.count &&
		       strcmp(into->losses.items[at].reason, loss.reason) != 0)
			at++;
		if (at < into->losses.count)
			into->losses.items[at].count += loss.count;
		else if (vec_push(&into->losses, loss))
			return -ENOMEM;
	}
	return 0;
}

static int add_gaps(struct merging *merging)
{
	struct profile *into = merging->into;

	for (size_t i = 0; i < merging->from->gaps.count; i++) {
		struct profile_gap gap = merging->from->gaps.items[i];
		size_t at = 0;
		gap.marker = text_of(merging, gap.marker);
		while (at < into->gaps.count && into->gaps.items[at].marker != gap.marker)
			at++;
		if (at < into->gaps.count)
			into->gaps.items[at].count += gap.count;
		else if (!gap.marker || vec_push(&into->gaps, gap))
			return -ENOMEM;
	}
	return 0;
}

static int add_samples(struct merging *merging)
{
	uint32_t first = (uint32_t)merging->into->threads.count;
	uint64_t begin_ns = (uint64_t)(merging->into->facts.duration_s * 1e9);
	struct profile *into = merging->into;

	if (into->samples.count && into->samples.items[into->samples.count - 1].time_ns > begin_ns)
		begin_ns = into->samples.items[into->samples.count - 1].time_ns;
	for (size_t i = 0; i < merging->from->threads.count; i++) {
		struct profile_thread thread = merging->from->threads.items[i];
		thread.name = text_of(merging, thread.name);
		thread.process = text_of(merging, thread.process);
		if (!thread.name || !thread.process || vec_push(&into->threads, thread))
			return -ENOMEM;
	}
	for (size_t i = 0; i < merging->from->samples.count; i++) {
		struct profile_sample sample = merging->from->samples.items[i];
		sample.time_ns += begin_ns;
		sample.thread += first;
		sample.node = merging->nodes[sample.node];
		if (vec_push(&into->samples, sample))
			return -ENOMEM;
	}
	return 0;
}

/* Calls that were counted in some of the runs only say nothing of all. */
static void add_calls_facts(struct profile *into, const struct profile_calls_facts *from)
{
	struct profile_calls_facts *calls = &into->facts.calls;

	if (calls->kind != from->kind) {
		*calls = (struct profile_calls_facts){0};
		into->calls.count = 0;
		return;
	}
	calls->covered_s += from->covered_s;
	calls->over_budget |= from->over_budget;
	calls->hits += from->hits;
	calls->cost_s += from->cost_s;
	calls->uncounted += from->uncounted;
}

/* "a, b": each command once, and no more than one wants to read. */
static int add_command(struct merging *merging)
{
	struct profile_facts *facts = &merging->into->facts;
	const char *added = merging->from->facts.command, *there = facts->command;
	CLEANUP(freep) char *both = NULL;

	if (!added || !there || strstr(there, added) || strlen(there) > LONGEST_COMMAND)
		return 0;
	if (asprintf(&both, "%s, %s", there, added) < 0) {
		both = NULL;
		return -ENOMEM;
	}
	facts->command = text_of(merging, both);
	return facts->command ? 0 : -ENOMEM;
}

static void add_facts(struct profile_facts *into, const struct profile_facts *from)
{
	into->duration_s += from->duration_s;
	if (from->start_unix_s < into->start_unix_s)
		into->start_unix_s = from->start_unix_s;
	into->cpu_s += from->cpu_s;
	into->due += from->due;
	into->received += from->received;
	into->filtered += from->filtered;
	into->python_stacks += from->python_stacks;
	into->native_stacks += from->native_stacks;
	into->whole_stacks += from->whole_stacks;
	into->own_user_s += from->own_user_s;
	into->own_bpf_s += from->own_bpf_s;
	into->cut_short |= from->cut_short;
}

int profile_merge(struct profile *into, const struct profile *from)
{
	struct merging merging = {.into = into, .from = from};
	int err = 0;

	if (into->facts.period_ns != from->facts.period_ns ||
	    strcmp(into->facts.clock, from->facts.clock) != 0)
		return -EINVAL;
	err = map_frames(&merging);
	err = err ? err : add_tree(into, from, merging.frames, merging.nodes);
	err = err ? err : add_detail(&merging);
	err = err ? err : add_lines(&merging);
	err = err ? err : add_processes(&merging);
	err = err ? err : add_losses(&merging);
	err = err ? err : add_gaps(&merging);
	err = err ? err : merge_collections(into, from);
	err = err ? err : merge_imports(into, from);
	err = err ? err : merge_calls(into, from, merging.frames);
	err = err ? err : add_samples(&merging);
	err = err ? err : add_command(&merging);
	if (!err) {
		add_calls_facts(into, &from->facts.calls);
		add_facts(&into->facts, &from->facts);
	}
	free(merging.frames);
	free(merging.nodes);
	return err;
}
