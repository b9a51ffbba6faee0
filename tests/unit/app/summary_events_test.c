// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/summary_events.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "check.h"
#include "memory.h"
#include "profile/profile.h"

static void add_import(struct profile *profile, const char *module, uint32_t parent, uint64_t count,
		       double total_s, double self_s)
{
	const struct profile_import import = {module, parent, count, total_s, self_s};

	check_ok(vec_push(&profile->imports, import));
}

static void add_collection(struct profile *profile, uint32_t generation, uint64_t count,
			   double total_s, double longest_s)
{
	const struct profile_collection collection = {generation, count, total_s, longest_s,
						      25 * count};

	check_ok(vec_push(&profile->collections, collection));
}

static char *printed(const struct profile *profile)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	check_ok(summary_print_events(profile, stream));
	fclose(stream);
	return text;
}

static void where_nothing_was_told_nothing_stands(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	CLEANUP(freep) char *text = printed(profile);

	check_str(text, "");
}

static void a_python_without_probes_is_named_once(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	const struct profile_process processes[] = {
		{.name = "sh", .python = "", .without_probes = true},
		{.name = "python3", .python = "3.11.7", .without_probes = true},
		{.name = "python3", .python = "3.11.2"},
		{.name = "python3", .python = "3.11.7", .without_probes = true},
	};

	for (size_t i = 0; i < sizeof(processes) / sizeof(*processes); i++)
		check_ok(vec_push(&profile->processes, processes[i]));
	CLEANUP(freep) char *text = printed(profile);
	check_str(text, "\nCollections and imports of Python 3.11.7 are not seen: it was built "
			"without probes (--with-dtrace)\n");
}

static void each_generation_has_a_line(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	add_collection(profile, 0, 120, 0.0124, 0.00041);
	add_collection(profile, 2, 3, 1.5, 0.75);
	CLEANUP(freep) char *text = printed(profile);
	check_str(text, "\nGarbage collections (123, 1.512 s of wall time):\n"
			"      12.4 ms  gen 0: 120, longest 0.4 ms, 3000 objects\n"
			"    1500.0 ms  gen 2: 3, longest 750.0 ms, 75 objects\n");
}

static void imports_are_a_tree_with_the_slowest_first(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	add_import(profile, "quick", 0, 1, 0.001, 0.001);
	add_import(profile, "app", 0, 1, 0.5, 0.1);
	add_import(profile, "app.db", 2, 2, 0.1, 0.1);
	add_import(profile, "numpy", 2, 1, 0.3, 0);
	add_import(profile, "numpy.core", 4, 1, 0.3, 0.3);
	add_import(profile, "slow", 0, 4, 0.7, 0.7);
	CLEANUP(freep) char *text = printed(profile);
	check_str(text, "\nImports (10, 1.201 s of wall time), with and without what each imports "
			"in turn:\n"
			"     700.0 ms    700.0 ms  slow, 4 times\n"
			"     500.0 ms    100.0 ms  app\n"
			"     300.0 ms      0.0 ms    numpy (in app)\n"
			"     300.0 ms    300.0 ms      numpy.core (in numpy)\n"
			"     100.0 ms    100.0 ms    app.db (in app), 2 times\n"
			"       1.0 ms      1.0 ms  quick\n");
}

static void no_more_than_ten_imports_are_listed(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	char names[15][8];

	add_import(profile, "all", 0, 1, 30, 0.5);
	for (uint32_t i = 0; i < 15; i++) {
		snprintf(names[i], sizeof(names[i]), "m%02u", i);
		add_import(profile, names[i], 1, 1, 1 + i * 0.125, 1 + i * 0.125);
	}
	CLEANUP(freep) char *text = printed(profile);
	check_contains(text, "Imports (16, 30.000 s of wall time)");
	check_contains(text, "   30000.0 ms    500.0 ms  all\n"
			     "    2750.0 ms   2750.0 ms    m14 (in all)\n");
	check_contains(text, "m06 (in all)\n"
			     "                7875.0 ms  in 6 more\n");
	check_null(strstr(text, "m05"));
}

/* A chain deeper than what is listed, of equal times: the outer ones are shown. */
static void equal_times_show_the_outer_import(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	char names[12][8];

	for (uint32_t i = 0; i < 12; i++) {
		snprintf(names[i], sizeof(names[i]), "m%02u", i);
		add_import(profile, names[i], i, 1, 2, 0);
	}
	CLEANUP(freep) char *text = printed(profile);
	check_contains(text, "    0.0 ms                    m09 (in m08)\n");
	check_contains(text, "in 2 more\n");
	check_null(strstr(text, "m10"));
}

static void control_characters_do_not_reach_the_terminal(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	add_import(profile, "a\x1b[2J\nImports: fake", 0, 1, 1, 1);
	add_import(profile, "b\x9b", 1, 1, 0.5, 0.5);
	CLEANUP(freep) char *text = printed(profile);
	check_null(strpbrk(text, "\x1b\x9b"));
	check_null(strstr(text, "\nImports: fake"));
	check_contains(text, "b\\x9b (in a\\x1b[2J\\nImports: fake)\n");
}

static void lack_of_memory_is_told(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	unsigned int nth = 1;

	add_collection(profile, 0, 1, 1, 1);
	add_import(profile, "a", 0, 1, 1, 1);
	add_import(profile, "b", 1, 1, 1, 1);
	for (;; nth++) {
		FILE *null = fopen("/dev/null", "w");
		memory_fail_at(nth);
		int err = summary_print_events(profile, null);
		bool failed = memory_failed();
		fclose(null);
		check_int(err, failed ? -ENOMEM : 0);
		if (!failed)
			break;
	}
	check_true(nth > 5);
}

CU_TestInfo summary_events_tests[] = {
	TEST(where_nothing_was_told_nothing_stands),
	TEST(a_python_without_probes_is_named_once),
	TEST(each_generation_has_a_line),
	TEST(imports_are_a_tree_with_the_slowest_first),
	TEST(no_more_than_ten_imports_are_listed),
	TEST(equal_times_show_the_outer_import),
	TEST(control_characters_do_not_reach_the_terminal),
	TEST(lack_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
