// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/table.h"

static bool rule_valid(const struct unwind_rule *rule)
{
	return rule->cfa_reg < DWARF_REGISTERS && rule->cfa_deref <= 1 &&
	       rule->rbp_place <= PLACE_LOST && rule->rbp_reg < DWARF_REGISTERS &&
	       rule->ra_place <= PLACE_LOST && rule->ra_place != PLACE_SAME &&
	       rule->ra_reg < DWARF_REGISTERS && rule->is_signal <= 1;
}

bool unwind_table_valid(const struct unwind_table *table)
{
	uint64_t next = 0;

	if (table->rows.count > MAX_UNWIND_ROWS || table->rules.count > MAX_UNWIND_RULES)
		return false;
	for (size_t i = 0; i < table->rows.count; i++) {
		uint64_t row = table->rows.items[i], address = (uint32_t)row;
		uint8_t kind = (uint8_t)(row >> UNWIND_KIND_SHIFT);
		if (address < next || kind > UNWIND_RULE ||
		    (kind == UNWIND_RULE && row >> UNWIND_OPERAND_SHIFT >= table->rules.count))
			return false;
		next = address + 1;
	}
	for (size_t i = 0; i < table->rules.count; i++)
		if (!rule_valid(&table->rules.items[i]))
			return false;
	return true;
}

void unwind_table_done(struct unwind_table *table)
{
	vec_done(&table->rows);
	vec_done(&table->rules);
	*table = (struct unwind_table){0};
}
