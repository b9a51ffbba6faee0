// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/imports.h"

#include <errno.h>

#include "base/cleanup.h"
#include "check.h"
#include "memory.h"
#include "profile/profile.h"
#include "recording/reader.h"
#include "records.h"

enum {
	BEGIN,
	END
};

/* What the records make, with an end of the recording; the nth record is of the second n. */
static int fill(struct records *records, uint64_t end_s, struct profile *profile)
{
	struct imports imports = {0};
	int err = 0;

	for (const struct record *each = NULL; !err && (each = records_next(records, each));)
		err = imports_feed(&imports, each, &profile->frames.strings);
	if (!err)
		err = imports_fill(&imports, end_s * 1000000000, profile);
	imports_done(&imports);
	return err;
}

static struct profile *filled(struct records *records, uint64_t end_s)
{
	struct profile *profile = profile_new();

	for (const struct record *each = NULL; (each = records_next(records, each));)
		check_true(record_fits(each));
	check_ok(fill(records, end_s, profile));
	records_done(records);
	return profile;
}

/* The nth import: its module, its parent's module ("" = none), and its sums in seconds. */
static void check_import(const struct profile *profile, size_t nth, const char *module,
			 const char *parent, const uint64_t sums[3])
{
	const struct profile_import *imports = profile->imports.items;

	if (!check_true(nth < profile->imports.count))
		return;
	check_str(imports[nth].module, module);
	if (check_true(imports[nth].parent <= nth))
		check_str(imports[nth].parent ? imports[imports[nth].parent - 1].module : "",
			  parent);
	check_uint(imports[nth].count, sums[0]);
	check_near(imports[nth].total_s, (double)sums[1], 1e-9);
	check_near(imports[nth].self_s, (double)sums[2], 1e-9);
}

#define SUMS(count, total_s, self_s) ((const uint64_t[3]){count, total_s, self_s})

static void imports_nest(void)
{
	struct records records = {0};

	put_import(&records, 7, 7, BEGIN, "a");	  /* 1 s */
	put_import(&records, 7, 7, BEGIN, "b");	  /* 2 */
	put_import(&records, 7, 7, BEGIN, "b.c"); /* 3 */
	put_import(&records, 7, 7, END, "b.c");	  /* 4 */
	put_import(&records, 7, 7, END, "b");	  /* 5 */
	put_import(&records, 7, 7, BEGIN, "d");	  /* 6 */
	put_import(&records, 7, 7, END, "d");	  /* 7 */
	put_import(&records, 7, 7, END, "a");	  /* 8 */
	put_import(&records, 7, 7, BEGIN, "e");	  /* 9 */
	put_import(&records, 7, 7, END, "e");	  /* 10 */
	CLEANUP(profile_freep) struct profile *profile = filled(&records, 100);
	check_uint(profile->imports.count, 5);
	check_import(profile, 0, "a", "", SUMS(1, 7, 3));
	check_import(profile, 1, "b", "a", SUMS(1, 3, 2));
	check_import(profile, 2, "b.c", "b", SUMS(1, 1, 1));
	check_import(profile, 3, "d", "a", SUMS(1, 1, 1));
	check_import(profile, 4, "e", "", SUMS(1, 1, 1));
}

static void one_module_below_two_is_two(void)
{
	struct records records = {0};

	put_import(&records, 7, 7, BEGIN, "a");
	put_import(&records, 7, 7, BEGIN, "lazy");
	put_import(&records, 7, 7, END, "lazy");
	put_import(&records, 7, 7, END, "a");
	put_import(&records, 7, 7, BEGIN, "b");
	put_import(&records, 7, 7, BEGIN, "lazy");
	put_import(&records, 7, 7, END, "lazy");
	put_import(&records, 7, 7, END, "b");
	CLEANUP(profile_freep) struct profile *profile = filled(&records, 0);
	check_uint(profile->imports.count, 4);
	check_import(profile, 1, "lazy", "a", SUMS(1, 1, 1));
	check_import(profile, 3, "lazy", "b", SUMS(1, 1, 1));
}

