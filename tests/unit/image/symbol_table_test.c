// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/symbol_table.h"

#include "base/cleanup.h"
#include "check.h"
#include "memory.h"

enum {
	LIMIT = 0x1000
};

static int add(struct symbol_table *table, const char *name, uint64_t start, uint64_t size,
	       enum symbol_binding binding)
{
	uint32_t base;
	int err = symbol_table_add_names(table, name, strlen(name), &base);

	return err ? err
		   : symbol_table_add(table, (struct symbol_candidate){.start = start,
								       .size = size,
								       .limit = LIMIT,
								       .name = base,
								       .binding = binding});
}

static const char *name_at(const struct symbol_table *table, uint64_t vaddr)
{
	const struct symbol_row *row = symbol_table_find(table, vaddr);

	return row ? table->names.items + row->name : NULL;
}

static void an_empty_table_has_no_function(void)
{
	struct symbol_table table = {0};

	check_ok(symbol_table_sort(&table));
	check_null(symbol_table_find(&table, 0));
	symbol_table_done(&table);
}

static void a_function_covers_its_bytes_and_no_others(void)
{
	CLEANUP(symbol_table_done) struct symbol_table table = {0};

	check_ok(add(&table, "second", 0x200, 0x10, SYMBOL_GLOBAL));
	check_ok(add(&table, "first", 0x100, 0x80, SYMBOL_LOCAL));
	check_ok(symbol_table_sort(&table));
	check_null(name_at(&table, 0xff));
	check_str(name_at(&table, 0x100), "first");
	check_str(name_at(&table, 0x17f), "first");
	check_null(name_at(&table, 0x180));
	check_str(name_at(&table, 0x20f), "second");
	check_null(name_at(&table, 0x210));
	check_null(name_at(&table, UINT64_MAX));
}

static void a_function_without_size_reaches_to_the_next_or_the_end(void)
{
	CLEANUP(symbol_table_done) struct symbol_table table = {0};

	check_ok(add(&table, "sized", 0x100, 0x10, SYMBOL_GLOBAL));
	check_ok(add(&table, "middle", 0x180, 0, SYMBOL_GLOBAL));
	check_ok(add(&table, "last", 0x200, 0, SYMBOL_GLOBAL));
	check_ok(symbol_table_sort(&table));
	check_null(name_at(&table, 0x110));
	check_str(name_at(&table, 0x1ff), "middle");
	check_str(name_at(&table, 0x200), "last");
	check_str(name_at(&table, LIMIT - 1), "last");
	check_null(name_at(&table, LIMIT));
}

static void functions_in_each_other_are_found_innermost_first(void)
{
	CLEANUP(symbol_table_done) struct symbol_table table = {0};

	check_ok(add(&table, "outer", 0x100, 0x100, SYMBOL_GLOBAL));
	check_ok(add(&table, "inner", 0x120, 0x20, SYMBOL_GLOBAL));
	check_ok(add(&table, "innermost", 0x128, 0x8, SYMBOL_GLOBAL));
	check_ok(add(&table, "across", 0x1f0, 0x20, SYMBOL_GLOBAL));
	check_ok(add(&table, "label", 0x180, 0, SYMBOL_GLOBAL));
	check_ok(symbol_table_sort(&table));
	check_uint(table.count, 4);
	check_str(name_at(&table, 0x121), "inner");
	check_str(name_at(&table, 0x12f), "innermost");
	check_str(name_at(&table, 0x130), "inner");
	check_str(name_at(&table, 0x140), "outer");
	check_str(name_at(&table, 0x190), "outer");
	check_str(name_at(&table, 0x1f0), "across");
	check_str(name_at(&table, 0x20f), "across");
	check_null(name_at(&table, 0x210));
}

