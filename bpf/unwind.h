/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef UNWIND_H
#define UNWIND_H
/*
 * How the caller of machine code is found: what the user side makes of a file's .eh_frame and the
 * kernel side walks by. x86-64. DWARF register numbers are those of the System V ABI, AMD64
 * supplement 1.0, figure 3.36: 0..15 as below, 16 = return address.
 *
 * An image is a file (or the vdso) as it is mapped; addresses in it count from its base, the page
 * of its lowest PT_LOAD.
 */
#include <linux/types.h>

enum dwarf_register {
	DWARF_RBP = 6,
	DWARF_RSP = 7,
	DWARF_R10 = 10,
	DWARF_REGISTERS = 16, /* and the number of the return address */
};

/*
 * One row rules the code from its address to that of the next one: u64, from bit 0 on
 *	32 bits	address in the image
 *	 8 bits	enum unwind_kind
 *	 8 bits	where the caller's rbp was saved, s8, in 8-byte units from the CFA; 0 = nowhere
 *	16 bits	the operand of the kind
 * The return address of every kind but UNWIND_RULE is at CFA - 8.
 */
enum unwind_kind {
	UNWIND_NONE, /* no unwind information; operand 0 */
	UNWIND_RSP,  /* CFA = rsp + 8 * operand (s16) */
	UNWIND_RBP,  /* CFA = rbp + 8 * operand (s16) */
	UNWIND_END,  /* the outermost function: it has no caller */
	UNWIND_PLT,  /* CFA = rsp + 8 + (rip % 16 >= operand ? 8 : 0) */
	UNWIND_RULE, /* operand (u16): index in the rules */
};

enum {
	UNWIND_KIND_SHIFT = 32,
	UNWIND_RBP_SHIFT = 40,
	UNWIND_OPERAND_SHIFT = 48,
	MAX_UNWIND_RULES = 65536,
};

/* Where a caller's register is. */
enum unwind_place {
	PLACE_SAME,	/* still in the register */
	PLACE_CFA,	/* in memory, at CFA + offset */
	PLACE_MEMORY,	/* in memory, at reg + offset */
	PLACE_REGISTER, /* in the register reg */
	PLACE_LOST,	/* nowhere */
};

/* What does not fit into a row: signal frames, realigned stacks, context switches. */
struct unwind_rule {
	__u8 cfa_reg;	/* CFA = reg + cfa_offset, */
	__u8 cfa_deref; /* or, when 1, what is in memory there, + cfa_add */
	__u8 rbp_place, rbp_reg;
	__u8 ra_place, ra_reg; /* of the return address; PLACE_LOST = there is no caller */
	__u8 is_signal;	       /* the caller was interrupted: its address is no return address */
	__u8 padding;
	__s32 cfa_offset, cfa_add, rbp_offset, ra_offset;
};

/*
 * The rows of all images lie in shards of SHARD_ROWS words, numbered through. Of an image first its
 * index, one word per page and one more: the number of the first row that begins in the page or
 * behind it; then the rows, of which the first rules nothing and begins at 0.
 */
enum {
	SHARD_SHIFT = 18, /* 2 MiB: a new one costs some 10 ms, see unwind_tables_prepare() */
	SHARD_ROWS = 1 << SHARD_SHIFT,
	MAX_SHARDS = 256,
	IMAGE_PAGE_SHIFT = 12,
	MAX_IMAGE_RANGES = 65536, /* of all sets */
	MAX_IMAGE_SETS = 32768,	  /* processes */
};

/* A part of an image as a process has it in memory. */
struct image_range {
	__u64 start, end; /* addresses of the process */
	__u64 base;	  /* where address 0 of the image is */
	__u32 image;	  /* 0 = code of no file, such as a JIT's */
	__u32 index;	  /* number of the index's first word */
	__u32 pages;	  /* that the index has; 0 = there are no rows */
	__u32 padding;
};

/* What a process has mapped: image_ranges first..first + count - 1, by address. */
struct image_set {
	__u64 space; /* the process_entry.space this belongs to */
	__u32 first, count;
	__u64 version; /* no two sets have the same */
};

_Static_assert(sizeof(struct unwind_rule) == 24, "unwind_rule");
_Static_assert(sizeof(struct image_range) == 40, "image_range");
_Static_assert(sizeof(struct image_set) == 24, "image_set");

#endif
