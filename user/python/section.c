// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/section.h"

#include <string.h>

bool section_afford(Elf_Scn *section, uint64_t *bytes_left)
{
	GElf_Shdr header;

	if (!section || !gelf_getshdr(section, &header) || header.sh_size > *bytes_left)
		return false;
	*bytes_left -= header.sh_size;
	return true;
}

Elf_Scn *section_named(Elf *elf, const char *name, uint64_t *bytes_left, GElf_Shdr *header)
{
	size_t names;

	if (elf_getshdrstrndx(elf, &names) || !section_afford(elf_getscn(elf, names), bytes_left))
		return NULL;
	for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));) {
		const char *found = gelf_getshdr(section, header)
					    ? elf_strptr(elf, names, header->sh_name)
					    : NULL;
		if (found && !strcmp(found, name))
			return section;
	}
	return NULL;
}
