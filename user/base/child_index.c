// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/child_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/map64.h"

/* Copied: the nodes are of a type of their own. */
static struct child_node node_at(struct child_nodes nodes, uint32_t node)
{
	struct child_node copy;

	memcpy(&copy, (const char *)nodes.items + node * nodes.item_bytes, sizeof(copy));
	return copy;
}

/* The slot of a child, or the free one where it would go. The index is never full. */
static size_t slot_of(const struct child_index *index, struct child_nodes nodes, uint32_t parent,
		      uint32_t item)
{
	size_t mask = index->capacity - 1;
	size_t slot = hash64(item, (uint64_t)parent << 32) & mask;

	for (; index->slots[slot]; slot = (slot + 1) & mask) {
		struct child_node found = node_at(nodes, index->slots[slot]);
		if (found.item == item && found.parent == parent)
			break;
	}
	return slot;
}

uint32_t child_index_find(const struct child_index *index, struct child_nodes nodes,
			  uint32_t parent, uint32_t item)
{
	uint32_t first = node_at(nodes, parent).first_child;

	if (!first || node_at(nodes, first).item == item)
		return first;
	return index->capacity ? index->slots[slot_of(index, nodes, parent, item)] : 0;
}

static int grow(struct child_index *index, struct child_nodes nodes)
{
	struct child_index larger = {
		.count = index->count,
		.capacity = index->capacity ? index->capacity * 2 : 64,
	};

	larger.slots = calloc(larger.capacity, sizeof(*larger.slots));
	if (!larger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < index->capacity; i++) {
		if (!index->slots[i])
			continue;
		struct child_node node = node_at(nodes, index->slots[i]);
		larger.slots[slot_of(&larger, nodes, node.parent, node.item)] = index->slots[i];
	}
	free(index->slots);
	*index = larger;
	return 0;
}

static void set_first_child(struct child_nodes nodes, uint32_t node, uint32_t child)
{
	memcpy((char *)nodes.items + node * nodes.item_bytes +
		       offsetof(struct child_node, first_child),
	       &child, sizeof(child));
}

int child_index_add(struct child_index *index, struct child_nodes nodes, uint32_t node)
{
	struct child_node added = node_at(nodes, node);

	if (!node_at(nodes, added.parent).first_child) {
		set_first_child(nodes, added.parent, node);
		return 0;
	}
	if ((index->count + 1) * 4 > index->capacity * 3 && grow(index, nodes))
		return -ENOMEM;
	index->slots[slot_of(index, nodes, added.parent, added.item)] = node;
	index->count++;
	return 0;
}

void child_index_done(struct child_index *index)
{
	free(index->slots);
	*index = (struct child_index){0};
}
