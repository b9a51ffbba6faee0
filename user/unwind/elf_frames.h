/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_UNWIND_ELF_FRAMES_H
#define LTSBPF_UNWIND_ELF_FRAMES_H
/* Where an ELF file for x86-64 has its code and what tells how to unwind it. */
#include <gelf.h>

#include "unwind/eh_frame.h"

enum {
	MAX_ELF_SEGMENTS = 4096,
	MAX_UNWIND_SECTION_BYTES = 256 << 20,
};

struct elf_frames {
	uint64_t base_vaddr;	       /* the page of the lowest PT_LOAD */
	uint64_t text_start, text_end; /* all that is executable; at most 4 GiB from the base */
	struct bytes eh_frame, debug_frame; /* at = NULL: none. The Elf's, until elf_end() */
	enum frame_format eh_format;	    /* FRAME_EH, or FRAME_EH_OPEN when found by segment */
};

/*
 * 0, also when there is no unwind information; -ENOEXEC: no executable or library for x86-64, or
 * without code; -ENOMEM: a section is larger than MAX_UNWIND_SECTION_BYTES.
 */
int elf_frames_find(Elf *elf, struct elf_frames *frames);

/* What the file has at an address: how many bytes could be read, all or none. */
size_t elf_frames_read(Elf *elf, uint64_t vaddr, void *out, size_t size);

#endif
