/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_IMAGE_PLT_H
#define LTSBPF_IMAGE_PLT_H
/*
 * Names for the stubs through which an x86-64 file calls other files. A stub of .plt, .plt.sec and
 * .plt.got begins with "jmp *slot(%rip)", after endbr64 or a bnd prefix if the linker was told so;
 * the relocation of that slot of the GOT (R_X86_64_JUMP_SLOT or _GLOB_DAT) names the function.
 * x86-64 psABI 1.0, 5.2 and 13.2; binutils 2.40 bfd/elfxx-x86.c, LLVM 16 lld/ELF/Arch/X86_64.cpp.
 * The lazy halves of stubs (endbr64, push, jmp) run once for each function and get no name.
 */
#include <gelf.h>
#include <stdint.h>

#include "image/symbol_table.h"

/*
 * Adds the stubs. dynstr: where in the table's names those of .dynsym begin. 0 or -ENOMEM; what
 * cannot be read adds nothing.
 */
int plt_add(Elf *elf, uint64_t bytes_left, uint32_t dynstr, struct symbol_table *table);

#endif
