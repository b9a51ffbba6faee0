/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PYTHON_BUILTINS_H
#define LTSBPF_PYTHON_BUILTINS_H
/*
 * Names of the C functions that Python code calls, by where their machine code begins: "list.sort",
 * "sum", "math.sqrt", "dict.__getitem__". They come from CPython's static tables (method_tables.h),
 * so that a file needs no symbols. Works on interpreters and on extension modules alike.
 */
#include <stdint.h>

#include "base/strings.h"
#include "base/vec.h"

enum {
	BUILTINS_MOST = 65536 /* of one file; Debian's CPython 3.15 has 2,400 */
};

struct builtin {
	uint64_t vaddr;	  /* of the function's first byte */
	const char *name; /* in `strings` */
};

/*
 * What a function has as its name:
 * - OWNER.METHOD by its method table; the first one of the table when it has several names there.
 *   OWNER is tp_name or m_name as it stands ("collections.deque"); those of module builtins have
 *   none. METHOD alone when the table has no owner, or tables of several owners say the same
 *   (set.union and frozenset.union are one function).
 * - else OWNER.__SLOT__ by the slots of one type. A function that is exported, is in the slots of
 *   several types, or of `object` or `type`, or stands elsewhere in the data too, has none: it is
 *   called for others as well.
 * - If the file has symbols: X_impl, X_impl.isra.0, X.cold ... have the name of X. A function of
 *   Argument Clinic only takes the arguments apart and calls its X_impl
 *   (Tools/clinic/, CPython 3.8 to 3.15).
 * Functions that tables of different owners call by different names have none (linkers may fold
 * functions of equal code into one).
 */
struct builtins {
	VEC(struct builtin) list; /* sorted by vaddr, each once */
	struct strings strings;
};

/*
 * Fills in *builtins, which need not be initialised, from an ELF file for x86-64. 0, also when
 * there are none; -ENOEXEC: not such a file; -ENOMEM. On failure *builtins is empty. What cannot be
 * afforded (sections of more than 64 MB together) or is malformed is passed over.
 */
int builtins_read(int fd, struct builtins *builtins);

/* The name of the function that begins there; NULL when it is not known. */
const char *builtins_find(const struct builtins *builtins, uint64_t vaddr);

void builtins_done(struct builtins *builtins);

#endif
