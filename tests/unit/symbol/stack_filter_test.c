// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/stack_filter.h"

#include <errno.h>

#include "check.h"
#include "memory.h"
#include "profile/frame.h"

static int takes(const struct stack_patterns *patterns, size_t depth)
{
	struct frames frames = {0};
	struct stack_filter filter = {0};
	uint32_t stack[] = {
		(uint32_t)frames_add(&frames, FRAME_PROCESS, "python3"),
		(uint32_t)frames_intern(&frames, &(struct frame){.kind = FRAME_PYTHON,
								 .name = "Work.load",
								 .short_name = "load",
								 .file = "/app/io.py",
								 .first_line = 7}),
		(uint32_t)frames_add(&frames, FRAME_BUILTIN, "list.sort"),
	};
	int taken = stack_filter_init(&filter, patterns);

	for (int again = 0; again < 2 && taken >= 0; again++)
		taken = stack_filter_takes(&filter, &frames, stack, depth);
	stack_filter_done(&filter);
	frames_done(&frames);
	return taken;
}

static void stacks_are_taken_by_their_labels(void)
{
	check_int(takes(&(struct stack_patterns){0}, 3), 1);
	check_int(takes(&(struct stack_patterns){.include = "load"}, 3), 1);
	check_int(takes(&(struct stack_patterns){.include = "/app/.*:7"}, 3), 1);
	check_int(takes(&(struct stack_patterns){.include = "list"}, 3), 1);
	check_int(takes(&(struct stack_patterns){.include = "list"}, 2), 0);
	check_int(takes(&(struct stack_patterns){.include = "^load"}, 3), 0);
	check_int(takes(&(struct stack_patterns){.exclude = "list.sort"}, 3), 0);
	check_int(takes(&(struct stack_patterns){.exclude = "list.sort"}, 2), 1);
	check_int(takes(&(struct stack_patterns){.include = "load", .exclude = "sort"}, 3), 0);
	check_int(takes(&(struct stack_patterns){.include = "("}, 3), -EINVAL);
}

static void processes_and_threads_are_taken_by_name_or_whole_number(void)
{
	struct stack_filter filter = {0};

	check_ok(stack_filter_init(
		&filter, &(struct stack_patterns){.process = "^python|12", .thread = "loader|7"}));
	check_true(stack_filter_takes_process(&filter, "python3", 5));
	check_true(stack_filter_takes_process(&filter, "cc1", 12));
	check_true(!stack_filter_takes_process(&filter, "cc1", 123));
	check_true(!stack_filter_takes_process(&filter, "mypython", 5));
	check_true(stack_filter_takes_thread(&filter, "a loader", 1));
	check_true(stack_filter_takes_thread(&filter, "", 7));
	check_true(!stack_filter_takes_thread(&filter, "", 77));
	stack_filter_done(&filter);
}

static void ids_of_another_profile_are_other_labels(void)
{
	struct frames frames[2] = {0};
	struct stack_filter filter = {0};
	const uint32_t stack[] = {0};

	frames_add(&frames[0], FRAME_BUILTIN, "list.sort");
	frames_add(&frames[1], FRAME_BUILTIN, "sum");
	check_ok(stack_filter_init(&filter, &(struct stack_patterns){.include = "sum"}));
	for (int i = 0; i < 4; i++) {
		stack_filter_begin(&filter);
		check_int(stack_filter_takes(&filter, &frames[i % 2], stack, 1), i % 2);
	}
	stack_filter_done(&filter);
	frames_done(&frames[0]);
	frames_done(&frames[1]);
}

CU_TestInfo stack_filter_tests[] = {
	TEST(stacks_are_taken_by_their_labels),
	TEST(ids_of_another_profile_are_other_labels),
	TEST(processes_and_threads_are_taken_by_name_or_whole_number),
	CU_TEST_INFO_NULL,
};
