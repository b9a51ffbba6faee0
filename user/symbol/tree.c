// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "profile/profile.h"
#include "symbol/stack_filter.h"
#include "symbol/stack_path.h"

enum {
	DRAWN_BY_THREAD = 1 << 20,
	DRAWN_PER_WORD = 16,
	REFUSED = UINT32_MAX /* the node of stacks that are not shown */
};

/* While the trees are made. */
struct growing {
	struct tree_parts *parts;
	struct profile *profile;
	struct word_meanings meanings;
	uint32_t gap; /* number of the word for GAP_JOIN */
	struct stack_path path;
	VEC(uint32_t) words;	     /* of the stack: Python's, then the machine's */
	uint64_t drawn;		     /* frames of all paths so far */
	struct map64 nodes, threads; /* key of a sample -> node; tid -> index of a thread */
};

/* Before its interpreter is mapped, a Python process is not told from any other. */
static enum stack_status status_of(const struct process *process, const struct counted_stack *stack)
{
	if (stack->status == STACK_NOT_PYTHON && *process->python)
		return STACK_STARTING;
	return stack->status;
}

/* The text of a marker that stands where frames are missing; NULL when none are. */
static const char *marker_of(enum stack_status status, const struct counted_stack *stack)
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
static int64_t thread_frame(const struct growing *growing, bool by_id, uint32_t tid)
{
	struct frames *frames = &growing->profile->frames;
	const char *name = processes_thread_name(growing->parts->processes, tid);
	char with_id[COMM_BYTES + 32];

	if (!tid || (!by_id && !*name))
		return frames_add(frames, FRAME_THREAD, "[other threads]");
	if (!by_id)
		return frames_add(frames, FRAME_THREAD, name);
	snprintf(with_id, sizeof(with_id), "%s (%u)", name, tid);
	return frames_add(frames, FRAME_THREAD, with_id);
}

/* Stacks without Python are told apart by their thread: it says more than the process. */
static bool shows_thread(const struct resolver_view *view, const struct counted_stack *stack,
			 const struct process *process, uint32_t tid)
{
	return view->by_thread || (!stack->depth && stack->native_depth && tid != process->pid);
}

/*
 * A record of 32 bytes can put a stack of 1024 frames under one more thread: so many frames in all
 * may be drawn thread by thread, then the threads are taken together.
 */
static bool may_split(const struct growing *growing)
{
	return growing->drawn < DRAWN_BY_THREAD ||
	       growing->drawn / DRAWN_PER_WORD < growing->parts->stacks->depths;
}

static int merge_words(struct growing *growing, const struct counted_stack *stack)
{
	const struct counted_stacks *stacks = growing->parts->stacks;
	struct stack_words words = {
		.words = &stacks->words,
		.python_depth = stack->depth,
		.native_depth = stack->native_depth,
		.python_cut = stack->status != STACK_COMPLETE,
		.gap = growing->gap,
	};
	uint32_t *into;

	if (vec_reserve(&growing->words, stack->depth + stack->native_depth + 1UL))
		return -ENOMEM;
	into = growing->words.items;
	counted_stacks_words(stacks, stack->python, stack->depth, into);
	counted_stacks_words(stacks, stack->native, stack->native_depth, into + stack->depth);
	words.python = into;
	words.native = into + stack->depth;
	return stack_path_merge(&growing->path, &words, &growing->meanings);
}

enum {
	IN_FRAMES = 1,
	IN_LINED = 2
};

static int path_push(struct stack_path *path, int64_t frame, int places)
{
	if (frame < 0 || (places & IN_FRAMES && vec_push(&path->frames, (uint32_t)frame)))
		return -ENOMEM;
	return places & IN_LINED ? vec_push(&path->lined, (uint32_t)frame) : 0;
}

