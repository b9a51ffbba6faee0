// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/merge_events.h"

#include "check.h"

static void collections_are_added_by_generation(void)
{
	struct profile *into = profile_new(), *from = profile_new();

	check_ok(vec_push(&into->collections, ((struct profile_collection){1, 2, 3, 2, 4})));
	check_ok(vec_push(&from->collections, ((struct profile_collection){0, 1, 1, 1, 1})));
	check_ok(vec_push(&from->collections, ((struct profile_collection){1, 3, 4, 2.5, 6})));
	check_ok(vec_push(&from->collections, ((struct profile_collection){2, 1, 1, 1, 1})));
	check_ok(merge_collections(into, from));
	check_uint(into->collections.count, 3);
	for (uint32_t i = 0; i < 3; i++)
		check_uint(into->collections.items[i].generation, i);
	check_uint(into->collections.items[1].count, 5);
	check_true(into->collections.items[1].total_s == 7);
	check_true(into->collections.items[1].longest_s == 2.5);
	check_uint(into->collections.items[1].collected, 10);
	profile_free(from);
	profile_free(into);
}

static void put_import(struct profile *profile, const char *module, uint32_t parent)
{
	const char *name = strings_add(&profile->frames.strings, module);

	check_ok(vec_push(&profile->imports, ((struct profile_import){name, parent, 1, 2, 1})));
}

static void imports_are_added_by_what_wanted_them(void)
{
	struct profile *into = profile_new(), *from = profile_new();

	put_import(into, "numpy", 0);
	put_import(into, "json", 1);
	put_import(from, "json", 0);
	put_import(from, "numpy", 0);
	put_import(from, "json", 2);
	put_import(from, "decoder", 3);
	check_ok(merge_imports(into, from));
	check_uint(into->imports.count, 4);
	check_uint(into->imports.items[0].count, 2);
	check_uint(into->imports.items[1].count, 2);
	check_true(into->imports.items[1].total_s == 4);
	check_str(into->imports.items[2].module, "json");
	check_uint(into->imports.items[2].parent, 0);
	check_str(into->imports.items[3].module, "decoder");
	check_uint(into->imports.items[3].parent, 2);
	profile_free(from);
	profile_free(into);
}

static void calls_are_added_by_pair(void)
{
	const uint32_t frames[] = {4, 3};
	struct profile *into = profile_new(), *from = profile_new();
	struct profile_call there = {.caller = 4, .callee = 3, .calls = 5, .primitive = 4};
	struct profile_call same = {.caller = 0, .callee = 1, .calls = 2, .primitive = 1};
	struct profile_call none = {.caller = NO_CALLER, .callee = 1, .calls = 1};

	check_ok(vec_push(&into->calls, there));
	check_ok(vec_push(&from->calls, same));
	check_ok(vec_push(&from->calls, none));
	check_ok(merge_calls(into, from, frames));
	check_uint(into->calls.count, 2);
	check_uint(into->calls.items[0].calls, 7);
	check_uint(into->calls.items[0].primitive, 5);
	check_uint(into->calls.items[1].caller, NO_CALLER);
	check_uint(into->calls.items[1].callee, 3);
	profile_free(from);
	profile_free(into);
}

CU_TestInfo merge_events_tests[] = {
	TEST(collections_are_added_by_generation),
	TEST(imports_are_added_by_what_wanted_them),
	TEST(calls_are_added_by_pair),
	CU_TEST_INFO_NULL,
};
