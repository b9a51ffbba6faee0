// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/table.h"

#include "check.h"

static void tables_out_of_order_are_not_valid(void)
{
	struct unwind_table table = {0};
	const struct unwind_rule rule = {.ra_place = PLACE_CFA};

	check_true(unwind_table_valid(&table));
	check_ok(vec_push(&table.rows, 5 | 1ull << 32));
	check_ok(vec_push(&table.rows, 6 | (uint64_t)UNWIND_RULE << 32));
	check_true(!unwind_table_valid(&table)); /* no such rule */
	check_ok(vec_push(&table.rules, rule));
	check_true(unwind_table_valid(&table));
	table.rows.items[1] = 6 | (uint64_t)(UNWIND_RULE + 1) << 32;
	check_true(!unwind_table_valid(&table));
	table.rows.items[1] = 5;
	check_true(!unwind_table_valid(&table));
	table.rows.items[1] = 4;
	check_true(!unwind_table_valid(&table));
	unwind_table_done(&table);
}

static void rules_that_name_nothing_are_not_valid(void)
{
	static const struct unwind_rule rules[] = {
		{.ra_place = PLACE_CFA, .cfa_reg = 16},
		{.ra_place = PLACE_CFA, .cfa_deref = 2},
		{.ra_place = PLACE_CFA, .rbp_place = PLACE_LOST + 1},
		{.ra_place = PLACE_CFA, .rbp_reg = 16},
		{.ra_place = PLACE_LOST + 1},
		{.ra_place = PLACE_SAME},
		{.ra_place = PLACE_CFA, .ra_reg = 16},
		{.ra_place = PLACE_CFA, .is_signal = 2},
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct unwind_table table = {0};

		check_ok(vec_push(&table.rules, rules[i]));
		check_true(!unwind_table_valid(&table));
		unwind_table_done(&table);
	}
}

CU_TestInfo table_tests[] = {
	TEST(tables_out_of_order_are_not_valid),
	TEST(rules_that_name_nothing_are_not_valid),
	CU_TEST_INFO_NULL,
};
