/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_UNWIND_CFI_H
#define LTSBPF_UNWIND_CFI_H
/*
 * Runs call frame instructions (DWARF 5, 6.4.2; the GNU ones of LSB Core 5.0, 10.6.2) of x86-64 for
 * what a walk needs: the CFA, the caller's rsp and rbp, and the return address. Other registers are
 * skipped.
 */
#include "unwind/expression.h"

enum {
	DWARF_RETURN_ADDRESS = 16
};

/* How the caller is found from one address. */
struct cfi_state {
	struct frame_cfa cfa;
	struct frame_place rsp, rbp, ra;
};

/* What instructions are read by: the fields of a CIE. */
struct cfi_factors {
	uint64_t code_align;
	int64_t data_align;
	uint8_t pointer_encoding;
	uint8_t ra_column;
};

/* The instructions of one function, from start to before end. */
struct cfi_program {
	struct bytes instructions;
	struct cfi_factors factors;
	const struct cfi_state
		*initial; /* where the function starts, and what restoring restores */
	uint64_t start, end;
};

/* One state, from this address on; addresses grow. What it returns but 0 ends the run. */
typedef int cfi_row(void *context, uint64_t address, const struct cfi_state *state);

/* The state after a CIE's own instructions: all UNSUPPORTED when they are broken. */
struct cfi_state cfi_initial(struct bytes instructions, struct cfi_factors factors);

/*
 * Calls row() for the start and each address at which instructions follow, in order. Where an
 * instruction is broken or not known, the last state is UNSUPPORTED. 0 or what row() returned.
 */
int cfi_run(const struct cfi_program *program, cfi_row *row, void *context);

#endif
