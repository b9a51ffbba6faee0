// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/largest_first.h"

#include <errno.h>

#include "check.h"
#include "memory.h"

/* A tree of three levels whose nodes have 0 to 6 samples of their own, in no order. */
static struct profile *make_tree(void)
{
	struct profile *profile = profile_new();
	char name[16];

	for (uint32_t i = 0; i < 216; i++) {
		uint32_t stack[3];
		for (int depth = 0; depth < 3; depth++) {
			snprintf(name, sizeof(name), "f%u", i / (1 + 6 * (uint32_t)depth) % 6);
			stack[depth] = (uint32_t)frames_add(&profile->frames, FRAME_NATIVE, name);
		}
		check_ok(profile_add(profile, stack, 1 + i % 3, 0, i * 13 % 7));
	}
	return profile;
}

static void all_nodes_come_the_largest_first(void)
{
	struct profile *profile = make_tree();
	const struct profile_node *nodes = profile->nodes.items;
	struct largest_first walk = {.tree = profile};
	uint32_t node, last = 0, count = 0, wrong = 0;
	bool came[300] = {true};

	check_true(profile->nodes.count > 60 && profile->nodes.count < 300);
	check_ok(largest_first_enter(&walk, PROFILE_ROOT));
	while ((node = largest_first_next(&walk))) {
		wrong += last && (nodes[node].total > nodes[last].total ||
				  (nodes[node].total == nodes[last].total && node < last));
		wrong += came[node] || !came[nodes[node].parent];
		came[node] = true;
		last = node;
		count++;
		check_ok(largest_first_enter(&walk, node));
	}
	check_uint(wrong, 0);
	check_uint(count, profile->nodes.count - 1);
	check_uint(largest_first_next(&walk), 0);
	largest_first_done(&walk);
	profile_free(profile);
}

static void callees_come_when_they_are_let_in(void)
{
	struct profile *profile = profile_new();
	struct largest_first walk = {.tree = profile};
	const uint32_t stack[] = {
		(uint32_t)frames_add(&profile->frames, FRAME_NATIVE, "outer"),
		(uint32_t)frames_add(&profile->frames, FRAME_NATIVE, "inner"),
	};

	check_ok(profile_add(profile, stack, 2, 0, 9));
	check_uint(largest_first_next(&walk), 0);
	check_ok(largest_first_enter(&walk, PROFILE_ROOT));
	check_uint(largest_first_next(&walk), 1);
	check_uint(largest_first_next(&walk), 0);
	memory_fail_at(1);
	largest_first_done(&walk);
	int err = largest_first_enter(&walk, 1);
	check_true(memory_failed());
	check_int(err, -ENOMEM);
	check_ok(largest_first_enter(&walk, 1));
	check_uint(largest_first_next(&walk), 2);
	largest_first_done(&walk);
	profile_free(profile);
}

CU_TestInfo largest_first_tests[] = {
	TEST(all_nodes_come_the_largest_first),
	TEST(callees_come_when_they_are_let_in),
	CU_TEST_INFO_NULL,
};
