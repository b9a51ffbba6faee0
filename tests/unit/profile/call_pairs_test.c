// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/call_pairs.h"

#include "base/cleanup.h"
#include "check.h"
#include "memory.h"
#include "output/pstats_stacks.h"

static uint64_t samples_of(const struct profile *profile, const char *caller, const char *callee)
{
	CLEANUP(freep) struct call_pair *pairs = NULL;
	size_t count = 0;
	uint64_t samples = 0;

	if (!check_ok(call_pairs_make(profile, &pairs, &count)))
		return 0;
	for (size_t i = 0; i < count; i++)
		if (!strcmp(frames_get(&profile->frames, pairs[i].caller)->name, caller) &&
		    !strcmp(frames_get(&profile->frames, pairs[i].callee)->name, callee))
			samples += pairs[i].samples;
	return samples;
}

static void pairs_have_the_samples_of_their_stacks(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "process:python main work native:dgemm", 3));
	check_ok(stack_add(profile, "process:python main", 5));
	check_ok(stack_add(profile, "process:python other work", 2));
	check_uint(samples_of(profile, "python", "main"), 8);
	check_uint(samples_of(profile, "main", "work"), 3);
	check_uint(samples_of(profile, "other", "work"), 2);
	check_uint(samples_of(profile, "work", "dgemm"), 3);
	check_uint(samples_of(profile, "main", "dgemm"), 0);
}

static void recursion_counts_once(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "main f f f", 4));
	check_ok(stack_add(profile, "main f g f g", 3));
	check_uint(samples_of(profile, "main", "f"), 7);
	check_uint(samples_of(profile, "f", "f"), 4);
	check_uint(samples_of(profile, "f", "g"), 3);
	check_uint(samples_of(profile, "g", "f"), 3);
}

static void an_empty_tree_has_none(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	struct call_pair *pairs = NULL;
	size_t count = 1;

	check_ok(call_pairs_make(profile, &pairs, &count));
	check_uint(count, 0);
	free(pairs);
}

static void lack_of_memory_is_reported(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "process:python main work", 3));
	for (unsigned int nth = 1;; nth++) {
		CLEANUP(freep) struct call_pair *pairs = NULL;
		size_t count;
		memory_fail_at(nth);
		int err = call_pairs_make(profile, &pairs, &count);
		if (!memory_failed())
			break;
		check_int(err, -ENOMEM);
	}
}

CU_TestInfo call_pairs_tests[] = {
	TEST(pairs_have_the_samples_of_their_stacks),
	TEST(recursion_counts_once),
	TEST(an_empty_tree_has_none),
	TEST(lack_of_memory_is_reported),
	CU_TEST_INFO_NULL,
};