static void a_module_inside_itself_is_its_own_child(void)
{
	struct records records = {0};

	put_import(&records, 7, 7, BEGIN, "a");
	put_import(&records, 7, 7, BEGIN, "a");
	put_import(&records, 7, 7, END, "a");
	put_import(&records, 7, 7, END, "a");
	CLEANUP(profile_freep) struct profile *profile = filled(&records, 0);
	check_uint(profile->imports.count, 2);
	check_import(profile, 0, "a", "", SUMS(1, 3, 2));
	check_import(profile, 1, "a", "a", SUMS(1, 1, 1));
}

/* Of two processes and two threads, in turns. */
static void threads_do_not_mix_and_processes_add_up(void)
{
	struct records records = {0};

	put_import(&records, 7, 7, BEGIN, "a"); /* 1 s */
	put_import(&records, 8, 8, BEGIN, "a"); /* 2 */
	put_import(&records, 7, 9, BEGIN, "t"); /* 3 */
	put_import(&records, 7, 7, BEGIN, "b"); /* 4 */
	put_import(&records, 7, 9, END, "t");	/* 5 */
	put_import(&records, 8, 8, BEGIN, "b"); /* 6 */
	put_import(&records, 7, 7, END, "b");	/* 7 */
	put_import(&records, 8, 8, END, "b");	/* 8 */
	put_import(&records, 8, 8, END, "a");	/* 9 */
	put_import(&records, 7, 7, END, "a");	/* 10 */
	CLEANUP(profile_freep) struct profile *profile = filled(&records, 0);
	check_uint(profile->imports.count, 3);
	check_import(profile, 0, "a", "", SUMS(2, 16, 11));
	check_import(profile, 1, "t", "", SUMS(1, 2, 2));
	check_import(profile, 2, "b", "a", SUMS(2, 5, 5));
}

/* A child that was forked inside an import goes on in it, and its end is told of the child too. */
static void an_end_without_its_beginning_is_nothing(void)
{
	struct records records = {0};

	put_import(&records, 7, 7, END, "before"); /* 1 s */
	put_import(&records, 7, 7, BEGIN, "a");	   /* 2 */
	put_fork(&records, 7, 8, 8, "child");	   /* 3 */
	put_import(&records, 8, 8, BEGIN, "b");	   /* 4 */
	put_import(&records, 8, 8, END, "b");	   /* 5 */
	put_import(&records, 8, 8, END, "a");	   /* 6 */
	put_import(&records, 7, 7, END, "other");  /* 7 */
	put_import(&records, 7, 7, END, "a");	   /* 8 */
	CLEANUP(profile_freep) struct profile *profile = filled(&records, 0);
	check_uint(profile->imports.count, 2);
	check_import(profile, 0, "a", "", SUMS(1, 6, 6));
	check_import(profile, 1, "b", "", SUMS(1, 1, 1));
}

static void the_end_of_an_outer_import_ends_those_inside(void)
{
	struct records records = {0};

	put_import(&records, 7, 7, BEGIN, "a"); /* 1 s */
	put_import(&records, 7, 7, BEGIN, "b"); /* 2 */
	put_import(&records, 7, 7, BEGIN, "c"); /* 3 */
	put_import(&records, 7, 7, BEGIN, "d"); /* 4 */
	put_import(&records, 7, 7, END, "b");	/* 5 */
	put_import(&records, 7, 7, BEGIN, "e"); /* 6 */
	put_import(&records, 7, 7, END, "e");	/* 7 */
	put_import(&records, 7, 7, END, "a");	/* 8 */
	CLEANUP(profile_freep) struct profile *profile = filled(&records, 0);
	check_import(profile, 0, "a", "", SUMS(1, 7, 3));
	check_import(profile, 1, "b", "a", SUMS(1, 3, 1));
	check_import(profile, 2, "c", "b", SUMS(1, 2, 1));
	check_import(profile, 3, "d", "c", SUMS(1, 1, 1));
	check_import(profile, 4, "e", "a", SUMS(1, 1, 1));
}

