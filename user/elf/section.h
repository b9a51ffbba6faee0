/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_ELF_SECTION_H
#define LTSBPF_ELF_SECTION_H
/*
 * Sections of a foreign ELF file, within a budget: libelf reads whole sections into memory, and a
 * file may claim to have many large ones. (Files are not mapped: one that is written anew while it
 * is read would end us with SIGBUS.)
 */
#include <gelf.h>
#include <stdbool.h>
#include <stdint.h>

/* For CLEANUP(elf_endp). NULL is fine. */
static inline void elf_endp(Elf **elf)
{
	elf_end(*elf);
}

/* What all sections of a file may take together, where a caller has no other reason. */
#define SECTIONS_BYTES_MOST (1ull << 30)

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

/*
 * What is in the section; it belongs to the Elf. Takes its size from *bytes_left. NULL when so much
 * is not left, the file does not have it, or there is no such section (NULL).
 */
const Elf_Data *section_data(Elf_Scn *section, uint64_t *bytes_left);

/* The first section of this SHT_ type, and its header. NULL, and any *header: there is none. */
Elf_Scn *section_of_type(Elf *elf, GElf_Word type, GElf_Shdr *header);

#endif
