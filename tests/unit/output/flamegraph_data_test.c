// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/flamegraph_data.h"

#include "check.h"
#include "pstats_stacks.h"
#include "rendered.h"

/* A function at a line of x.py. */
static uint32_t function_at(struct profile *profile, const char *name, uint32_t line)
{
	struct frame frame = {
		.kind = FRAME_PYTHON,
		.name = name,
		.short_name = name,
		.file = "/home/ana/x.py",
		.first_line = 7,
		.line = line,
	};

	return (uint32_t)frames_intern(&profile->frames, &frame);
}

static void the_nodes_are_a_list_in_call_order(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	profile->facts.period_ns = 10101010;
	check_ok(stack_add(profile, "process:python main@3 native:dgemm", 5));
	check_ok(stack_add(profile, "process:python main@3", 2));
	check_ok(stack_add(profile, "process:sh", 1));
	CLEANUP(freep) char *text = rendered(flamegraph_data_write, profile);
	check_contains(text, "<metadata id=\"data\">{&quot;period&quot;:0.010101010,");
	check_contains(text, "&quot;detail&quot;:false,&quot;threads&quot;:false,"
			     "&quot;lines&quot;:false,");
	/* python, main, dgemm, sh */
	check_contains(text, "&quot;frames&quot;:[0,0,1,0,2,0,3,0]");
	check_contains(text, "&quot;p");
	check_contains(text, "&quot;main (x.py:3)&quot;");
	check_contains(text, "1,0,0,2,1,2,3,2,5");
	check_contains(text, "1,3,1");
}

static void lines_of_a_function_share_its_name(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	struct profile *detail = profile->detail = profile_new();
	uint32_t hot = function_at(profile, "f", 33), cold = function_at(profile, "f", 35);

	check_ok(profile_add(profile, &(uint32_t){function_at(profile, "f", 0)}, 1, 33, 9));
	check_ok(profile_add(detail, &hot, 1, 0, 6));
	check_ok(profile_add(detail, &cold, 1, 0, 3));
	CLEANUP(freep) char *text = rendered(flamegraph_data_write, profile);
	check_contains(text, "&quot;detail&quot;:true");
	check_contains(text, "1,0,6");
	check_contains(text, "1,1,3");
	check_contains(text, "&quot;frames&quot;:[0,33,0,35]");
	check_uint(count_of(text, "f (/home/ana/x.py:7)"), 1);
}

static void threads_are_told_from_the_first_of_their_process(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	struct profile_process process = {.pid = 12, .name = "python", .python = "3.11.2"};
	const char *names[] = {"python (12)", "worker (13)", "[other threads]"};

	check_ok(vec_push(&profile->processes, process));
	for (size_t i = 0; i < 3; i++) {
		uint32_t id = (uint32_t)frames_add(&profile->frames, FRAME_THREAD, names[i]);
		check_ok(profile_add(profile, &id, 1, 0, 3 - i));
	}
	CLEANUP(freep) char *text = rendered(flamegraph_data_write, profile);
	check_contains(text, "&quot;frames&quot;:[0,0,1,1,2,0]");
}

static void hostile_names_stay_text(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	static const char *const names[] = {"</metadata><script>alert(1)</script>", "]]>\"\\",
					    "\n\x01", "\xff", "\xed\xb2\x80"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		uint32_t id = (uint32_t)frames_add(&profile->frames, FRAME_NATIVE, names[i]);
		check_ok(profile_add(profile, &id, 1, 0, 1));
	}
	CLEANUP(freep) char *text = rendered(flamegraph_data_write, profile);
	check_uint(count_of(text, "<"), 2);
	check_uint(count_of(text, ">"), 2);
	check_contains(text, "&lt;/metadata&gt;&lt;script&gt;");
	check_contains(text, "]]&gt;\\&quot;\\\\&quot;");
	check_contains(text, "&quot;\\\\n\\\\x01&quot;");
	check_contains(text, "\\\\xff");
	check_contains(text, "\\\\udc80");
}

static void long_names_are_cut(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	char name[10001] = "";

	memset(name, 'x', sizeof(name) - 1);
	uint32_t id = (uint32_t)frames_add(&profile->frames, FRAME_NATIVE, name);
	check_ok(profile_add(profile, &id, 1, 0, 1));
	CLEANUP(freep) char *text = rendered(flamegraph_data_write, profile);
	check_uint(count_of(text, "xxxxxxxxxx"), 100);
}

/* The sum of every third number of the list, and how many of the frames say that there is no room.
 */
static uint64_t sum_of_self(const char *text, size_t *left_out)
{
	const char *at = text ? strstr(text, "nodes&quot;:[") : NULL;
	uint64_t sum = 0;
	char *end = NULL;

	*left_out = 0;
	if (!at)
		return 0;
	at += strlen("nodes&quot;:[") - 1;
	for (int i = 0; *at != ']'; i++, at = end) {
		long long number = strtoll(at + 1, &end, 10);
		sum += i % 3 == 2 ? (uint64_t)number : 0;
		*left_out += i % 3 == 1 && number < 0;
	}
	return sum;
}

static void what_has_no_room_is_counted(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	uint32_t frames[30];
	char name[64];
	size_t left_out;

	for (uint32_t i = 0; i < 20000; i++) {
		for (uint32_t depth = 0; depth < 30; depth++) {
			snprintf(name, sizeof(name), "function_%u", depth ? i % 1000 + depth : 0);
			frames[depth] = (uint32_t)frames_add(&profile->frames, FRAME_NATIVE, name);
		}
		frames[29] = (uint32_t)frames_add(
			&profile->frames, FRAME_NATIVE,
			(snprintf(name, sizeof(name), "leaf_with_a_long_long_name_%u", i), name));
		check_ok(profile_add(profile, frames, 30, 0, i % 5 + 1));
	}
	CLEANUP(freep) char *text = rendered(flamegraph_data_write, profile);
	check_true(text && strlen(text) < 1.1 * FLAMEGRAPH_DATA_BYTES);
	check_true(text && strlen(text) > 0.6 * FLAMEGRAPH_DATA_BYTES);
	check_uint(sum_of_self(text, &left_out), profile_total(profile));
	check_true(left_out > 100);
}

static void lack_of_memory_is_reported(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "process:python main", 2));
	check_reports_lack_of_memory(flamegraph_data_write, profile);
}

CU_TestInfo flamegraph_data_tests[] = {
	TEST(the_nodes_are_a_list_in_call_order),
	TEST(lines_of_a_function_share_its_name),
	TEST(threads_are_told_from_the_first_of_their_process),
	TEST(hostile_names_stay_text),
	TEST(long_names_are_cut),
	TEST(what_has_no_room_is_counted),
	TEST(lack_of_memory_is_reported),
	CU_TEST_INFO_NULL,
};
