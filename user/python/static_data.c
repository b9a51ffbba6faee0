// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/static_data.h"

#include <stdlib.h>
#include <string.h>

#include "elf/section.h"

enum {
	MAX_REGIONS = 256,
};

static int region_order(const void *left, const void *right)
{
	const struct static_region *a = left, *b = right;

	return (a->vaddr > b->vaddr) - (a->vaddr < b->vaddr);
}

/* Leaves the region without bytes when there are none to be had. */
static int bytes_read(Elf_Scn *section, bool is_writable, struct static_region *region)
{
	Elf_Data *raw = elf_rawdata(section, NULL);

	if (!raw || !raw->d_buf || !raw->d_size)
		return 0;
	region->bytes = raw->d_buf;
	region->size_bytes = raw->d_size;
	if (!is_writable)
		return 0;
	region->copy = malloc(raw->d_size);
	if (!region->copy)
		return -ENOMEM;
	region->bytes = memcpy(region->copy, raw->d_buf, raw->d_size);
	return 0;
}

static int section_seen(struct static_data *data, Elf_Scn *section, uint64_t *bytes_left)
{
	struct static_region region = {0};
	GElf_Shdr header;
	uint64_t end;

	if (!gelf_getshdr(section, &header) || header.sh_type != SHT_PROGBITS ||
	    (header.sh_flags & (SHF_ALLOC | SHF_TLS)) != SHF_ALLOC || !header.sh_size ||
	    __builtin_add_overflow(header.sh_addr, header.sh_size, &end))
		return 0;
	region.vaddr = header.sh_addr;
	region.size_bytes = header.sh_size;
	if (!(header.sh_flags & SHF_EXECINSTR)) {
		if (!section_afford(section, bytes_left))
			return 0;
		int err = bytes_read(section, header.sh_flags & SHF_WRITE, &region);
		if (err || !region.bytes)
			return err;
	}
	int err = vec_push(&data->regions, region);
	if (err)
		free(region.copy);
	return err;
}

/* The last region that begins at the address or before. */
static struct static_region *region_find(const struct static_data *data, uint64_t vaddr)
{
	size_t low = vec_up_to(&data->regions, vaddr, vaddr);

	if (!low)
		return NULL;
	struct static_region *region = &data->regions.items[low - 1];
	return vaddr - region->vaddr < region->size_bytes ? region : NULL;
}

const struct static_region *static_data_region(const struct static_data *data, uint64_t vaddr)
{
	return region_find(data, vaddr);
}

static void pointer_put(struct static_data *data, uint64_t place, uint64_t value)
{
	struct static_region *region = region_find(data, place);

	if (region && region->copy && region->size_bytes - (place - region->vaddr) >= sizeof(value))
		memcpy(region->copy + (place - region->vaddr), &value, sizeof(value));
}

static void relocation_apply(struct static_data *data, Elf_Data *symbols, const GElf_Rela *rela)
{
	GElf_Sym symbol;
	uint64_t index = GELF_R_SYM(rela->r_info);

	switch (GELF_R_TYPE(rela->r_info)) {
	case R_X86_64_RELATIVE:
		pointer_put(data, rela->r_offset, (uint64_t)rela->r_addend);
		break;
	case R_X86_64_64:
		if (symbols && index <= INT32_MAX && gelf_getsym(symbols, (int)index, &symbol) &&
		    symbol.st_shndx != SHN_UNDEF)
			pointer_put(data, rela->r_offset,
				    symbol.st_value + (uint64_t)rela->r_addend);
		break;
	}
}

/* gelf_getsym() and gelf_getrela() check the index against the size of the data. */
static void relocations_apply(struct static_data *data, Elf *elf, Elf_Scn *section,
			      uint64_t *bytes_left)
{
	Elf_Data *relocations, *symbols = NULL;
	GElf_Shdr header;
	GElf_Rela rela;

	if (!gelf_getshdr(section, &header) || header.sh_type != SHT_RELA ||
	    !(header.sh_flags & SHF_ALLOC) || !section_afford(section, bytes_left))
		return;
	Elf_Scn *linked = elf_getscn(elf, header.sh_link);
	if (section_afford(linked, bytes_left))
		symbols = elf_getdata(linked, NULL);
	relocations = elf_getdata(section, NULL);
	if (symbols && symbols->d_type != ELF_T_SYM)
		symbols = NULL;
	if (!relocations || relocations->d_type != ELF_T_RELA)
		return;
	for (int i = 0; gelf_getrela(relocations, i, &rela); i++)
		relocation_apply(data, symbols, &rela);
}

int static_data_read(Elf *elf, uint64_t *bytes_left, struct static_data *data)
{
	*data = (struct static_data){0};
	for (Elf_Scn *section = NULL;
	     data->regions.count < MAX_REGIONS && (section = elf_nextscn(elf, section));) {
		int err = section_seen(data, section, bytes_left);
		if (err)
			return err;
	}
	if (data->regions.count)
		qsort(data->regions.items, data->regions.count, sizeof(*data->regions.items),
		      region_order);
	for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));)
		relocations_apply(data, elf, section, bytes_left);
	return 0;
}

bool static_data_is_code(const struct static_data *data, uint64_t vaddr)
{
	const struct static_region *region = region_find(data, vaddr);

	return region && !region->bytes;
}

bool static_data_has(const struct static_data *data, uint64_t vaddr, uint64_t size_bytes)
{
	const struct static_region *region = region_find(data, vaddr);

	return region && region->bytes &&
	       region->size_bytes - (vaddr - region->vaddr) >= size_bytes;
}

uint64_t static_data_word(const struct static_data *data, uint64_t vaddr)
{
	const struct static_region *region = region_find(data, vaddr);
	uint64_t word = 0;

	if (region && region->bytes && region->size_bytes - (vaddr - region->vaddr) >= sizeof(word))
		memcpy(&word, region->bytes + (vaddr - region->vaddr), sizeof(word));
	return word;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* One tp_name has a hyphen: "method-wrapper" (Objects/descrobject.c). */
static bool is_inner(char c, bool dots)
{
	return (c >= '0' && c <= '9') || (dots && c == '-');
}

const char *static_data_name(const struct static_data *data, uint64_t vaddr, bool dots)
{
	const struct static_region *region = region_find(data, vaddr);
	bool begins = true;

	if (!region || !region->bytes)
		return NULL;
	uint64_t left = region->size_bytes - (vaddr - region->vaddr);
	const char *text = (const char *)region->bytes + (vaddr - region->vaddr);
	for (size_t i = 0; i < left && i < STATIC_TEXT_BYTES; i++) {
		if (!text[i])
			return begins ? NULL : text;
		if (dots && text[i] == '.' && !begins)
			begins = true;
		else if (is_letter(text[i]) || (!begins && is_inner(text[i], dots)))
			begins = false;
		else
			return NULL;
	}
	return NULL;
}

void static_data_done(struct static_data *data)
{
	for (size_t i = 0; i < data->regions.count; i++)
		free(data->regions.items[i].copy);
	vec_done(&data->regions);
}