static void check_better(struct symbol_candidate better, const char *better_name,
			 struct symbol_candidate worse, const char *worse_name)
{
	for (int swap = 0; swap < 2; swap++) {
		CLEANUP(symbol_table_done) struct symbol_table table = {0};
		struct symbol_candidate *candidates[] = {&better, &worse};

		check_ok(symbol_table_add_names(&table, better_name, strlen(better_name),
						&better.name));
		check_ok(symbol_table_add_names(&table, worse_name, strlen(worse_name),
						&worse.name));
		better.limit = worse.limit = LIMIT;
		check_ok(symbol_table_add(&table, *candidates[swap]));
		check_ok(symbol_table_add(&table, *candidates[!swap]));
		check_ok(symbol_table_sort(&table));
		check_uint(table.count, 1);
		check_str(name_at(&table, 0), better_name);
		check_str(name_at(&table, 3), better_name);
		check_null(name_at(&table, 4));
	}
}

static void of_names_for_one_address_the_best_stays(void)
{
	const struct symbol_candidate global = {.size = 4}, unsized = {0},
				      weak = {.size = 4, .binding = SYMBOL_WEAK},
				      local = {.size = 4, .binding = SYMBOL_LOCAL},
				      stub = {.size = 4, .binding = SYMBOL_STUB},
				      untyped = {.size = 4, .is_untyped = 1};

	check_better(weak, "__x", local, "a");
	check_better(local, "__x", stub, "a");
	check_better(global, "__x", unsized, "a");
	/* It has the other's size: the function is the same. */
	check_better(unsized, "b", local, "a");
	check_better(weak, "write", global, "__write");
	check_better(global, "b", weak, "a");
	check_better(global, "b", untyped, "a");
	check_better(global, "a", global, "b");
}

static void what_is_no_function_is_not_added(void)
{
	CLEANUP(symbol_table_done) struct symbol_table table = {0};

	check_ok(add(&table, "", 0x100, 4, SYMBOL_GLOBAL));
	check_ok(add(&table, "@VERSION", 0x100, 4, SYMBOL_GLOBAL));
	check_ok(add(&table, "outside", LIMIT, 4, SYMBOL_GLOBAL));
	check_ok(symbol_table_add(
		&table,
		(struct symbol_candidate){.limit = 8, .name = (uint32_t)table.names.count}));
	check_ok(symbol_table_add(
		&table,
		(struct symbol_candidate){.size = 1ull << 32, .limit = UINT64_MAX, .name = 10}));
	check_uint(table.candidates.count, 0);
	check_ok(add(&table, "too_long", LIMIT - 4, UINT64_MAX, SYMBOL_GLOBAL));
	check_ok(symbol_table_sort(&table));
	check_str(name_at(&table, LIMIT - 1), "too_long");
	check_null(name_at(&table, LIMIT));
}

static void too_many_names_are_refused(void)
{
	CLEANUP(symbol_table_done) struct symbol_table table = {0};
	uint32_t base = 7;

	check_int(symbol_table_add_names(&table, "", UINT32_MAX, &base), -EFBIG);
	check_uint(base, 7);
}

static void without_memory_it_says_so(void)
{
	unsigned int nth = 0;
	int err = -ENOMEM;

	while (err) {
		CLEANUP(symbol_table_done) struct symbol_table table = {0};

		memory_fail_at(++nth);
		err = add(&table, "f", 0, 1, SYMBOL_GLOBAL);
		if (!err)
			err = symbol_table_sort(&table);
		if (!check_int(err, memory_failed() ? -ENOMEM : 0))
			break;
	}
	check_uint(nth, 4);
}

CU_TestInfo symbol_table_tests[] = {
	TEST(an_empty_table_has_no_function),
	TEST(a_function_covers_its_bytes_and_no_others),
	TEST(a_function_without_size_reaches_to_the_next_or_the_end),
	TEST(functions_in_each_other_are_found_innermost_first),
	TEST(of_names_for_one_address_the_best_stays),
	TEST(what_is_no_function_is_not_added),
	TEST(too_many_names_are_refused),
	TEST(without_memory_it_says_so),
	CU_TEST_INFO_NULL,
};
