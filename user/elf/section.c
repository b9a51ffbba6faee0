// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "elf/section.h"

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

const Elf_Data *section_data(Elf_Scn *section, uint64_t *bytes_left)
{
	GElf_Shdr header;

	if (!section || !gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS ||
	    !section_afford(section, bytes_left))
		return NULL;
	Elf_Data *data = elf_getdata(section, NULL);
	return data && data->d_buf ? data : NULL;
}

Elf_Scn *section_of_type(Elf *elf, GElf_Word type, GElf_Shdr *header)
{
	for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));)
		if (gelf_getshdr(section, header) && header->sh_type == type)
			return section;
	return NULL;
}
