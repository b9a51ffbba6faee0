// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/counted_stacks.h"

#include <errno.h>
#include <stdlib.h>

_Static_assert(MAX_FRAMES <= UINT16_MAX && MAX_NATIVE_WORDS <= UINT16_MAX, "counted_stack");

static struct child_nodes nodes_of(struct counted_stacks *stacks)
{
	return (struct child_nodes){stacks->nodes.items, sizeof(*stacks->nodes.items)};
}

static int64_t child_of(struct counted_stacks *stacks, uint32_t parent, uint64_t word, uint32_t pid)
{
	int64_t number = words_add(&stacks->words, word, pid);
	struct child_node made = {.item = (uint32_t)number, .parent = parent};
	uint32_t node;

	if (number < 0 ||
	    (!stacks->nodes.count && vec_push(&stacks->nodes, (struct child_node){0})))
		return -ENOMEM;
	node = child_index_find(&stacks->children, nodes_of(stacks), parent, made.item);
	if (node)
		return node;
	node = (uint32_t)stacks->nodes.count;
	if (vec_push(&stacks->nodes, made))
		return -ENOMEM;
	if (!child_index_add(&stacks->children, nodes_of(stacks), node))
		return node;
	stacks->nodes.count--;
	return -ENOMEM;
}

/* Words from the root on that the last path has too. */
static size_t shared_words(const struct recent_path *path, const __u64 *words, uint32_t depth,
			   uint32_t pid)
{
	size_t shared = 0;

	if (path->pid != pid)
		return 0;
	while (shared < path->words.count && shared < depth &&
	       path->words.items[shared] == words[depth - 1 - shared])
		shared++;
	return shared;
}

/* The node of the innermost of these words, leaf first; or -ENOMEM. */
static int64_t add_path(struct counted_stacks *stacks, struct recent_path *path, const __u64 *words,
			uint32_t depth, uint32_t pid)
{
	size_t shared = shared_words(path, words, depth, pid);
	int64_t node = shared ? path->nodes.items[shared - 1] : 0;

	path->pid = pid;
	path->words.count = path->nodes.count = shared;
	for (size_t i = shared; i < depth; i++) {
		uint64_t word = words[depth - 1 - i];
		node = child_of(stacks, (uint32_t)node, word, pid);
		if (node < 0 || vec_push(&path->nodes, (uint32_t)node) ||
		    vec_push(&path->words, word)) {
			path->words.count = path->nodes.count = 0;
			return -ENOMEM;
		}
	}
	return node;
}

static int64_t add_words(struct counted_stacks *stacks, const struct record *head, bool native,
			 const __u64 *words, uint32_t depth)
{
	uint32_t recent = (2 * head->tid + native) % RECENT_PATHS;

	stacks->depths += depth;
	return add_path(stacks, &stacks->recent[recent], words, depth, head->pid);
}

int counted_stacks_add(struct counted_stacks *stacks, const struct stack_record *record,
		       uint32_t process)
{
	int64_t python = add_words(stacks, &record->head, false, record->frames, record->depth);
	int64_t native = add_words(stacks, &record->head, true, record->frames + record->depth,
				   record->native_depth);
	struct counted_stack stack = {
		.python = (uint32_t)python,
		.native = (uint32_t)native,
		.depth = (uint16_t)record->depth,
		.native_depth = record->native_depth,
		.status = record->status < STACK_STATUSES ? record->status : STACK_UNREADABLE,
		.process = process,
		.tid = record->head.tid,
	};

	if (python < 0 || native < 0 || vec_push(&stacks->list, stack))
		return -ENOMEM;
	return map64_put(&stacks->by_hash, record->stack, stacks->list.count - 1);
}

int counted_stacks_count(struct counted_stacks *stacks, uint32_t stack, uint32_t tid,
			 uint32_t samples)
{
	struct counted_stack *counted = &stacks->list.items[stack];

	if (!counted->samples)
		counted->main_tid = tid;
	if (counted->main_tid != tid)
		return map64_add(&stacks->elsewhere, (uint64_t)stack << 32 | tid, samples);
	counted->samples += samples;
	return 0;
}

const struct counted_stack *counted_stacks_find(const struct counted_stacks *stacks, uint64_t hash)
{
	uint64_t index;

	return map64_get(&stacks->by_hash, hash, &index) ? &stacks->list.items[index] : NULL;
}

void counted_stacks_words(const struct counted_stacks *stacks, uint32_t node, uint32_t depth,
			  uint32_t *words)
{
	for (uint32_t i = 0; i < depth; i++) {
		words[i] = stacks->nodes.items[node].item;
		node = stacks->nodes.items[node].parent;
	}
}

static int by_nearness(const void *left, const void *right)
{
	const struct stack_samples *a = left, *b = right;

	if (a->near != b->near)
		return a->near < b->near ? -1 : 1;
	if (a->stack != b->stack)
		return a->stack < b->stack ? -1 : 1;
	return (a->tid > b->tid) - (a->tid < b->tid);
}

struct stack_samples *counted_stacks_samples(const struct counted_stacks *stacks, size_t *count)
{
	const struct counted_stack *list = stacks->list.items;
	const struct map64 *elsewhere = &stacks->elsewhere;
	const struct map64_entry *entry;
	struct stack_samples *made =
		calloc(stacks->list.count + elsewhere->count + 1, sizeof(*made));

	*count = 0;
	for (uint32_t i = 0; made && i < stacks->list.count; i++)
		if (list[i].samples)
			made[(*count)++] = (struct stack_samples){list[i].tid, i, list[i].main_tid,
								  list[i].samples};
	for (size_t at = 0; made && (entry = map64_next(elsewhere, &at));) {
		uint32_t stack = (uint32_t)(entry->key >> 32);
		made[(*count)++] = (struct stack_samples){list[stack].tid, stack,
							  (uint32_t)entry->key, entry->value};
	}
	if (made)
		qsort(made, *count, sizeof(*made), by_nearness);
	return made;
}

void counted_stacks_done(struct counted_stacks *stacks)
{
	words_done(&stacks->words);
	vec_done(&stacks->nodes);
	child_index_done(&stacks->children);
	for (size_t i = 0; i < RECENT_PATHS; i++) {
		vec_done(&stacks->recent[i].words);
		vec_done(&stacks->recent[i].nodes);
	}
	vec_done(&stacks->list);
	map64_done(&stacks->by_hash);
	map64_done(&stacks->elsewhere);
	vec_done(&stacks->timeline);
}
