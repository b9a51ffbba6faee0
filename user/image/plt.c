// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/plt.h"

#include <stdbool.h>
#include <string.h>

#include "base/map64.h"
#include "elf/section.h"

/* A file while its stubs are named. */
struct plt {
	Elf *elf;
	uint64_t bytes_left;
	uint32_t dynstr;
	struct symbol_table *table;
	struct map64 slots; /* address in the GOT -> place in the table's names */
};

static int slots_read(struct plt *plt, Elf_Scn *section, const GElf_Shdr *header)
{
	Elf_Data *relocations = (Elf_Data *)section_data(section, &plt->bytes_left);
	Elf_Data *symbols =
		(Elf_Data *)section_data(elf_getscn(plt->elf, header->sh_link), &plt->bytes_left);
	GElf_Rela relocation;
	GElf_Sym symbol;
	int err = 0;

	if (!relocations || !symbols)
		return 0;
	for (int i = 0; !err && gelf_getrela(relocations, i, &relocation); i++) {
		uint64_t type = GELF_R_TYPE(relocation.r_info);

		if ((type == R_X86_64_JUMP_SLOT || type == R_X86_64_GLOB_DAT) &&
		    gelf_getsym(symbols, (int)GELF_R_SYM(relocation.r_info), &symbol) &&
		    symbol.st_name)
			err = map64_put(&plt->slots, relocation.r_offset,
					(uint64_t)plt->dynstr + symbol.st_name);
	}
	return err;
}

/* Where the stub gets its target from; false: it is none that begins with the jump. */
static bool slot_of(const uint8_t *stub, size_t size, uint64_t vaddr, uint64_t *slot)
{
	static const uint8_t endbr64[] = {0xf3, 0x0f, 0x1e, 0xfa}, jump[] = {0xff, 0x25};
	size_t at = size >= sizeof(endbr64) && !memcmp(stub, endbr64, sizeof(endbr64))
			    ? sizeof(endbr64)
			    : 0;
	int32_t distance;

	at += at < size && stub[at] == 0xf2; /* bnd */
	if (size < at + sizeof(jump) + sizeof(distance) ||
	    memcmp(stub + at, jump, sizeof(jump)) != 0)
		return false;
	at += sizeof(jump);
	memcpy(&distance, stub + at, sizeof(distance));
	*slot = vaddr + at + sizeof(distance) + (uint64_t)(int64_t)distance;
	return true;
}

static int stubs_read(struct plt *plt, const char *name)
{
	GElf_Shdr header;
	Elf_Scn *section = section_named(plt->elf, name, &plt->bytes_left, &header);
	const Elf_Data *data = section_data(section, &plt->bytes_left);
	int err = 0;

	if (!data || !(header.sh_flags & SHF_EXECINSTR))
		return 0;
	size_t step = header.sh_entsize == 8 ? 8 : 16;
	for (size_t at = 0; !err && at + step <= data->d_size; at += step) {
		uint64_t slot, place, start = header.sh_addr + at;

		if (!slot_of((const uint8_t *)data->d_buf + at, step, start, &slot) ||
		    !map64_get(&plt->slots, slot, &place) || place > UINT32_MAX)
			continue;
		err = symbol_table_add(plt->table,
				       (struct symbol_candidate){.start = start,
								 .size = step,
								 .limit = start + step,
								 .name = (uint32_t)place,
								 .binding = SYMBOL_STUB});
	}
	return err;
}

int plt_add(Elf *elf, uint64_t bytes_left, uint32_t dynstr, struct symbol_table *table)
{
	static const char *const sections[] = {".plt", ".plt.sec", ".plt.got"};
	struct plt plt = {.elf = elf, .bytes_left = bytes_left, .dynstr = dynstr, .table = table};
	GElf_Shdr header;
	GElf_Ehdr head;
	int err = 0;

	if (!gelf_getehdr(elf, &head) || head.e_machine != EM_X86_64)
		return 0;
	for (Elf_Scn *section = NULL; !err && (section = elf_nextscn(elf, section));)
		if (gelf_getshdr(section, &header) && header.sh_type == SHT_RELA &&
		    header.sh_flags & SHF_ALLOC)
			err = slots_read(&plt, section, &header);
	for (size_t i = 0; !err && i < sizeof(sections) / sizeof(*sections); i++)
		err = stubs_read(&plt, sections[i]);
	map64_done(&plt.slots);
	return err;
}
