/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PYTHON_SECTION_H
#define LTSBPF_PYTHON_SECTION_H
/*
 * Sections of a foreign ELF file, within a budget: libelf reads whole sections into memory, and a
 * file may claim to have many large ones.
 */
#include <gelf.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Whether the section may be read: takes its size from *bytes_left. False, and nothing taken, when
 * so much is not left or there is no such section (NULL).
 */
bool section_afford(Elf_Scn *section, uint64_t *bytes_left);

/*
 * The first section of this name, with its header. NULL, and *header may be overwritten, when there
 * is none or the table of names cannot be afforded; each call pays for that.
 */
Elf_Scn *section_named(Elf *elf, const char *name, uint64_t *bytes_left, GElf_Shdr *header);

#endif
