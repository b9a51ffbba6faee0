// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/resolver.h"

#include <errno.h>

#include "base/cleanup.h"
#include "hottest_line.h"
#include "memory.h"
#include "records.h"
#include "symbol/resolved.h"

static uint64_t collection_word(uint64_t generation)
{
	return (uint64_t)FRAME_WORD_COLLECTION << FRAME_KIND_SHIFT | generation << FRAME_ID_SHIFT;
}

static void stacks_become_a_tree_with_the_root_first(void)
{
	const uint64_t deep[] = {frame_word(LEAF, 0), frame_word(WORK, 5), frame_word(MAIN, 9)};
	struct records records = {0};

	put_program(&records);
	put_stack(&records, 7, 7, 100, STACK_COMPLETE, 3, deep);
	put_stack(&records, 7, 7, 101, STACK_COMPLETE, 2, deep + 1);
	put_sample(&records, 7, 7, 100);
	put_sample(&records, 7, 7, 100)->weight = 5;
	struct profile *profile = resolved(&records, false);
	check_uint(profile_total(profile), 8);
	check_uint(self_at(profile, "python3/main/work/leaf"), 7);
	check_uint(self_at(profile, "python3/main/work"), 1);
	check_uint(node_at(profile, "python3/main")->total, 8);
	check_uint(profile->facts.received, 8);
	check_uint(profile->facts.python_stacks, 8);
	check_uint(profile->processes.items[0].samples, 8);
	check_str(profile->processes.items[0].python, "3.10.1");
	profile_free(profile);
}

static void the_line_of_the_leaf_is_kept(void)
{
	const uint64_t first[] = {frame_word(LEAF, 0)}, second[] = {frame_word(LEAF, 1)};
	struct records records = {0};
	uint64_t samples = 0;

	put_program(&records);
	put_stack(&records, 7, 7, 100, STACK_COMPLETE, 1, first);
	put_stack(&records, 7, 7, 101, STACK_COMPLETE, 1, second);
	put_sample(&records, 7, 7, 101);
	struct profile *profile = resolved(&records, false);
	uint32_t leaf = node_at(profile, "python3/leaf")->frame;
	check_uint(self_at(profile, "python3/leaf"), 3);
	check_uint(hottest_line(profile, leaf, &samples), 32);
	check_uint(samples, 2);
	profile_free(profile);
}

static void a_function_may_come_after_its_stack(void)
{
	const uint64_t words[] = {frame_word(MAIN, 0)};
	struct records records = {0};

	put_name(&records, RECORD_EXEC, 7, 7, "python3", 0);
	put_stack(&records, 7, 7, 100, STACK_COMPLETE, 1, words);
	put_program(&records);
	struct profile *profile = resolved(&records, false);
	check_uint(self_at(profile, "python3/main"), 1);
	profile_free(profile);
}

static void a_function_that_never_came_is_marked(void)
{
	const uint64_t words[] = {frame_word(NEVER_CAME, 0), frame_word(MAIN, 0)};
	struct records records = {0};

	put_program(&records);
	put_stack(&records, 7, 7, 100, STACK_COMPLETE, 2, words);
	struct profile *profile = resolved(&records, false);
	check_uint(self_at(profile, "python3/main/[unknown function]"), 1);
	profile_free(profile);
}

static void a_sample_without_its_stack_is_counted_as_lost(void)
{
	struct records records = {0};

	put_program(&records);
	put_sample(&records, 7, 7, 100)->weight = 3;
	put_stack(&records, 7, 7, 100, STACK_COMPLETE, 0, NULL);
	struct profile *profile = resolved(&records, false);
	check_uint(profile_total(profile), 1);
	check_uint(profile->facts.received, 1);
	if (check_uint(profile->losses.count, 1)) {
		check_str(profile->losses.items[0].reason, "stackless");
		check_uint(profile->losses.items[0].count, 3);
	}
	profile_free(profile);
}

