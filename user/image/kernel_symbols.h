/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_IMAGE_KERNEL_SYMBOLS_H
#define LTSBPF_IMAGE_KERNEL_SYMBOLS_H
/*
 * Functions of the running kernel and its modules by address, from /proc/kallsyms (Linux 6.12,
 * kernel/kallsyms.c): lines "ADDRESS TYPE NAME" and, of a module, "\t[MODULE]". BPF programs and
 * trampolines are there as modules [bpf], [__builtin__ftrace], [__builtin__kprobes]. It tells no
 * sizes. 64,000 functions (122,000 lines, Linux 6.18) take 60 ms and 3.2 MB.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* How far a function may reach, where the next one is farther: the gaps between modules. */
#define MAX_KERNEL_FUNCTION_BYTES (1ull << 20)

struct kernel_symbols;

/* Whether the kernel shows us where its functions are. */
bool kernel_symbols_shown(void);

/*
 * 0; -EPERM: the kernel hides the addresses from us (kernel.kptr_restrict; 1 = without CAP_SYSLOG);
 * -ENOENT: there is no /proc/kallsyms, or no function in it; -EFBIG: it is no such file; -ENOMEM,
 * or -errno of opening. The caller tells.
 */
int kernel_symbols_open(struct kernel_symbols **symbols);

/* The same from a stream with such lines; what is none is skipped. */
int kernel_symbols_read(FILE *stream, struct kernel_symbols **symbols);

/*
 * *name and *module ("[bpf]", NULL = the kernel itself) live as long as the symbols; *start is
 * where the function begins. Of several names at one address: global rather than weak rather than
 * local, few leading underscores, then first in the file. False, and nothing written: it is in no
 * function.
 */
bool kernel_symbols_find(const struct kernel_symbols *symbols, uint64_t address, const char **name,
			 const char **module, uint64_t *start);

/* How many functions there are. */
size_t kernel_symbols_count(const struct kernel_symbols *symbols);

void kernel_symbols_free(struct kernel_symbols *symbols);

#endif
