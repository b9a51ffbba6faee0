/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_UNWIND_SPANS_H
#define LTSBPF_UNWIND_SPANS_H
/* Where the functions of an ELF file lie, by its unwind information: also where it has no symbols.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"

/* start..end - 1, addresses as in the file. */
struct span {
	uint64_t start, end;
};

/* Sorted, none overlaps another. Zeroed = empty. */
struct spans {
	VEC(struct span) list;
};

/* Fills in *spans, which must be empty and stays so on failure. 0, also when there are none;
 * -ENOEXEC: no executable or library for x86-64; -ENOMEM. */
int spans_read(int fd, struct spans *spans);

/* The one that holds the address; NULL = none. */
const struct span *spans_find(const struct spans *spans, uint64_t vaddr);

void spans_done(struct spans *spans);

#endif
