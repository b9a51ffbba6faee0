/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_UNWIND_EH_FRAME_H
#define LTSBPF_UNWIND_EH_FRAME_H
/*
 * The functions (FDEs) that .eh_frame (LSB Core 5.0, 10.6) or .debug_frame (DWARF 5, 6.4.1) tell
 * of, and what several of them have in common (CIEs).
 */
#include "base/map64.h"
#include "base/vec.h"
#include "unwind/cfi.h"

enum {
	MAX_FDES = 4 << 20
};

enum frame_format {
	FRAME_EH,
	FRAME_EH_OPEN, /* the same, and it ends with its terminator: its size is not known */
	FRAME_DEBUG,
};

struct cie {
	bool broken;
	bool has_augmentation_data; /* 'z': FDEs have some too */
	bool is_signal;		    /* 'S' */
	struct cfi_factors factors;
	struct cfi_state initial;
	const uint8_t *end; /* of its section, and where that is in memory: struct bytes */
	uint64_t end_vaddr;
};

struct fde {
	uint64_t start, end; /* start < end */
	const uint8_t *instructions;
	uint32_t instruction_bytes;
	uint32_t cie; /* index */
};

/* Points into the sections that were read. A zeroed one is empty. */
struct fdes {
	VEC(struct fde) items; /* as they come, until fdes_sort() */
	VEC(struct cie) cies;
	struct map64 cie_of; /* the address of a CIE's bytes: its index */
	uint64_t last_at, last_cie;
};

/*
 * Adds the FDEs of a section that begin in text_start..text_end, which may be read in whole or in
 * part: what follows a broken entry is not read, and an entry that tells of no code or has a CIE of
 * an unknown kind is left out. 0 or -ENOMEM, also when there are more than MAX_FDES.
 */
int eh_frame_read(struct bytes section, enum frame_format format, uint64_t text_start,
		  uint64_t text_end, struct fdes *fdes);

/* Sorts by start, cuts each where the next one begins, and leaves out all but the longest (the
 * first among equals) of those with the same start. */
void fdes_sort(struct fdes *fdes);

/* The FDE's instructions, ready to be run. */
struct cfi_program fde_program(const struct fdes *fdes, const struct fde *fde);

void fdes_done(struct fdes *fdes);

#endif