/* A finaliser that the collector runs stands above it, the function that set it off below. */
static void a_collection_stands_where_it_ran(void)
{
	const uint64_t words[] = {frame_word(LEAF, 1), collection_word(2), frame_word(WORK, 3),
				  collection_word(0), frame_word(MAIN, 0)};
	struct records records = {0};
	uint64_t samples;

	put_program(&records);
	put_stack(&records, 7, 7, 100, STACK_COMPLETE, 5, words);
	put_stack(&records, 7, 7, 101, STACK_COMPLETE, 4, words + 1);
	put_stack(&records, 7, 7, 102, STACK_COMPLETE, 2, words + 3);
	struct profile *profile = resolved(&records, false);
	check_uint(self_at(profile, "python3/main/[gc gen 0]"), 1);
	check_uint(self_at(profile, "python3/main/[gc gen 0]/work/[gc gen 2]"), 1);
	check_uint(self_at(profile, "python3/main/[gc gen 0]/work/[gc gen 2]/leaf"), 1);
	const struct profile_node *marker = node_at(profile, "python3/main/[gc gen 0]");
	check_int(frames_get(&profile->frames, marker->frame)->kind, FRAME_MARKER);
	check_uint(hottest_line(profile, marker->frame, &samples), 0);
	check_uint(profile->lines.count, 2); /* the leaf, and main, which set one off */
	check_uint(profile->facts.python_stacks, 3);
	profile_free(profile);
}

/* Its id is that of a function, but it is none. */
static void a_word_of_a_later_kind_is_no_function(void)
{
	const uint64_t words[] = {frame_word(MAIN, 0) | 7ULL << FRAME_KIND_SHIFT};
	struct records records = {0};

	put_program(&records);
	put_stack(&records, 7, 7, 100, STACK_COMPLETE, 1, words);
	struct profile *profile = resolved(&records, false);
	check_uint(self_at(profile, "python3/[unknown function]"), 1);
	profile_free(profile);
}

static void collections_and_imports_come_into_the_profile(void)
{
	struct records records = {0};

	put_program(&records);
	put_import(&records, 7, 7, false, "os");
	put_collection(&records, 7, 1, 5000000, 3);
	put_import(&records, 7, 7, true, "os");
	put_import(&records, 7, 7, false, "app");
	put_fork(&records, 7, 8, 8, "child");
	put_import(&records, 8, 8, false, "worker");
	put_cpu(&records, RECORD_EXIT, 8, 8, 1000);
	put_progress(&records, false);
	put_progress(&records, true);
	struct profile *profile = resolved(&records, false);
	if (check_uint(profile->collections.count, 1))
		check_near(profile->collections.items[0].total_s, 0.005, 1e-9);
	if (check_uint(profile->imports.count, 3)) {
		check_near(profile->imports.items[0].total_s, 2, 1e-9);
		check_near(profile->imports.items[1].total_s, 5, 1e-9);
		check_uint(profile->imports.items[2].parent, 0);
		check_near(profile->imports.items[2].total_s, 1, 1e-9);
	}
	check_near(profile->facts.cpu_s, 0, 1e-12); /* what an exit tells is not final */
	profile_free(profile);
}

static void where_frames_are_missing_a_marker_stands(void)
{
	static const struct {
		uint32_t status;
		const char *path;
	} expected[] = {
		{STACK_COMPLETE, "python3/main"},
		{STACK_NOT_PYTHON, "python3/[interpreter starting or ending]/main"},
		{STACK_STARTING, "python3/[interpreter starting or ending]/main"},
		{STACK_NATIVE_THREAD, "python3/[native thread]/main"},
		{STACK_UNKNOWN_PYTHON, "python3/[unknown Python version]/main"},
		{STACK_UNREADABLE, "python3/[unreadable]/main"},
		{STACK_TORN, "python3/[torn]/main"},
		{STACK_TRUNCATED, "python3/[truncated]/main"},
		{STACK_STATUSES, "python3/[unreadable]/main"},
		{UINT32_MAX, "python3/[unreadable]/main"},
	};
	const uint64_t words[] = {frame_word(MAIN, 0)};

	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		struct records records = {0};
		put_program(&records);
		put_stack(&records, 7, 7, 100, expected[i].status, 1, words);
		struct profile *profile = resolved(&records, false);
		check_uint(self_at(profile, expected[i].path), 1);
		check_uint(profile->facts.python_stacks, expected[i].status == STACK_COMPLETE);
		profile_free(profile);
	}
}

/* Before its interpreter is mapped, a Python process looks like any other. */
static void a_process_without_python_has_no_marker(void)
{
	struct records records = {0};

	put_name(&records, RECORD_EXEC, 7, 7, "sh", 0);
	put_stack(&records, 7, 7, 100, STACK_NOT_PYTHON, 0, NULL);
	put_fork(&records, 7, 8, 8, "sh");
	put_interpreter(&records, 8, "3.12.1");
	put_stack(&records, 8, 8, 101, STACK_NOT_PYTHON, 0, NULL);
	struct profile *profile = resolved(&records, false);
	check_uint(self_at(profile, "sh"), 1);
	check_uint(self_at(profile, "sh/[interpreter starting or ending]"), 1);
	profile_free(profile);
}

