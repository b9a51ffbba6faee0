// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/child_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/map64.h"

/* Copied: the nodes are of a type of their own. */
static struct child_key key_of(struct child_nodes nodes, uint32_t node)
{
	struct child_key key;

	memcpy(&key, (const char *)nodes.items + node * nodes.item_bytes, sizeof(key));
	return key;
}

/* The key's slot, or the free one where it would go. The index is never full: the search ends. */
static size_t slot_of(const struct child_index *index, struct child_nodes nodes,
		      struct child_key key)
{
	size_t mask = index->capacity - 1;
	size_t slot = hash64(key.item, (uint64_t)key.parent << 32) & mask;

	for (; index->slots[slot]; slot = (slot + 1) & mask) {
		struct child_key found = key_of(nodes, index->slots[slot]);
		if (found.item == key.item && found.parent == key.parent)
			break;
	}
	return slot;
}

uint32_t child_index_find(const struct child_index *index, struct child_nodes nodes,
			  struct child_key key)
{
	return index->capacity ? index->slots[slot_of(index, nodes, key)] : 0;
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
	for (size_t i = 0; i < index->capacity; i++)
		if (index->slots[i])
			larger.slots[slot_of(&larger, nodes, key_of(nodes, index->slots[i]))] =
				index->slots[i];
	free(index->slots);
	*index = larger;
	return 0;
}

int child_index_add(struct child_index *index, struct child_nodes nodes, uint32_t node)
{
	int err = (index->count + 1) * 4 > index->capacity * 3 ? grow(index, nodes) : 0;

	if (err)
		return err;
	index->slots[slot_of(index, nodes, key_of(nodes, node))] = node;
	index->count++;
	return 0;
}

void child_index_done(struct child_index *index)
{
	free(index->slots);
	*index = (struct child_index){0};
}
