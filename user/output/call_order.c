// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/call_order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

static int make_labels(struct call_order *order, const char *also)
{
	const struct frames *frames = &order->profile->frames;

	order->labels = calloc(frames->list.count + 1, sizeof(*order->labels));
	if (!order->labels)
		return -ENOMEM;
	for (size_t i = 0; i < frames->list.count; i++) {
		CLEANUP(freep) char *label = frame_label(frames_get(frames, (uint32_t)i));
		order->labels[i] = label ? text_printable(label, also) : NULL;
		if (!order->labels[i])
			return -ENOMEM;
	}
	return 0;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_labels(const void *a, const void *b, void *labels)
{
	const uint32_t *x = a, *y = b;
	int compared = strcmp(((char **)labels)[*x], ((char **)labels)[*y]);

	return compared ? compared : compare_numbers(*x, *y);
}

/* 0, 1, 2, ... count - 1; at least one item long, so that NULL always means no memory. */
static uint32_t *count_up(size_t count)
{
	uint32_t *numbers = calloc(count + 1, sizeof(*numbers));

	for (size_t i = 0; numbers && i < count; i++)
		numbers[i] = (uint32_t)i;
	return numbers;
}

/* Where each frame's label stands in the sorted list of labels. */
static uint32_t *rank_frames(const struct call_order *order)
{
	size_t count = order->profile->frames.list.count;
	CLEANUP(freep) uint32_t *sorted = count_up(count);
	uint32_t *ranks = calloc(count + 1, sizeof(*ranks));

	if (!sorted || !ranks) {
		free(ranks);
		return NULL;
	}
	qsort_r(sorted, count, sizeof(*sorted), compare_labels, order->labels);
	for (size_t i = 0; i < count; i++)
		ranks[sorted[i]] = (uint32_t)i;
	return ranks;
}

/* All nodes but the root by the rank of their frame: counted, then each put in its place. */
static uint32_t *sort_by_rank(const struct profile *profile, const uint32_t *ranks)
{
	const struct profile_node *nodes = profile->nodes.items;
	size_t frames = profile->frames.list.count, count = profile->nodes.count;
	CLEANUP(freep) uint32_t *places = calloc(frames + 1, sizeof(*places));
	uint32_t *sorted = calloc(count, sizeof(*sorted));

	if (!places || !sorted) {
		free(sorted);
		return NULL;
	}
	for (size_t i = 1; i < count; i++)
		places[ranks[nodes[i].frame] + 1]++;
	for (size_t i = 1; i < frames; i++)
		places[i] += places[i - 1];
	for (uint32_t i = 1; i < count; i++)
		sorted[places[ranks[nodes[i].frame]]++] = i;
	return sorted;
}

/* Put in front of their siblings from last to first, sorted nodes stay so. */
static int sort_nodes(struct call_order *order)
{
	const struct profile_node *nodes = order->profile->nodes.items;
	size_t count = order->profile->nodes.count;
	CLEANUP(freep) uint32_t *by_frame = rank_frames(order);
	CLEANUP(freep) uint32_t *sorted = by_frame ? sort_by_rank(order->profile, by_frame) : NULL;

	order->first_child = calloc(count, sizeof(*order->first_child));
	order->next_sibling = calloc(count, sizeof(*order->next_sibling));
	if (!sorted || !order->first_child || !order->next_sibling)
		return -ENOMEM;
	for (size_t i = count - 1; i-- > 0;) {
		uint32_t *first = &order->first_child[nodes[sorted[i]].parent];
		order->next_sibling[sorted[i]] = *first;
		*first = sorted[i];
	}
	return 0;
}

int call_order_init(struct call_order *order, const struct profile *profile, const char *also)
{
	*order = (struct call_order){.profile = profile};
	int err = make_labels(order, also);
	return err ? err : sort_nodes(order);
}

void call_order_done(struct call_order *order)
{
	for (size_t i = 0; order->labels && i < order->profile->frames.list.count; i++)
		free(order->labels[i]);
	free(order->labels);
	free(order->first_child);
	free(order->next_sibling);
	*order = (struct call_order){0};
}

uint32_t call_order_next(const struct call_order *order, uint32_t node, bool into, uint32_t *depth)
{
	const struct profile_node *nodes = order->profile->nodes.items;

	if (into && order->first_child[node]) {
		++*depth;
		return order->first_child[node];
	}
	while (node != PROFILE_ROOT && !order->next_sibling[node]) {
		node = nodes[node].parent;
		--*depth;
	}
	return node == PROFILE_ROOT ? 0 : order->next_sibling[node];
}

const char *call_order_label(const struct call_order *order, uint32_t node)
{
	return order->labels[order->profile->nodes.items[node].frame];
}