static void threads_share_a_tree_or_have_their_own(void)
{
	const uint64_t words[] = {frame_word(MAIN, 0)};

	for (int by_thread = 0; by_thread < 2; by_thread++) {
		struct records records = {0};
		put_program(&records);
		put_fork(&records, 7, 7, 8, "loader");
		put_stack(&records, 7, 7, 100, STACK_COMPLETE, 1, words);
		put_sample(&records, 7, 8, 100);
		put_sample(&records, 7, 8, 100);
		put_sample(&records, 7, 9, 100);
		struct profile *profile = resolved(&records, by_thread);
		check_uint(self_at(profile, "python3/main"), by_thread ? 0 : 4);
		check_uint(self_at(profile, "python3/python3 (7)/main"), by_thread ? 1 : 0);
		check_uint(self_at(profile, "python3/loader (8)/main"), by_thread ? 2 : 0);
		check_uint(self_at(profile, "python3/ (9)/main"), by_thread ? 1 : 0);
		check_int(profile->facts.by_thread, by_thread);
		profile_free(profile);
	}
}

static void samples_belong_to_the_program_that_ran(void)
{
	const uint64_t words[] = {frame_word(MAIN, 0)};
	struct records records = {0};

	put_program(&records);
	put_stack(&records, 7, 7, 100, STACK_COMPLETE, 1, words);
	put_name(&records, RECORD_EXEC, 7, 7, "ls", 0);
	put_stack(&records, 7, 7, 101, STACK_NOT_PYTHON, 0, NULL);
	put_sample(&records, 7, 7, 101);
	struct profile *profile = resolved(&records, false);
	check_uint(self_at(profile, "python3/main"), 1);
	check_uint(self_at(profile, "ls"), 2);
	if (check_uint(profile->processes.count, 2)) {
		check_uint(profile->processes.items[0].samples, 1);
		check_uint(profile->processes.items[1].samples, 2);
	}
	profile_free(profile);
}

static void the_resolver_knows_the_stacks_it_was_fed(void)
{
	CLEANUP(resolver_freep)
	struct resolver *resolver = resolver_new(&(struct resolver_view){0});
	struct records records = {0};

	check_true(!resolver_knows_stack(resolver, 0));
	put_sample(&records, 7, 7, 100);
	put_stack(&records, 7, 7, 0, STACK_COMPLETE, 0, NULL);
	check_ok(feed(resolver, &records));
	check_true(resolver_knows_stack(resolver, 0));
	check_true(!resolver_knows_stack(resolver, 100));
}

static void of_two_stacks_with_one_hash_the_first_is_shown(void)
{
	const uint64_t words[] = {frame_word(MAIN, 0), frame_word(WORK, 0)};
	struct records records = {0};

	put_program(&records);
	put_stack(&records, 7, 7, 100, STACK_COMPLETE, 1, words);
	put_stack(&records, 7, 7, 100, STACK_COMPLETE, 1, words + 1);
	struct profile *profile = resolved(&records, false);
	check_uint(self_at(profile, "python3/main"), 2);
	profile_free(profile);
}

static void records_of_a_later_kind_are_passed_over(void)
{
	struct records records = {0};

	records_put(&records, 0, 1, 1, 24);
	records_put(&records, RECORD_CODE, 1, 1, 24);
	records_put(&records, UINT16_MAX, 1, 1, 64);
	struct profile *profile = resolved(&records, false);
	check_uint(profile_total(profile), 0);
	check_uint(profile->processes.count, 0);
	profile_free(profile);
}

static void native_frames_join_the_tree(void)
{
	const uint64_t eval = machine_word(FRAME_WORD_NATIVE, 1, 0x100);
	const uint64_t kernel = machine_word(FRAME_WORD_KERNEL, 0, 0x81000000);
	const uint64_t zlib = machine_word(FRAME_WORD_NATIVE, 2, 0x20);
	const uint64_t words[] = {
		frame_word(WORK, 0), frame_word(MAIN, 0), kernel, zlib, eval, eval};

	for (int fold = 0; fold < 2; fold++) {
		struct records records = {0};
		put_program(&records);
		put_whole_stack(&records, 7, 7, 100, 2, 4, words);
		put_whole_stack(&records, 7, 7, 101, 2, 0, words);
		put_image(&records, 2, "/usr/lib/libz.so.1");
		put_symbol(&records, eval, SYMBOL_INTERPRETER | SYMBOL_EVAL, 1,
			   &(struct symbol_text){"_PyEval_EvalFrameDefault", ""});
		put_symbol(&records, kernel, 0, 1, &(struct symbol_text){"do_exit", ""});
		struct profile *profile =
			viewed(&records, (struct resolver_view){.fold_kernel = fold});
		check_uint(self_at(profile, "python3/main/work"), 1);
		check_uint(self_at(profile, "python3/main/work/0x20"), fold);
		check_uint(self_at(profile, "python3/main/work/0x20/do_exit"), !fold);
		check_uint(profile->facts.whole_stacks, 1);
		profile_free(profile);
	}
}

