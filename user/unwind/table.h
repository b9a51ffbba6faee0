/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_UNWIND_TABLE_H
#define LTSBPF_UNWIND_TABLE_H
/*
 * The rows of unwind.h of one ELF file, and the rules that they name. Nothing prints.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "unwind.h"

enum {
	MAX_UNWIND_ROWS = 16 << 20
};

/* A zeroed one is empty. */
struct unwind_table {
	VEC(uint64_t) rows; /* by address, which counts from base_vaddr; no two with the same */
	VEC(struct unwind_rule) rules; /* what the operands of this table's UNWIND_RULE rows name */
	uint64_t base_vaddr;	       /* the page of the lowest PT_LOAD */
	uint64_t fdes;		       /* functions that the rows tell of */
	uint64_t unsupported; /* rows that are UNWIND_NONE as their rule has no representation */
};

/* Whether rows are in order and within their bounds, and rules name nothing that is not there. */
bool unwind_table_valid(const struct unwind_table *table);

/* Takes an empty one too, and leaves one. */
void unwind_table_done(struct unwind_table *table);

#endif
