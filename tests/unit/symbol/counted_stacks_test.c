// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/counted_stacks.h"

#include <errno.h>
#include <stdlib.h>

#include "check.h"
#include "memory.h"
#include "records.h"

static void check_words(const struct counted_stacks *stacks, uint32_t node, const uint64_t *words,
			uint32_t depth)
{
	uint32_t numbers[8] = {0};

	counted_stacks_words(stacks, node, depth, numbers);
	for (uint32_t i = 0; i < depth; i++)
		check_uint(stacks->words.list.items[numbers[i]].word, words[i]);
}

static void a_stack_is_found_by_its_hash(void)
{
	const uint64_t words[] = {5, 6, 7};
	struct counted_stacks stacks = {0};
	struct records records = {0};

	check_ok(counted_stacks_add(&stacks,
				    put_stack(&records, 7, 7, 100, STACK_COMPLETE, 1, words), 3));
	check_ok(counted_stacks_add(&stacks, put_whole_stack(&records, 7, 7, 101, 1, 2, words), 4));
	const struct counted_stack *stack = counted_stacks_find(&stacks, 101);
	check_uint(stack->depth, 1);
	check_uint(stack->native_depth, 2);
	check_uint(stack->process, 4);
	check_words(&stacks, stack->python, (const uint64_t[]){5}, 1);
	check_words(&stacks, stack->native, (const uint64_t[]){6, 7}, 2);
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
	check_ok(counted_stacks_add(&stacks,
				    put_stack(&records, 7, 7, 101, STACK_STATUSES, 1, words), 0));
	check_uint(counted_stacks_find(&stacks, 101)->status, STACK_UNREADABLE);
	check_uint(counted_stacks_find(&stacks, 100)->status, STACK_UNREADABLE);
	records_done(&records);
	counted_stacks_done(&stacks);
}

/* Threads that take turns, and recursion that ends and begins again. */
static void outer_frames_are_shared(void)
{
	static const uint64_t stacks_of[][4] = {
		{1, 2, 3, 4}, {2, 3, 4}, {9, 1, 2, 3}, {1, 1, 3, 4}, {1, 2, 3, 4}, {3, 4}, {2, 3},
	};
	static const uint32_t depths[] = {4, 3, 4, 4, 4, 2, 2};
	struct counted_stacks stacks = {0};
	struct records records = {0};

	for (uint32_t i = 0; i < 7; i++)
		check_ok(counted_stacks_add(&stacks,
					    put_stack(&records, 7, 7 + i % 2, 100 + i,
						      STACK_COMPLETE, depths[i], stacks_of[i]),
					    0));
	for (uint32_t i = 0; i < 7; i++)
		check_words(&stacks, counted_stacks_find(&stacks, 100 + i)->python, stacks_of[i],
			    depths[i]);
	check_uint(counted_stacks_find(&stacks, 104)->python,
		   counted_stacks_find(&stacks, 100)->python);
	/* root, 4 3 2 1, 3 2 1 9, and the 1 1 of the fourth */
	check_uint(stacks.nodes.count, 11);
	check_uint(stacks.depths, 23);
	records_done(&records);
	counted_stacks_done(&stacks);
}

/* The same address in two processes that have one id one after the other, or one slot. */
static void words_of_jits_are_not_shared_between_processes(void)
{
	const uint64_t words[] = {(uint64_t)FRAME_WORD_JIT << FRAME_KIND_SHIFT | 0x7f00};
	struct counted_stacks stacks = {0};
	struct records records = {0};

	check_ok(counted_stacks_add(&stacks, put_whole_stack(&records, 7, 7, 100, 0, 1, words), 0));
	check_ok(counted_stacks_add(&stacks, put_whole_stack(&records, 8, 7, 101, 0, 1, words), 1));
	check_true(counted_stacks_find(&stacks, 100)->native !=
		   counted_stacks_find(&stacks, 101)->native);
	records_done(&records);
	counted_stacks_done(&stacks);
}

static void samples_are_counted_by_thread_and_listed_by_likeness(void)
{
	const uint64_t words[] = {1, 2, 3};
	struct counted_stacks stacks = {0};
	struct records records = {0};
	size_t count;

	for (uint32_t i = 0; i < 4; i++)
		check_ok(counted_stacks_add(&stacks,
					    put_stack(&records, 7, 9 - i % 2, 100 + i,
						      STACK_COMPLETE, 1 + i % 3, words),
					    0));
	check_ok(counted_stacks_count(&stacks, 0, 9, 2));
	check_ok(counted_stacks_count(&stacks, 0, 8, 3));
	check_ok(counted_stacks_count(&stacks, 0, 9, 4));
	check_ok(counted_stacks_count(&stacks, 0, 8, 5));
	check_ok(counted_stacks_count(&stacks, 1, 0, 7));
	check_ok(counted_stacks_count(&stacks, 3, 8, 1));
	struct stack_samples *list = counted_stacks_samples(&stacks, &count);
	static const struct stack_samples expected[] = {
		{8, 1, 0, 7}, {8, 3, 8, 1}, {9, 0, 8, 8}, {9, 0, 9, 6}};
	check_uint(count, 4);
	for (size_t i = 0; i < 4 && i < count; i++) {
		check_uint(list[i].near, expected[i].near);
		check_uint(list[i].stack, expected[i].stack);
		check_uint(list[i].tid, expected[i].tid);
		check_uint(list[i].samples, expected[i].samples);
	}
	free(list);
	records_done(&records);
	counted_stacks_done(&stacks);
}

static void lack_of_memory_is_told(void)
{
	const uint64_t words[] = {1, 2, 3};
	unsigned int nth = 1;

	for (;; nth++) {
		struct counted_stacks stacks = {0};
		struct records records = {0};
		struct stack_record *record = put_whole_stack(&records, 7, 7, 100, 1, 2, words);
		memory_fail_at(nth);
		int err = counted_stacks_add(&stacks, record, 0);
		bool failed = memory_failed();
		check_int(err, failed ? -ENOMEM : 0);
		records_done(&records);
		counted_stacks_done(&stacks);
		if (!failed)
			break;
	}
	check_true(nth > 8);
}

CU_TestInfo counted_stacks_tests[] = {
	TEST(a_stack_is_found_by_its_hash),
	TEST(an_unknown_status_is_one_of_ours),
	TEST(outer_frames_are_shared),
	TEST(words_of_jits_are_not_shared_between_processes),
	TEST(samples_are_counted_by_thread_and_listed_by_likeness),
	TEST(lack_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