static void threads_without_python_have_their_names(void)
{
	const uint64_t words[] = {frame_word(MAIN, 0), machine_word(FRAME_WORD_NATIVE, 1, 0x10)};
	struct records records = {0};

	put_program(&records);
	for (uint32_t tid = 8; tid < 10; tid++) {
		put_fork(&records, 7, 7, tid, "rayon");
		put_whole_stack(&records, 7, tid, 100, 0, 1, words + 1)->status =
			STACK_NATIVE_THREAD;
	}
	put_sample(&records, 7, 7, 100);
	put_sample(&records, 7, 10, 100);
	put_stack(&records, 7, 9, 101, STACK_NATIVE_THREAD, 0, NULL);
	put_whole_stack(&records, 7, 9, 102, 1, 1, words);
	struct profile *profile = resolved(&records, false);
	check_uint(self_at(profile, "python3/rayon/0x10"), 2);
	check_uint(self_at(profile, "python3/0x10"), 1);
	check_uint(self_at(profile, "python3/[native thread]"), 1);
	check_uint(node_at(profile, "python3/main")->total, 1);
	check_uint(self_at(profile, "python3/[other threads]/0x10"), 1);
	profile_free(profile);
}

/*
 * A file may claim any number of threads for one deep stack, each in a record of 32 bytes. Drawn
 * one by one they would be a thousand times as large as the file.
 */
static void a_file_cannot_make_the_tree_grow_without_bounds(void)
{
	CLEANUP(freep) uint64_t *words = calloc(MAX_FRAMES, sizeof(*words));
	struct records records = {0};
	const uint32_t threads = 20000;

	for (uint32_t i = 0; i < MAX_FRAMES; i++) {
		char name[16];
		snprintf(name, sizeof(name), "f%u", i);
		put_function(&records, &(struct function_facts){
					       .fingerprint = i + 1, .minor = 11, .name = name});
		words[i] = frame_word(i + 1, 0);
	}
	put_stack(&records, 7, 0, 100, STACK_COMPLETE, MAX_FRAMES, words);
	for (uint32_t i = 1; i < threads; i++)
		put_sample(&records, 7, i, 100);
	struct profile *profile = resolved(&records, true);
	check_true(profile->nodes.count < 3000000);
	check_uint(node_at(profile, "unknown")->total, threads);
	check_true(node_at(profile, "unknown/[other threads]") != NULL);
	profile_free(profile);
}

/* Likewise when each word of the stack stands for many functions. */
static void inlined_functions_cannot_do_that_either(void)
{
	CLEANUP(freep) uint64_t *words = calloc(MAX_NATIVE_WORDS, sizeof(*words));
	struct symbol_text texts[MAX_SYMBOL_FUNCTIONS];
	struct records records = {0};
	const uint32_t threads = 5000;
	char names[MAX_SYMBOL_FUNCTIONS][8];

	for (uint32_t i = 0; i < MAX_SYMBOL_FUNCTIONS; i++) {
		snprintf(names[i], sizeof(names[i]), "f%u", i);
		texts[i] = (struct symbol_text){names[i], ""};
	}
	for (uint32_t i = 0; i < MAX_NATIVE_WORDS; i++)
		words[i] = machine_word(FRAME_WORD_NATIVE, 1, 1);
	put_symbol(&records, words[0], 0, MAX_SYMBOL_FUNCTIONS, texts);
	for (uint32_t i = 1; i <= threads; i++) {
		char comm[COMM_BYTES];
		snprintf(comm, sizeof(comm), "t%u", i);
		put_fork(&records, 7, 7, i, comm);
	}
	put_whole_stack(&records, 7, 0, 100, 0, MAX_NATIVE_WORDS, words);
	for (uint32_t i = 1; i <= threads; i++)
		put_sample(&records, 7, i, 100);
	struct profile *profile = resolved(&records, false);
	check_true(profile->nodes.count < 1500000);
	check_uint(profile_total(profile), threads + 1);
	profile_free(profile);
}

