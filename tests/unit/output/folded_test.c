// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/output.h"

#include "check.h"
#include "pstats_stacks.h"
#include "rendered.h"

static void one_line_per_stack_with_samples_of_its_own(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "process:python main work@10 native:dgemm", 3));
	check_ok(stack_add(profile, "process:python main", 2));
	check_ok(stack_add(profile, "process:python main kernel:read jit:kernel_1", 1));
	check_ok(stack_add(profile, "process:ls", 7));
	CLEANUP(freep) char *text = rendered(folded_write, profile);
	check_str(text, "ls 7\n"
			"python;main (x.py:1) 2\n"
			"python;main (x.py:1);read_[k];kernel_1_[j] 1\n"
			"python;main (x.py:1);work (x.py:10);dgemm 3\n");
}

static void separators_and_controls_are_escaped(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "process:a;b native:line\nfeed native:\xed\xb2\x80\xff", 1));
	CLEANUP(freep) char *text = rendered(folded_write, profile);
	check_str(text, "a\\x3bb;line\\nfeed;\\udc80\\xff 1\n");
}

static void a_number_at_the_end_of_a_leaf_is_not_taken_for_a_count(void)
{
	static const char *const cases[][2] = {
		{"worker 12", "worker\\x2012 5\n"},
		{"worker 1.5", "worker\\x201.5 5\n"},
		{"worker12", "worker12 5\n"},
		{"a 1b", "a 1b 5\n"},
		{"a ", "a  5\n"},
		{"12", "12 5\n"},
		{"", " 5\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CLEANUP(profile_freep) struct profile *profile = profile_new();
		int64_t frame = frames_add(&profile->frames, FRAME_THREAD, cases[i][0]);
		check_ok(profile_add(profile, &(uint32_t){(uint32_t)frame}, 1, 0, 5));
		CLEANUP(freep) char *text = rendered(folded_write, profile);
		check_str(text, cases[i][1]);
	}
}

static void an_empty_profile_is_an_empty_file(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	CLEANUP(freep) char *text = rendered(folded_write, profile);

	check_str(text, "");
}

static void samples_without_a_stack_are_kept(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(profile_add(profile, NULL, 0, 0, 4));
	CLEANUP(freep) char *text = rendered(folded_write, profile);
	check_str(text, "[no stack] 4\n");
}

static void deep_stacks_are_whole(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	uint32_t frames[1000];

	for (uint32_t i = 0; i < 1000; i++)
		frames[i] = (uint32_t)frames_add(&profile->frames, FRAME_NATIVE,
						 i % 2 ? "odd" : "even");
	check_ok(profile_add(profile, frames, 1000, 0, 1));
	check_ok(profile_add(profile, frames, 500, 0, 1));
	CLEANUP(freep) char *text = rendered(folded_write, profile);
	check_uint(count_of(text, "even"), 750);
	check_uint(count_of(text, ";odd"), 750);
	check_uint(count_of(text, "\n"), 2);
}

static void a_full_disk_is_reported(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "process:python main", 2));
	check_reports_a_full_disk(folded_write, profile);
}

static void lack_of_memory_is_reported(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "process:python main", 2));
	check_reports_lack_of_memory(folded_write, profile);
}

CU_TestInfo folded_tests[] = {
	TEST(one_line_per_stack_with_samples_of_its_own),
	TEST(separators_and_controls_are_escaped),
	TEST(a_number_at_the_end_of_a_leaf_is_not_taken_for_a_count),
	TEST(an_empty_profile_is_an_empty_file),
	TEST(samples_without_a_stack_are_kept),
	TEST(deep_stacks_are_whole),
	TEST(a_full_disk_is_reported),
	TEST(lack_of_memory_is_reported),
	CU_TEST_INFO_NULL,
};
