// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/line_costs.h"

#include "base/cleanup.h"
#include "check.h"
#include "detailed.h"
#include "memory.h"

/* "function:line own/total ..." of all lines, in their order. */
static char *told(const struct profile *profile)
{
	CLEANUP(freep) struct line_cost *costs = NULL;
	size_t count = 0, size;
	char *text = NULL;
	FILE *stream = open_memstream(&text, &size);

	if (!check_not_null(stream))
		return NULL;
	check_ok(line_costs_make(profile, &costs, &count));
	for (size_t i = 0; i < count; i++)
		fprintf(stream, "%s:%u %u/%u ",
			frames_get(&profile->frames, costs[i].function)->name, costs[i].line,
			(unsigned)costs[i].own, (unsigned)costs[i].total);
	fclose(stream);
	return text;
}

static void lines_have_the_time_of_machine_code_below_them(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(detailed_add(profile, "process:python main@1:7 work@10:12 builtin:sum", 3));
	check_ok(detailed_add(profile, "process:python main@1:7 work@10:12", 2));
	check_ok(detailed_add(profile, "process:python main@1:8 work@10:13", 1));
	check_ok(detailed_add(profile, "process:python main@1:8 native:dgemm gap:[x] kernel:r", 4));
	CLEANUP(freep) char *text = told(profile);
	check_str(text, "main:7 0/5 main:8 4/5 work:12 5/5 work:13 1/1 ");
}

static void recursion_counts_once(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(detailed_add(profile, "f@1:3 f@1:3 f@1:4", 2));
	check_ok(detailed_add(profile, "f@1:3 f@1:3", 1));
	CLEANUP(freep) char *text = told(profile);
	check_str(text, "f:3 1/3 f:4 2/2 ");
}

static void functions_of_one_name_stay_apart(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(detailed_add(profile, "f@1:3", 2));
	check_ok(detailed_add(profile, "f@9:11", 5));
	CLEANUP(freep) char *text = told(profile);
	check_str(text, "f:3 2/2 f:11 5/5 ");
}

static void without_detail_there_are_no_lines(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "main", 2));
	CLEANUP(freep) char *text = told(profile);
	check_str(text, "");
}

static void lack_of_memory_is_reported(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(detailed_add(profile, "main@1:7", 2));
	for (unsigned int nth = 1;; nth++) {
		CLEANUP(freep) struct line_cost *costs = NULL;
		size_t count;
		memory_fail_at(nth);
		int err = line_costs_make(profile, &costs, &count);
		if (!memory_failed())
			break;
		check_int(err, -ENOMEM);
	}
}

CU_TestInfo line_costs_tests[] = {
	TEST(lines_have_the_time_of_machine_code_below_them),
	TEST(recursion_counts_once),
	TEST(functions_of_one_name_stay_apart),
	TEST(without_detail_there_are_no_lines),
	TEST(lack_of_memory_is_reported),
	CU_TEST_INFO_NULL,
};
