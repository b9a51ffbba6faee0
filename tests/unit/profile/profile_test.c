// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/function_costs.h"
#include "profile/profile.h"

#include <errno.h>

#include "base/cleanup.h"
#include "check.h"
#include "hottest_line.h"
#include "memory.h"

/* Frames are known by one letter here: upper case is a process, lower case a Python function. */
static uint32_t id_of(struct profile *profile, char letter)
{
	char name[] = {letter, '\0'};
	bool process = letter >= 'A' && letter <= 'Z';

	return (uint32_t)frames_add(&profile->frames, process ? FRAME_PROCESS : FRAME_PYTHON, name);
}

static int add(struct profile *profile, const char *stack, uint32_t line, uint64_t count)
{
	uint32_t ids[16];

	for (size_t i = 0; stack[i]; i++)
		ids[i] = id_of(profile, stack[i]);
	return profile_add(profile, ids, strlen(stack), line, count);
}

static const struct profile_node *node_at(struct profile *profile, const char *stack)
{
	const struct profile_node *nodes = profile->nodes.items;
	uint32_t node = PROFILE_ROOT;

	for (; *stack; stack++) {
		uint32_t wanted = id_of(profile, *stack);
		for (node = nodes[node].first_child; node; node = nodes[node].next_sibling)
			if (nodes[node].frame == wanted)
				break;
		if (!node)
			return NULL;
	}
	return &nodes[node];
}

static void check_node(struct profile *profile, const char *stack, uint64_t self, uint64_t total)
{
	const struct profile_node *node = node_at(profile, stack);

	if (!check_not_null(node))
		return;
	check_uint(node->self, self);
	check_uint(node->total, total);
}

static void a_new_profile_is_an_empty_root(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	CLEANUP(freep) struct function_cost *costs = NULL;
	size_t count = 7;

	if (!check_not_null(profile))
		return;
	check_uint(profile->nodes.count, 1);
	check_uint(profile_total(profile), 0);
	check_ok(profile_functions(profile, &costs, &count));
	check_uint(count, 0);
}

static void equal_stacks_share_one_node(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(add(profile, "abc", 0, 1));
	check_ok(add(profile, "abc", 0, 4));
	check_uint(profile->nodes.count, 4);
	check_node(profile, "abc", 5, 5);
}

static void self_is_the_leaf_s_and_total_everyone_s_above(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(add(profile, "abc", 0, 2));
	check_ok(add(profile, "ab", 0, 3));
	check_ok(add(profile, "ad", 0, 5));
	check_uint(profile_total(profile), 10);
	check_node(profile, "", 0, 10);
	check_node(profile, "a", 0, 10);
	check_node(profile, "ab", 3, 5);
	check_node(profile, "abc", 2, 2);
	check_node(profile, "ad", 5, 5);
	check_null(node_at(profile, "b"));
}

static void one_function_under_two_callers_is_two_nodes(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(add(profile, "ax", 0, 1));
	check_ok(add(profile, "bx", 0, 2));
	check_node(profile, "ax", 1, 1);
	check_node(profile, "bx", 2, 2);
}

static void parents_stand_before_their_children(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(add(profile, "abc", 0, 1));
	check_ok(add(profile, "b", 0, 1));
	check_ok(add(profile, "ad", 0, 1));
	for (uint32_t i = 1; i < profile->nodes.count; i++)
		check_true(profile->nodes.items[i].parent < i);
}

static void a_sample_without_a_stack_is_the_root_s(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(profile_add(profile, NULL, 0, 9, 3));
	check_node(profile, "", 3, 3);
	check_uint(profile->lines.count, 0);
}

/* The costs of all functions as "a:self/total b:...". */
static void check_functions(struct profile *profile, const char *expected)
{
	CLEANUP(freep) struct function_cost *costs = NULL;
	char text[512] = "";
	size_t count = 0;

	if (!check_ok(profile_functions(profile, &costs, &count)))
		return;
	for (size_t i = 0; i < count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "%s%s:%" PRIu64 "/%" PRIu64, i ? " " : "",
			 frames_get(&profile->frames, costs[i].frame)->name, costs[i].self,
			 costs[i].total);
	check_str(text, expected);
}

