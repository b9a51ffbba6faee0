/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_BASE_CHILD_INDEX_H
#define LTSBPF_BASE_CHILD_INDEX_H
/*
 * Finds the child of a tree's node by what the child stands for. The nodes are an array of the
 * caller's, whose items begin with a struct child_key; node 0 is the root. Open addressing with the
 * nodes' own numbers: 5 to 11 bytes a node. A zeroed struct is an empty index.
 */
#include <stddef.h>
#include <stdint.h>

struct child_key {
	uint32_t item;	 /* what the node stands for */
	uint32_t parent; /* number of a node */
};

struct child_index {
	uint32_t *slots; /* numbers of nodes; 0 = free */
	size_t count, capacity;
};

/* The nodes: the first one's address, and the bytes of one. */
struct child_nodes {
	const void *items;
	size_t item_bytes;
};

/* The node with this key; 0 = there is none. */
uint32_t child_index_find(const struct child_index *index, struct child_nodes nodes,
			  struct child_key key);

/* Enters a node, whose key no other one has. 0 or -ENOMEM. */
int child_index_add(struct child_index *index, struct child_nodes nodes, uint32_t node);

void child_index_done(struct child_index *index);

#endif
