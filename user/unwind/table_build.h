/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_UNWIND_TABLE_BUILD_H
#define LTSBPF_UNWIND_TABLE_BUILD_H
/*
 * From an ELF file's unwind information to the rows of unwind.h. The information is .eh_frame (LSB
 * Core 5.0, 10.6), found by name or, where a file has no sections, by PT_GNU_EH_FRAME; .debug_frame
 * (DWARF 5, 6.4) besides, where .eh_frame tells of hardly any function. Nothing in a file is
 * trusted. Nothing prints.
 *
 * The rows of one function begin at its first byte (those of a signal frame one byte before, as its
 * return address is looked up less one), and a row is never shared with the function before: a
 * row's address lies in the function that it rules. What no function covers has a UNWIND_NONE row,
 * but for padding of less than 16 bytes. Each
 * stub of a PLT has a row of its own. Of functions that overlap the one that begins later rules
 * from its start on.
 * The CFA of a row is what the caller's rsp is, where the file tells the two apart too.
 */
#include <stddef.h>

#include "unwind/table.h"

/*
 * Fills in the table, which must be empty; it stays so on failure, and is the caller's to empty
 * with unwind_table_done() else. `fd`: open for reading, read at offsets of its own.
 * 0; -ENOENT: no unwind information; -ENOEXEC: no executable or library for x86-64; -ENOMEM: also
 * when there are more rows, functions or bytes than one file may have.
 */
int unwind_table_build(int fd, struct unwind_table *table);

/* The same for a file in memory, the vdso. The memory is read during the call only. */
int unwind_table_build_memory(const void *elf, size_t size, struct unwind_table *table);

#endif
