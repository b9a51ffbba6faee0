// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/child_index.h"

#include <errno.h>

#include "base/vec.h"
#include "check.h"
#include "memory.h"

/* More than the index looks at. */
struct leaf {
	struct child_node node;
	uint64_t samples;
};

struct tree {
	VEC(struct leaf) nodes;
	struct child_index index;
};

static struct child_nodes nodes_of(struct tree *tree)
{
	return (struct child_nodes){tree->nodes.items, sizeof(struct leaf)};
}

static uint32_t find(struct tree *tree, uint32_t parent, uint32_t item)
{
	return child_index_find(&tree->index, nodes_of(tree), parent, item);
}

static int add(struct tree *tree, uint32_t parent, uint32_t item)
{
	struct leaf leaf = {.node = {.item = item, .parent = parent}, .samples = 77};

	check_ok(vec_push(&tree->nodes, leaf));
	return child_index_add(&tree->index, nodes_of(tree), (uint32_t)tree->nodes.count - 1);
}

static void tree_new(struct tree *tree)
{
	*tree = (struct tree){0};
	check_ok(vec_push(&tree->nodes, (struct leaf){.samples = 77}));
}

static void tree_done(struct tree *tree)
{
	for (size_t i = 0; i < tree->nodes.count; i++)
		check_uint(tree->nodes.items[i].samples, 77);
	vec_done(&tree->nodes);
	child_index_done(&tree->index);
}

static void a_child_is_found_below_its_parent_alone(void)
{
	struct tree tree;

	tree_new(&tree);
	check_uint(find(&tree, 0, 5), 0);
	check_ok(add(&tree, 0, 5));
	check_ok(add(&tree, 1, 5));
	check_ok(add(&tree, 0, 6));
	check_ok(add(&tree, 1, 0));
	check_uint(find(&tree, 0, 5), 1);
	check_uint(find(&tree, 1, 5), 2);
	check_uint(find(&tree, 0, 6), 3);
	check_uint(find(&tree, 1, 0), 4);
	check_uint(find(&tree, 0, 0), 0);
	check_uint(find(&tree, 1, 6), 0);
	check_uint(find(&tree, 2, 5), 0);
	tree_done(&tree);
}

static void the_only_child_takes_no_room(void)
{
	struct tree tree;

	tree_new(&tree);
	for (uint32_t i = 0; i < 100; i++)
		check_ok(add(&tree, i, 9));
	check_uint(tree.index.capacity, 0);
	check_uint(tree.nodes.items[41].node.first_child, 42);
	check_uint(find(&tree, 99, 9), 100);
	check_ok(add(&tree, 50, 8));
	check_uint(tree.index.count, 1);
	check_uint(tree.nodes.items[50].node.first_child, 51);
	tree_done(&tree);
}

static void growth_keeps_every_child(void)
{
	enum {
		PARENTS = 40,
		CHILDREN = 50
	};
	struct tree tree;
	uint32_t wrong = 0;

	tree_new(&tree);
	for (uint32_t i = 0; i < PARENTS; i++)
		check_ok(add(&tree, 0, i));
	for (uint32_t item = 0; item < CHILDREN; item++)
		for (uint32_t parent = 1; parent <= PARENTS; parent++)
			check_ok(add(&tree, parent, item << 20));
	for (uint32_t item = 0; item < CHILDREN; item++)
		for (uint32_t parent = 1; parent <= PARENTS; parent++)
			wrong += find(&tree, parent, item << 20) != PARENTS * (item + 1) + parent;
	check_uint(wrong, 0);
	tree_done(&tree);
}

static void lack_of_memory_changes_nothing(void)
{
	struct tree tree;

	tree_new(&tree);
	check_ok(add(&tree, 0, 1));
	check_ok(vec_reserve(&tree.nodes, 8));
	memory_fail_at(1);
	int err = add(&tree, 0, 2);
	check_true(memory_failed());
	check_int(err, -ENOMEM);
	check_uint(find(&tree, 0, 2), 0);
	check_uint(find(&tree, 0, 1), 1);
	tree_done(&tree);
}

CU_TestInfo child_index_tests[] = {
	TEST(a_child_is_found_below_its_parent_alone),
	TEST(the_only_child_takes_no_room),
	TEST(growth_keeps_every_child),
	TEST(lack_of_memory_changes_nothing),
	CU_TEST_INFO_NULL,
};
