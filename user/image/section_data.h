/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_IMAGE_SECTION_DATA_H
#define LTSBPF_IMAGE_SECTION_DATA_H
/*
 * Contents of sections of a foreign ELF file, within a budget: libelf reads whole sections into
 * memory, and a file may claim to have many large ones. (Files are not mapped: one that is written
 * anew while it is read would end us with SIGBUS.)
 */
#include <gelf.h>
#include <stdint.h>

/* What all sections of a file may take together, where a caller has no other reason. */
#define SECTIONS_BYTES_MOST (1ull << 30)

/*
 * What is in the section; it belongs to the Elf. Takes its size from *bytes_left. NULL when so much
 * is not left, the file does not have it, or there is no such section (NULL).
 */
const Elf_Data *section_data(Elf_Scn *section, uint64_t *bytes_left);

/* The first section of this name, and its header. NULL, and any *header: there is none. */
Elf_Scn *section_find(Elf *elf, const char *name, uint64_t *bytes_left, GElf_Shdr *header);

/* The first one of this SHT_ type. */
Elf_Scn *section_of_type(Elf *elf, GElf_Word type, GElf_Shdr *header);

#endif
