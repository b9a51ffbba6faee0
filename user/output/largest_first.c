// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/largest_first.h"

#include <stdbool.h>

static bool is_before(const struct largest_first *walk, size_t left, size_t right)
{
	const struct profile_node *nodes = walk->tree->nodes.items;
	uint32_t a = walk->heap.items[left], b = walk->heap.items[right];

	return nodes[a].total != nodes[b].total ? nodes[a].total > nodes[b].total : a < b;
}

static void swap(struct largest_first *walk, size_t left, size_t right)
{
	uint32_t node = walk->heap.items[left];

	walk->heap.items[left] = walk->heap.items[right];
	walk->heap.items[right] = node;
}

static int push(struct largest_first *walk, uint32_t node)
{
	size_t at = walk->heap.count;

	if (vec_push(&walk->heap, node))
		return -ENOMEM;
	for (; at && is_before(walk, at, (at - 1) / 2); at = (at - 1) / 2)
		swap(walk, at, (at - 1) / 2);
	return 0;
}

int largest_first_enter(struct largest_first *walk, uint32_t node)
{
	const struct profile_node *nodes = walk->tree->nodes.items;
	int err = 0;

	for (node = nodes[node].first_child; node && !err; node = nodes[node].next_sibling)
		err = push(walk, node);
	return err;
}

uint32_t largest_first_next(struct largest_first *walk)
{
	uint32_t next = walk->heap.count ? walk->heap.items[0] : 0;
	size_t at = 0, child;

	if (!next)
		return 0;
	walk->heap.items[0] = walk->heap.items[--walk->heap.count];
	while ((child = 2 * at + 1) < walk->heap.count) {
		if (child + 1 < walk->heap.count && is_before(walk, child + 1, child))
			child++;
		if (!is_before(walk, child, at))
			break;
		swap(walk, child, at);
		at = child;
	}
	return next;
}

void largest_first_done(struct largest_first *walk)
{
	vec_done(&walk->heap);
}
