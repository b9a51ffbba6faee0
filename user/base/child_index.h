/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_BASE_CHILD_INDEX_H
#define LTSBPF_BASE_CHILD_INDEX_H
/*
 * Finds the child of a tree's node by what the child stands for. The nodes are an array of the
 * caller's, whose items begin with a struct child_node; node 0 is the root. Most nodes of a call
 * tree are the only child: the first child of each is found by its parent, and only the others
 * take room here, 5 to 11 bytes. A zeroed struct is an empty index.
 */
#include <stddef.h>
#include <stdint.h>

struct child_node {
	uint32_t item;	      /* what the node stands for */
	uint32_t parent;      /* number of a node */
	uint32_t first_child; /* the one that was added first; 0 = none */
};

struct child_index {
	uint32_t *slots; /* numbers of nodes; 0 = free */
	size_t count, capacity;
};

/* The nodes: the first one's address, and the bytes of one. */
struct child_nodes {
	void *items;
	size_t item_bytes;
};

/* The node of this item below another node; 0 = there is none. */
uint32_t child_index_find(const struct child_index *index, struct child_nodes nodes,
			  uint32_t parent, uint32_t item);

/*
 * Enters a node that is not there yet, with its item and parent set; sets the parent's first_child
 * if it has none. 0 or -ENOMEM with nothing changed.
 */
int child_index_add(struct child_index *index, struct child_nodes nodes, uint32_t node);

void child_index_done(struct child_index *index);

#endif
