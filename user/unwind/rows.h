/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_UNWIND_ROWS_H
#define LTSBPF_UNWIND_ROWS_H
/*
 * From functions, sorted, to the rows and rules of a table. To a walker the CFA is the caller's
 * rsp: where a function tells that these two differ (glibc's longjmp and setcontext), the CFA of
 * the rule is the latter.
 */
#include "unwind/eh_frame.h"
#include "unwind/table.h"

/* Reads code of the file: how many bytes could be read. */
typedef size_t code_read(void *context, uint64_t vaddr, void *out, size_t size);

/*
 * Appends to the empty table, whose base_vaddr is set and not above any function. Functions that
 * are too far from it for 32 bits are left out. `read`, which gets the context, may be NULL: then
 * signal frames are known by their CIE alone. 0 or -ENOMEM, also for more than MAX_UNWIND_ROWS.
 */
int rows_make(const struct fdes *fdes, code_read *read, void *context, struct unwind_table *table);

#endif