static void costs_of_a_function_are_summed_over_its_callers(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	id_of(profile, 'n'); /* known, but in no stack */
	check_ok(add(profile, "Pax", 0, 1));
	check_ok(add(profile, "Pbx", 0, 2));
	check_ok(add(profile, "Pbxy", 0, 4));
	check_functions(profile, "a:0/1 x:3/7 b:0/6 y:4/4");
}

static void recursion_counts_once_in_each_stack(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(add(profile, "aaa", 0, 2));
	check_ok(add(profile, "abab", 0, 3));
	check_ok(add(profile, "ba", 0, 5));
	check_functions(profile, "a:7/10 b:3/8");
}

static void the_hottest_line_is_the_leaf_s_with_most_samples(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	uint64_t samples = 99;

	check_ok(add(profile, "ab", 10, 2));
	check_ok(add(profile, "ab", 11, 1));
	check_ok(add(profile, "b", 11, 4));
	check_ok(add(profile, "ba", 20, 50));
	check_ok(add(profile, "b", 0, 100));
	check_uint(hottest_line(profile, id_of(profile, 'b'), &samples), 11);
	check_uint(samples, 5);
	check_ok(add(profile, "ab", 10, 3));
	check_uint(hottest_line(profile, id_of(profile, 'b'), &samples), 10);
	check_uint(hottest_line(profile, id_of(profile, 'c'), &samples), 0);
	check_uint(samples, 0);
}

static void samples_turn_into_seconds_by_the_period(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	profile->facts.period_ns = 10 * 1000 * 1000;
	check_near(profile_seconds(profile, 250), 2.5, 1e-12);
	check_near(profile_seconds(profile, 0), 0, 0);
}

static void deep_and_wide_trees_stay_consistent(void)
{
	enum {
		DEPTH = 1024,
		STACKS = 200
	};
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	uint32_t ids[DEPTH];
	uint64_t self = 0;

	for (uint32_t stack = 0; stack < STACKS; stack++) {
		for (uint32_t i = 0; i < DEPTH; i++)
			ids[i] = i < DEPTH / 2 ? i : i + stack;
		check_ok(profile_add(profile, ids, DEPTH, 0, 1));
	}
	check_uint(profile->nodes.count, 1 + DEPTH / 2 + STACKS * DEPTH / 2);
	for (size_t i = 0; i < profile->nodes.count; i++)
		self += profile->nodes.items[i].self;
	check_uint(self, STACKS);
	check_uint(profile_total(profile), STACKS);
}

static void without_memory_building_fails_and_leaks_nothing(void)
{
	static const uint32_t stack[] = {1, 2, 3};
	unsigned int nth = 1;

	for (;; nth++) {
		memory_fail_at(nth);
		CLEANUP(profile_freep) struct profile *profile = profile_new();
		int err = profile ? profile_add(profile, stack, 3, 7, 1) : -ENOMEM;
		if (!memory_failed())
			break;
		check_int(err, -ENOMEM);
		if (!profile)
			continue;
		check_ok(profile_add(profile, stack, 3, 7, 1));
		check_uint(profile->nodes.count, 4);
	}
	check_true(nth > 3);
}

static void freeing_nothing_does_nothing(void)
{
	struct profile *profile = NULL;

	profile_free(NULL);
	profile_freep(&profile);
	check_null(profile);
}

CU_TestInfo profile_tests[] = {
	TEST(a_new_profile_is_an_empty_root),
	TEST(equal_stacks_share_one_node),
	TEST(self_is_the_leaf_s_and_total_everyone_s_above),
	TEST(one_function_under_two_callers_is_two_nodes),
	TEST(parents_stand_before_their_children),
	TEST(a_sample_without_a_stack_is_the_root_s),
	TEST(costs_of_a_function_are_summed_over_its_callers),
	TEST(recursion_counts_once_in_each_stack),
	TEST(the_hottest_line_is_the_leaf_s_with_most_samples),
	TEST(samples_turn_into_seconds_by_the_period),
	TEST(deep_and_wide_trees_stay_consistent),
	TEST(without_memory_building_fails_and_leaks_nothing),
	TEST(freeing_nothing_does_nothing),
	CU_TEST_INFO_NULL,
};