static int resolve_all(struct records *records, struct profile **profile)
{
	CLEANUP(resolver_freep)
	struct resolver *resolver = resolver_new(&(struct resolver_view){.by_thread = true});
	int err = resolver ? 0 : -ENOMEM;

	for (const struct record *each = NULL; !err && (each = records_next(records, each));)
		err = resolver_feed(resolver, each);
	return err ? err : resolver_finish(resolver, profile);
}

static void counted_calls_are_in_the_profile(void)
{
	struct records records = {0};

	put_program(&records);
	put_calls(&records, MAIN, WORK, 20);
	put_calls(&records, MAIN, WORK, 3);
	put_calls(&records, MAIN, NEVER_CAME, 4);
	put_calls_state(&records, 2, 5, true);
	struct profile *profile = resolved(&records, false);
	if (check_uint(profile->calls.count, 1)) {
		const struct profile_call *call = &profile->calls.items[0];
		check_str(frames_get(&profile->frames, call->caller)->name, "main");
		check_str(frames_get(&profile->frames, call->callee)->name, "work");
		check_uint(call->calls, 23);
	}
	check_int(profile->facts.calls.kind, CALLS_TIMES);
	check_near(profile->facts.calls.since_s, 1, 1e-9);
	check_near(profile->facts.calls.covered_s, 3, 1e-9);
	check_uint(profile->facts.calls.uncounted, 4);
	profile_free(profile);
}

static void lack_of_memory_is_told(void)
{
	const uint64_t words[] = {frame_word(NEVER_CAME, 0), frame_word(MAIN, 0)};
	const uint64_t natives[] = {machine_word(FRAME_WORD_NATIVE, 1, 1),
				    machine_word(FRAME_WORD_GAP, 1, GAP_NO_INFO)};
	struct records records = {0};
	unsigned int nth = 1;

	put_program(&records);
	put_stack(&records, 7, 7, 100, STACK_TORN, 2, words);
	put_image(&records, 1, "/lib/libz.so.1");
	put_symbol(&records, natives[0], 0, 1, &(struct symbol_text){"deflate", ""});
	put_whole_stack(&records, 7, 8, 101, 0, 2, natives);
	put_collection(&records, 7, 1, 5000000, 3);
	put_calls(&records, MAIN, WORK, 1);
	put_import(&records, 7, 7, false, "os");
	put_fork(&records, 7, 8, 8, "child");
	put_progress(&records, true);
	for (;; nth++) {
		struct profile *profile = NULL;
		memory_fail_at(nth);
		int err = resolve_all(&records, &profile);
		bool failed = memory_failed();
		check_int(err, failed ? -ENOMEM : 0);
		check_int(!profile, failed);
		profile_free(profile);
		if (!failed)
			break;
	}
	check_true(nth > 20);
	records_done(&records);
}

static void nothing_is_freed_twice(void)
{
	struct resolver *resolver = resolver_new(&(struct resolver_view){0});

	resolver_free(NULL);
	resolver_freep(&resolver);
	check_null(resolver);
	resolver_freep(&resolver);
}

CU_TestInfo resolver_tests[] = {
	TEST(stacks_become_a_tree_with_the_root_first),
	TEST(the_line_of_the_leaf_is_kept),
	TEST(a_function_may_come_after_its_stack),
	TEST(a_function_that_never_came_is_marked),
	TEST(a_sample_without_its_stack_is_counted_as_lost),
	TEST(a_collection_stands_where_it_ran),
	TEST(a_word_of_a_later_kind_is_no_function),
	TEST(collections_and_imports_come_into_the_profile),
	TEST(where_frames_are_missing_a_marker_stands),
	TEST(a_process_without_python_has_no_marker),
	TEST(threads_share_a_tree_or_have_their_own),
	TEST(samples_belong_to_the_program_that_ran),
	TEST(the_resolver_knows_the_stacks_it_was_fed),
	TEST(of_two_stacks_with_one_hash_the_first_is_shown),
	TEST(records_of_a_later_kind_are_passed_over),
	TEST(native_frames_join_the_tree),
	TEST(threads_without_python_have_their_names),
	TEST(a_file_cannot_make_the_tree_grow_without_bounds),
	TEST(inlined_functions_cannot_do_that_either),
	TEST(counted_calls_are_in_the_profile),
	TEST(lack_of_memory_is_told),
	TEST(nothing_is_freed_twice),
	CU_TEST_INFO_NULL,
};
