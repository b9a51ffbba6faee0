/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PYTHON_LINETABLE_H
#define LTSBPF_PYTHON_LINETABLE_H
/*
 * From an instruction of a code object to its line. The tables come from another process and may be
 * torn: any bytes are taken, nothing outside them is read, and what cannot be right is "no line".
 */
#include <stddef.h>
#include <stdint.h>

/* What a code object has for lines. */
enum linetable_format {
	/* co_lnotab up to 3.9: pairs u8 bytes of code, s8 lines (3.9 Objects/lnotab_notes.txt) */
	LINETABLE_LNOTAB,
	/* co_linetable of 3.10: pairs u8 bytes of code, s8 lines, -128 = none (3.10, same file) */
	LINETABLE_PAIRS,
	/* co_linetable from 3.11 on: entries of lines and columns (3.11 Objects/locations.md) */
	LINETABLE_LOCATIONS,
};

enum linetable_format linetable_format_of(unsigned int version_minor);

/*
 * The line of the instruction at `position` as in ltsbpf.h: 2-byte units from the start of the code
 * + 1; 0 = not begun, which is first_line (co_firstlineno); POSITION_UNKNOWN = no line. 0 = no
 * line: the instruction belongs to none, lies behind the table (3.10 on), or the table is broken.
 * The answer is the one of co_lines() (3.10 on) or PyCode_Addr2Line() (up to 3.9); a line that is
 * not in 1..UINT32_MAX is no line.
 */
uint32_t linetable_line(enum linetable_format format, const uint8_t *table, size_t size_bytes,
			uint32_t first_line, uint32_t position);

#endif