/* Before the frames: process, thread, and what is to be said of the stack; by thread in lined. */
static int begin_path(struct growing *growing, const struct counted_stack *stack, uint32_t tid)
{
	const struct process *process = &growing->parts->processes->list.items[stack->process];
	const char *marker = marker_of(status_of(process, stack), stack);
	const struct resolver_view *view = growing->parts->view;
	struct frames *frames = &growing->profile->frames;
	struct stack_path *path = &growing->path;
	uint32_t told = may_split(growing) ? tid : 0;
	int both = IN_FRAMES | IN_LINED, err;

	path->frames.count = path->lined.count = 0;
	err = path_push(path, frames_add(frames, FRAME_PROCESS, process->name), both);
	if (!err && shows_thread(view, stack, process, tid))
		err = path_push(path, thread_frame(growing, view->by_thread, told), IN_FRAMES);
	if (!err && view->detail)
		err = path_push(path, thread_frame(growing, true, told), IN_LINED);
	if (!err && marker)
		err = path_push(path, frames_add(frames, FRAME_MARKER, marker), both);
	return err;
}

static int fill_path(struct growing *growing, const struct counted_stack *stack, uint32_t tid)
{
	struct stack_path *path = &growing->path;

	if (merge_words(growing, stack) || begin_path(growing, stack, tid) ||
	    stack_path_append(path, &growing->meanings, growing->parts->view))
		return -ENOMEM;
	growing->drawn += path->frames.count + path->lined.count;
	return 0;
}

/* 1 = the filter takes it; the path is the stack's. */
static int is_wanted(const struct growing *growing, const struct counted_stack *stack, uint32_t tid)
{
	const struct tree_parts *parts = growing->parts;
	const struct process *process = &parts->processes->list.items[stack->process];
	struct stack_filter *filter = parts->view->filter;
	const struct stack_path *path = &growing->path;

	if (!filter)
		return 1;
	if (!stack_filter_takes_process(filter, process->name, process->pid) ||
	    !stack_filter_takes_thread(filter, processes_thread_name(parts->processes, tid), tid))
		return 0;
	return stack_filter_takes(filter, &growing->profile->frames, path->frames.items,
				  path->frames.count);
}

/* What machine code takes is spent at the line that called it. */
static int add_line(struct profile *profile, const struct stack_path *path, uint64_t count)
{
	uint32_t leaf = path->frames.items[path->frames.count - 1];

	if (!path->python_line || path->python_frame == leaf)
		return 0;
	return map64_add(&profile->lines, (uint64_t)path->python_frame << 32 | path->python_line,
			 count);
}

/* The node in which the stack ends; REFUSED; or -ENOMEM. */
static int64_t add_stack(struct growing *growing, const struct counted_stack *stack, uint32_t tid,
			 uint64_t count)
{
	struct tree_parts *parts = growing->parts;
	const struct process *process = &parts->processes->list.items[stack->process];
	struct stack_path *path = &growing->path;
	int64_t node;
	int wanted;

	parts->by_status[status_of(process, stack)] += count;
	if (fill_path(growing, stack, tid))
		return -ENOMEM;
	if (stack->native_depth &&
	    gaps_count(parts->gaps, &path->merged, &growing->meanings, count))
		return -ENOMEM;
	wanted = is_wanted(growing, stack, tid);
	if (wanted < 0)
		return -ENOMEM;
	if (!wanted) {
		growing->profile->facts.filtered += count;
		return REFUSED;
	}
	node = profile_add_leaf(growing->profile, path->frames.items, path->frames.count,
				path->leaf_line, count);
	if (node >= 0 && add_line(growing->profile, path, count))
		return -ENOMEM;
	if (node >= 0 && growing->profile->detail &&
	    profile_add(growing->profile->detail, path->lined.items, path->lined.count, 0, count))
		return -ENOMEM;
	return node;
}

