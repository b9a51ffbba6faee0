// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/counted_stacks.h"

#include "check.h"
#include "memory.h"
#include "records.h"

static void a_stack_is_found_by_its_hash(void)
{
	const uint64_t words[] = {5, 6, 7};
	struct counted_stacks stacks = {0};
	struct records records = {0};

	check_ok(counted_stacks_add(&stacks,
				    put_stack(&records, 7, 7, 100, STACK_COMPLETE, 1, words), 3));
	check_ok(counted_stacks_add(&stacks, put_whole_stack(&records, 7, 7, 101, 1, 2, words), 4));
	const struct counted_stack *stack = counted_stacks_find(&stacks, 101);
	check_uint(stack->first, 1);
	check_uint(stack->depth, 1);
	check_uint(stack->native_depth, 2);
	check_uint(stack->process, 4);
	check_uint(stacks.words.items[stack->first + 2], 7);
	check_true(!counted_stacks_find(&stacks, 102));
	records_done(&records);
	counted_stacks_done(&stacks);
}

static void an_unknown_status_is_one_of_ours(void)
{
	const uint64_t words[] = {5};
	struct counted_stacks stacks = {0};
	struct records records = {0};

	check_ok(counted_stacks_add(
		&stacks, put_stack(&records, 7, 7, 100, STACK_STATUSES + 9, 1, words), 0));
	check_uint(counted_stacks_find(&stacks, 100)->status, STACK_UNREADABLE);
	records_done(&records);
	counted_stacks_done(&stacks);
}

CU_TestInfo counted_stacks_tests[] = {
	TEST(a_stack_is_found_by_its_hash),
	TEST(an_unknown_status_is_one_of_ours),
	CU_TEST_INFO_NULL,
};
