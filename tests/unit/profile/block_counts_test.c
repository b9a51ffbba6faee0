// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/block_counts.h"

#include <errno.h>

#include "base/cleanup.h"
#include "check.h"
#include "memory.h"
#include "output/pstats_stacks.h"

/* Frames 0 python, 1 main, 2 work; nodes 1 to 3; 4 = work below work. */
static struct profile *recursive(void)
{
	struct profile *profile = profile_new();

	check_ok(stack_add(profile, "process:python main work work", 4));
	check_ok(stack_add(profile, "process:python main", 2));
	return profile;
}

static void sample(struct profile *profile, uint32_t node, uint32_t weight)
{
	struct profile_sample one = {.node = node, .weight = weight};

	check_ok(vec_push(&profile->samples, one));
}

static const uint32_t own[] = {0, 1, 2};

static void recursion_counts_once(void)
{
	CLEANUP(profile_freep) struct profile *profile = recursive();
	CLEANUP(block_counts_done) struct block_counts counts;

	check_ok(block_counts_init(&counts, profile, own, 3, 1));
	check_uint(counts.samples[0], 6);
	check_uint(counts.self[1], 2);
	check_uint(counts.total[1], 6);
	check_uint(counts.self[2], 4);
	check_uint(counts.total[2], 4);
}

static void frames_of_one_function_count_together(void)
{
	static const uint32_t same[] = {0, 1, 1};
	CLEANUP(profile_freep) struct profile *profile = recursive();
	CLEANUP(block_counts_done) struct block_counts counts;

	check_ok(block_counts_init(&counts, profile, same, 2, 1));
	check_uint(counts.self[1], 6);
	check_uint(counts.total[1], 6);
}

static void blocks_have_equally_many_samples(void)
{
	CLEANUP(profile_freep) struct profile *profile = recursive();
	CLEANUP(block_counts_done) struct block_counts counts;

	sample(profile, 4, 1);
	sample(profile, 4, 1);
	sample(profile, 2, 1);
	sample(profile, 4, 2);
	sample(profile, 2, 1);
	check_ok(block_counts_init(&counts, profile, own, 3, 2));
	check_uint(counts.samples[0], 3);
	check_uint(counts.samples[1], 3);
	check_uint(counts.self[4], 2);
	check_uint(counts.self[5], 2);
	check_uint(counts.self[2], 1);
	check_uint(counts.total[2], 3);
	check_uint(counts.total[3], 3);
}

static void fewer_samples_than_blocks_leave_some_empty(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	CLEANUP(block_counts_done) struct block_counts counts;
	uint64_t all = 0;

	check_ok(stack_add(profile, "process:python main", 2));
	sample(profile, 2, 1);
	sample(profile, 2, 1);
	check_ok(block_counts_init(&counts, profile, own, 2, 7));
	for (int i = 0; i < 7; i++)
		all += counts.samples[i];
	check_uint(all, 2);
}

static void an_empty_profile_counts_nothing(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	CLEANUP(block_counts_done) struct block_counts counts;

	check_ok(block_counts_init(&counts, profile, own, 0, 40));
	check_uint(counts.samples[39], 0);
}

static void lack_of_memory_is_reported(void)
{
	CLEANUP(profile_freep) struct profile *profile = recursive();

	for (unsigned int nth = 1;; nth++) {
		CLEANUP(block_counts_done) struct block_counts counts;
		memory_fail_at(nth);
		int err = block_counts_init(&counts, profile, own, 3, 1);
		if (!memory_failed())
			break;
		check_int(err, -ENOMEM);
	}
}

CU_TestInfo block_counts_tests[] = {
	TEST(recursion_counts_once),
	TEST(frames_of_one_function_count_together),
	TEST(blocks_have_equally_many_samples),
	TEST(fewer_samples_than_blocks_leave_some_empty),
	TEST(an_empty_profile_counts_nothing),
	TEST(lack_of_memory_is_reported),
	CU_TEST_INFO_NULL,
};