static int add_stacks(struct growing *growing)
{
	const struct counted_stacks *stacks = growing->parts->stacks;
	size_t count;
	CLEANUP(freep) struct stack_samples *list = counted_stacks_samples(stacks, &count);

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const struct stack_samples *counted = &list[i];
		int64_t node = add_stack(growing, &stacks->list.items[counted->stack], counted->tid,
					 counted->samples);
		if (node < 0 ||
		    (growing->parts->view->timeline &&
		     map64_put(&growing->nodes, (uint64_t)counted->stack << 32 | counted->tid,
			       (uint64_t)node)))
			return -ENOMEM;
	}
	return 0;
}

static int64_t thread_of(struct growing *growing, const struct counted_sample *sample)
{
	const struct tree_parts *parts = growing->parts;
	const struct counted_stack *stack = &parts->stacks->list.items[sample->stack];
	const struct process *process = &parts->processes->list.items[stack->process];
	struct profile *profile = growing->profile;
	uint64_t key = (uint64_t)stack->process << 32 | sample->tid, index;
	struct profile_thread thread = {
		.pid = process->pid,
		.tid = sample->tid,
		.name = strings_add(&profile->frames.strings,
				    processes_thread_name(parts->processes, sample->tid)),
		.process = strings_add(&profile->frames.strings, process->name),
	};

	if (map64_get(&growing->threads, key, &index))
		return (int64_t)index;
	if (!thread.name || !thread.process || vec_push(&profile->threads, thread))
		return -ENOMEM;
	index = profile->threads.count - 1;
	return map64_put(&growing->threads, key, index) ? -ENOMEM : (int64_t)index;
}

static int by_time(const void *left, const void *right)
{
	const struct profile_sample *a = left, *b = right;

	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns ? -1 : 1;
	return (a->thread > b->thread) - (a->thread < b->thread);
}

static int add_samples(struct growing *growing)
{
	const struct counted_stacks *stacks = growing->parts->stacks;
	struct profile *profile = growing->profile;
	uint64_t begin_ns = growing->parts->begin_ns, node;

	for (size_t i = 0; i < stacks->timeline.count; i++) {
		const struct counted_sample *sample = &stacks->timeline.items[i];
		if (!map64_get(&growing->nodes, (uint64_t)sample->stack << 32 | sample->tid,
			       &node) ||
		    node == REFUSED)
			continue;
		int64_t thread = thread_of(growing, sample);
		struct profile_sample made = {
			.time_ns = sample->time_ns > begin_ns ? sample->time_ns - begin_ns : 0,
			.thread = (uint32_t)thread,
			.node = (uint32_t)node,
			.weight = sample->weight,
		};
		if (thread < 0 || vec_push(&profile->samples, made))
			return -ENOMEM;
	}
	if (profile->samples.count)
		qsort(profile->samples.items, profile->samples.count,
		      sizeof(*profile->samples.items), by_time);
	return 0;
}

static int begin(struct growing *growing)
{
	const struct tree_parts *parts = growing->parts;
	struct profile *profile = growing->profile;
	int64_t gap = words_add(&parts->stacks->words,
				(uint64_t)FRAME_WORD_GAP << FRAME_KIND_SHIFT | GAP_JOIN, 0);

	growing->gap = (uint32_t)gap;
	growing->meanings = (struct word_meanings){
		.words = &parts->stacks->words,
		.functions = parts->functions,
		.natives = parts->natives,
		.frames = &profile->frames,
	};
	if (gap < 0 || word_meanings_init(&growing->meanings))
		return -ENOMEM;
	if (parts->view->filter)
		stack_filter_begin(parts->view->filter);
	if (parts->view->detail)
		profile->detail = profile_new();
	return parts->view->detail && !profile->detail ? -ENOMEM : 0;
}

int tree_fill(struct tree_parts *parts, struct profile *profile)
{
	struct growing growing = {.parts = parts, .profile = profile};
	int err = begin(&growing);

	err = err ? err : add_stacks(&growing);
	if (!err && parts->view->timeline)
		err = add_samples(&growing);
	word_meanings_done(&growing.meanings);
	stack_path_done(&growing.path);
	vec_done(&growing.words);
	map64_done(&growing.nodes);
	map64_done(&growing.threads);
	return err;
}