/* os._exit() and exec inside an import; what another process does at that time does not matter. */
static void open_imports_end_with_their_process(void)
{
	const uint16_t ends[] = {RECORD_EXIT, RECORD_EXEC};

	for (int i = 0; i < 2; i++) {
		struct records records = {0};
		put_import(&records, 7, 7, BEGIN, "a"); /* 1 s */
		put_import(&records, 7, 9, BEGIN, "t"); /* 2 */
		put_import(&records, 7, 7, BEGIN, "b"); /* 3 */
		put_import(&records, 8, 8, BEGIN, "x"); /* 4 */
		if (ends[i] == RECORD_EXIT)
			put_cpu(&records, RECORD_EXIT, 7, 9, 0); /* 5 */
		else
			put_name(&records, RECORD_EXEC, 7, 7, "python3", 0);
		put_import(&records, 7, 7, BEGIN, "c"); /* 6 */
		put_import(&records, 7, 7, END, "a");	/* 7 */
		put_import(&records, 7, 7, END, "c");	/* 8 */
		CLEANUP(profile_freep) struct profile *profile = filled(&records, 10);
		check_uint(profile->imports.count, 5);
		check_import(profile, 0, "a", "", SUMS(1, 4, 2));
		check_import(profile, 1, "t", "", SUMS(1, 3, 3));
		check_import(profile, 2, "b", "a", SUMS(1, 2, 2));
		check_import(profile, 3, "x", "", SUMS(1, 6, 6));
		check_import(profile, 4, "c", "", SUMS(1, 2, 2));
	}
}

static void open_imports_end_with_the_recording(void)
{
	for (uint64_t end_s = 0; end_s <= 10; end_s += 10) {
		struct records records = {0};
		uint64_t until = end_s ? end_s : 3; /* when the thread was last heard of */
		put_import(&records, 7, 7, BEGIN, "main");
		put_import(&records, 7, 7, BEGIN, "a");
		put_import(&records, 7, 7, END, "a");
		CLEANUP(profile_freep) struct profile *profile = filled(&records, end_s);
		check_import(profile, 0, "main", "", SUMS(1, until - 1, until - 2));
		check_import(profile, 1, "a", "main", SUMS(1, 1, 1));
	}
}

/* The notice of its end was lost: it is not known when it ended, but that it did. */
static void a_number_that_is_used_again_begins_anew(void)
{
	struct records records = {0};

	put_import(&records, 7, 9, BEGIN, "a"); /* 1 s */
	put_import(&records, 7, 9, BEGIN, "b"); /* 2 */
	put_import(&records, 6, 6, BEGIN, "x"); /* 3 */
	put_import(&records, 6, 5, BEGIN, "y"); /* 4 */
	put_import(&records, 8, 9, BEGIN, "c"); /* 5: thread 9 is of another process */
	put_fork(&records, 8, 8, 9, "thread");	/* 6: and another one of that */
	put_import(&records, 8, 9, END, "c");	/* 7 */
	put_fork(&records, 7, 6, 6, "child");	/* 8 */
	put_import(&records, 6, 5, END, "y");	/* 9 */
	CLEANUP(profile_freep) struct profile *profile = filled(&records, 10);
	check_uint(profile->imports.count, 5);
	check_import(profile, 0, "a", "", SUMS(1, 1, 1));
	check_import(profile, 1, "b", "a", SUMS(1, 0, 0));
	check_import(profile, 2, "x", "", SUMS(1, 0, 0));
	check_import(profile, 3, "y", "", SUMS(1, 0, 0));
	check_import(profile, 4, "c", "", SUMS(1, 0, 0));
}

