/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_IMAGE_JIT_SYMBOLS_H
#define LTSBPF_IMAGE_JIT_SYMBOLS_H
/* The names that one process tells of code it makes: its jitdump's, else its perf map's. */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct jit_symbols;

/*
 * Reads what is there by now, so call it while the process lives: of one that is gone only files
 * that belong to root are believed. NULL: memory is out.
 */
struct jit_symbols *jit_symbols_new(pid_t pid);

/*
 * Reads what is new. Of the jitdumps that the process maps, the one with its own pid; else one that
 * it has from its parent, whose code it has too. 0, also when there is nothing, and when the
 * process is gone and what it left can still be read; -EPERM: there is a file, and it is not
 * believed (image/perf_map.h); -EINVAL: it is broken; -EFBIG: it is too large, names are left out;
 * -ENOMEM, or -errno of reading. What could be read is there in any case.
 */
int jit_symbols_refresh(struct jit_symbols *symbols);

/*
 * *name is borrowed until the next refresh, and as the process wrote it ("py::f:/a.py" of CPython).
 * False, and *name untouched: not known, by the last refresh.
 */
bool jit_symbols_find(const struct jit_symbols *symbols, uint64_t address, const char **name);

void jit_symbols_free(struct jit_symbols *symbols);

#endif
