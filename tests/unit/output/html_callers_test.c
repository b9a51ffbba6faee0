// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/html_callers.h"

#include "pstats_stacks.h"
#include "rendered.h"

static int write_callers(const struct profile *profile, FILE *stream)
{
	CLEANUP(html_functions_done) struct html_functions functions;
	int err = html_functions_init(&functions, profile);

	return err ? err : html_callers_write(&functions, stream);
}

static void each_row_has_its_callers_and_callees(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	/* The rows: work, main, other. */
	check_ok(stack_add(profile, "process:python main work", 5));
	check_ok(stack_add(profile, "process:python main", 4));
	check_ok(stack_add(profile, "process:python other work", 7));
	CLEANUP(freep) char *text = rendered(write_callers, profile);
	check_str(text, "<script type=\"application/json\" id=\"data\">{\"samples\":16,\"rows\":["
			"[[2,7,1,5],[]],[[4,9],[0,5]],[[4,7],[0,7]]],"
			"\"others\":[\"[others]\",\"python\"]}\n</script>\n");
}

static void nothing_in_a_name_ends_the_data(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "process:</script><script>\"\\\n\xff main", 5));
	CLEANUP(freep) char *text = rendered(write_callers, profile);
	check_contains(text, "\"\\u003c/script>\\u003cscript>\\\"\\\\\\\\n\\\\xff\"]");
	check_uint(count_of(text, "<"), 2);
}

static void callers_of_one_function_are_bounded(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	char stack[64];

	for (int i = 0; i < 100; i++) {
		snprintf(stack, sizeof(stack), "caller%d callee", i);
		check_ok(stack_add(profile, stack, (uint64_t)i + 1));
	}
	CLEANUP(freep) char *text = rendered(write_callers, profile);
	check_contains(text, "\"rows\":[[[1,100,2,99,3,98,");
	check_contains(text, "20,81],[]]");
}

static void names_of_others_are_bounded(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	char name[10001], number[16];

	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	uint32_t frames[] = {0, (uint32_t)frames_add(&profile->frames, FRAME_NATIVE, "callee")};
	for (int i = 0; i < 3000; i++) {
		snprintf(number, sizeof(number), "%05d", i);
		memcpy(name, number, 5);
		frames[0] = (uint32_t)frames_add(&profile->frames, FRAME_NATIVE, name);
		frames[1] = (uint32_t)frames_add(&profile->frames, FRAME_GAP, name);
		check_ok(profile_add(profile, frames, 2, 0, 1));
	}
	CLEANUP(freep) char *text = rendered(write_callers, profile);
	check_true(strlen(text) < 1000000);
	check_contains(text, "\"[others]\"");
}

static void lack_of_memory_is_reported(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "process:python main work", 5));
	check_reports_lack_of_memory(write_callers, profile);
}

CU_TestInfo html_callers_tests[] = {
	TEST(each_row_has_its_callers_and_callees), TEST(nothing_in_a_name_ends_the_data),
	TEST(callers_of_one_function_are_bounded),  TEST(names_of_others_are_bounded),
	TEST(lack_of_memory_is_reported),	    CU_TEST_INFO_NULL,
};
