// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/merge.h"

#include <errno.h>
#include <string.h>

#include "check.h"
#include "hottest_line.h"
#include "memory.h"

static uint32_t python(struct profile *profile, const char *name)
{
	return (uint32_t)frames_intern(&profile->frames, &(struct frame){.kind = FRAME_PYTHON,
									 .name = name,
									 .short_name = name,
									 .file = "x.py",
									 .first_line = 1});
}

/* A run: main() calls one function, in which so many samples are, all of them at one line. */
static struct profile *run_of(const char *command, const char *function, uint64_t samples)
{
	struct profile *profile = profile_new();
	const char *interned = strings_add(&profile->frames.strings, command);
	const char *marker = strings_add(&profile->frames.strings, "[no unwind info: x]");
	uint32_t other = python(profile, function), stack[] = {python(profile, "main"), other};

	profile->facts = (struct profile_facts){
		.command = interned,
		.clock = "cpu",
		.period_ns = 1000000,
		.duration_s = 2,
		.start_unix_s = (int64_t)(1000 - samples),
		.cpu_s = 1,
		.due = samples,
		.received = samples,
		.filtered = 10 * samples,
	};
	check_ok(profile_add(profile, stack, 2, 7, samples));
	check_ok(vec_push(&profile->processes, ((struct profile_process){
						       .pid = 5,
						       .name = "python3",
						       .python = "3.11.2",
						       .samples = samples,
					       })));
	check_ok(vec_push(
		&profile->losses,
		((struct profile_loss){"torn", "a frame was being written", 1, LOSS_FRAMES})));
	check_ok(vec_push(&profile->gaps, ((struct profile_gap){marker, 2})));
	check_ok(vec_push(&profile->threads, ((struct profile_thread){5, 5, "t", "python3"})));
	check_ok(vec_push(&profile->samples, ((struct profile_sample){500, 0, 2, 1})));
	return profile;
}

static uint64_t total_of(const struct profile *profile, const char *name)
{
	for (size_t i = 1; i < profile->nodes.count; i++)
		if (!strcmp(frames_get(&profile->frames, profile->nodes.items[i].frame)->name,
			    name))
			return profile->nodes.items[i].total;
	return 0;
}

static void counts_of_equal_functions_are_added(void)
{
	struct profile *into = run_of("python a.py", "work", 3);
	struct profile *from = run_of("python b.py", "rest", 4), *again = run_of("", "work", 5);
	uint64_t samples;

	check_ok(profile_merge(into, from));
	check_ok(profile_merge(into, again));
	profile_free(from);
	profile_free(again);
	check_uint(profile_total(into), 12);
	check_uint(total_of(into, "main"), 12);
	check_uint(total_of(into, "work"), 8);
	check_uint(total_of(into, "rest"), 4);
	check_uint(hottest_line(into, python(into, "work"), &samples), 7);
	check_uint(samples, 8);
	check_uint(into->processes.count, 3);
	check_uint(into->losses.count, 1);
	check_uint(into->losses.items[0].count, 3);
	check_uint(into->gaps.count, 1);
	check_uint(into->gaps.items[0].count, 6);
	check_uint(into->facts.due, 12);
	check_uint(into->facts.filtered, 120);
	check_int(into->facts.start_unix_s, 995);
	check_str(into->facts.command, "python a.py, python b.py");
	profile_free(into);
}

static void samples_follow_each_other(void)
{
	struct profile *into = run_of("a", "work", 3), *from = run_of("b", "rest", 4);

	check_ok(profile_merge(into, from));
	profile_free(from);
	check_uint(into->samples.count, 2);
	check_uint(into->samples.items[1].time_ns, 2000000500);
	check_uint(into->samples.items[1].thread, 1);
	check_str(into->threads.items[1].name, "t");
	const struct profile_node *leaf = &into->nodes.items[into->samples.items[1].node];
	check_str(frames_get(&into->frames, leaf->frame)->name, "rest");
	check_true(into->detail == NULL);
	profile_free(into);
}

static void another_clock_is_refused(void)
{
	struct profile *into = run_of("a", "work", 3), *from = run_of("a", "work", 3);

	from->facts.period_ns++;
	check_int(profile_merge(into, from), -EINVAL);
	from->facts.period_ns--;
	from->facts.clock = "tick";
	check_int(profile_merge(into, from), -EINVAL);
	profile_free(from);
	profile_free(into);
}

static void calls_of_some_runs_say_nothing_of_all(void)
{
	struct profile *into = run_of("a", "work", 3), *from = run_of("a", "work", 3);

	into->facts.calls.kind = CALLS_COUNTS;
	check_ok(vec_push(&into->calls, ((struct profile_call){.callee = 0, .calls = 9})));
	check_ok(profile_merge(into, from));
	check_uint(into->calls.count, 0);
	check_int(into->facts.calls.kind, CALLS_NONE);
	profile_free(from);
	profile_free(into);
}

static void lack_of_memory_is_told(void)
{
	for (unsigned int nth = 1;; nth++) {
		struct profile *into = run_of("a", "work", 3), *from = run_of("b", "rest", 4);
		memory_fail_at(nth);
		int err = profile_merge(into, from);
		bool failed = memory_failed();
		profile_free(from);
		profile_free(into);
		if (!failed)
			break;
		check_int(err, -ENOMEM);
	}
}

CU_TestInfo merge_tests[] = {
	TEST(counts_of_equal_functions_are_added),
	TEST(samples_follow_each_other),
	TEST(another_clock_is_refused),
	TEST(calls_of_some_runs_say_nothing_of_all),
	TEST(lack_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