static void clocks_that_go_back_make_no_huge_times(void)
{
	struct records records = {0};

	put_import(&records, 7, 7, BEGIN, "a");
	put_import(&records, 7, 7, BEGIN, "b");
	put_import(&records, 7, 7, END, "b");
	put_import(&records, 7, 7, END, "a");
	((struct record *)(records.bytes.items + 160))->time_ns = UINT64_MAX;
	((struct record *)(records.bytes.items + 480))->time_ns = 0;
	CLEANUP(profile_freep) struct profile *profile = filled(&records, 0);
	check_import(profile, 0, "a", "", SUMS(1, 0, 0));
	check_import(profile, 1, "b", "a", SUMS(1, 0, 0));
}

/* As many ends as beginnings: those that were not kept end first. */
static void nobody_nests_without_bounds(void)
{
	struct records records = {0};
	const size_t depth = 3 * MAX_OPEN_IMPORTS;

	for (size_t i = 0; i < depth; i++)
		put_import(&records, 7, 7, BEGIN, "a");
	for (size_t i = 0; i < depth; i++)
		put_import(&records, 7, 7, END, "a");
	put_import(&records, 7, 7, BEGIN, "z");
	put_import(&records, 7, 7, END, "z");
	CLEANUP(profile_freep) struct profile *profile = filled(&records, 0);
	check_uint(profile->imports.count, MAX_OPEN_IMPORTS + 1);
	check_import(profile, 0, "a", "", SUMS(1, 2 * depth - 1, 2));
	check_import(profile, MAX_OPEN_IMPORTS, "z", "", SUMS(1, 1, 1));
}

/* A place is used again: a run keeps as many as were open at once. */
static void memory_follows_the_tree_not_the_time(void)
{
	struct imports imports = {0};
	struct records records = {0};
	struct strings strings = {0};

	for (int i = 0; i < 1000; i++) {
		put_import(&records, 7, 7, BEGIN, "a");
		put_import(&records, 7, 7, BEGIN, "b");
		put_import(&records, 7, 7, END, "a");
	}
	for (const struct record *each = NULL; (each = records_next(&records, each));)
		check_ok(imports_feed(&imports, each, &strings));
	check_uint(imports.nodes.count, 2);
	check_uint(imports.open.count, 2);
	check_uint(imports.threads.count, 1);
	check_uint(imports.nodes.items[1].count, 1000);
	imports_done(&imports);
	strings_done(&strings);
	records_done(&records);
}

static void lack_of_memory_is_told(void)
{
	struct records records = {0};
	unsigned int nth = 1;

	put_import(&records, 7, 7, BEGIN, "a");
	put_import(&records, 7, 7, BEGIN, "b");
	put_import(&records, 7, 7, END, "b");
	put_cpu(&records, RECORD_EXIT, 7, 7, 0);
	for (;; nth++) {
		CLEANUP(profile_freep) struct profile *profile = profile_new();
		memory_fail_at(nth);
		int err = fill(&records, 9, profile);
		bool failed = memory_failed();
		check_int(err, failed ? -ENOMEM : 0);
		if (!failed)
			break;
	}
	check_true(nth > 12);
	records_done(&records);
}

CU_TestInfo imports_tests[] = {
	TEST(imports_nest),
	TEST(one_module_below_two_is_two),
	TEST(a_module_inside_itself_is_its_own_child),
	TEST(threads_do_not_mix_and_processes_add_up),
	TEST(an_end_without_its_beginning_is_nothing),
	TEST(the_end_of_an_outer_import_ends_those_inside),
	TEST(open_imports_end_with_their_process),
	TEST(open_imports_end_with_the_recording),
	TEST(a_number_that_is_used_again_begins_anew),
	TEST(clocks_that_go_back_make_no_huge_times),
	TEST(nobody_nests_without_bounds),
	TEST(memory_follows_the_tree_not_the_time),
	TEST(lack_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
