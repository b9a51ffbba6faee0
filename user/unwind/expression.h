/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_UNWIND_EXPRESSION_H
#define LTSBPF_UNWIND_EXPRESSION_H
/*
 * DWARF expressions (DWARF 5, 2.5) in unwind information, as far as a rule of unwind.h can stand
 * for them: a register and an offset, what is in memory there, and the one that GNU ld writes for
 * .plt (bfd/elfxx-x86.c, elf_x86_64_eh_frame_lazy_plt), where a slot pushes halfway through.
 */
#include "unwind.h"
#include "unwind/bytes.h"

enum cfa_kind {
	CFA_UNSUPPORTED,
	CFA_REGISTER, /* reg + offset */
	CFA_MEMORY,   /* what is in memory at reg + offset, + add */
	CFA_PLT,      /* rsp + 8, and 8 more when rip % 16 >= offset */
};

struct frame_cfa {
	uint8_t kind, reg;
	int32_t offset, add;
};

enum {
	/* Besides the places of unwind.h: a caller's register that none of them stands for, */
	PLACE_UNSUPPORTED = PLACE_LOST + 1,
	PLACE_IS_CFA, /* and the caller's rsp, which is the CFA unless something else is said. */
};

/* Where a caller's register is; offset from the CFA or from reg. */
struct frame_place {
	uint8_t place, reg;
	int32_t offset;
};

/* The CFA that the expression computes. */
struct frame_cfa expression_cfa(struct bytes expression);

/* The place of a register: at the address that the expression computes (DW_CFA_expression), or,
 * is_value, the register's own value (DW_CFA_val_expression). */
struct frame_place expression_place(struct bytes expression, bool is_value);

#endif
