// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/elf_frames.h"

#include <errno.h>

enum {
	PAGE_BYTES = 4096,
	MAX_NAMES_BYTES = 16 << 20,
	EH_FRAME_HDR_BYTES = 12, /* version, three encodings, and what we need of the rest */
};

static bool is_ours(Elf *elf)
{
	GElf_Ehdr header;

	return elf_kind(elf) == ELF_K_ELF && gelf_getehdr(elf, &header) &&
	       header.e_ident[EI_CLASS] == ELFCLASS64 && header.e_ident[EI_DATA] == ELFDATA2LSB &&
	       header.e_machine == EM_X86_64 &&
	       (header.e_type == ET_EXEC || header.e_type == ET_DYN);
}

/* The nth program header, while there are any. */
static bool segment_get(Elf *elf, size_t nth, GElf_Phdr *segment)
{
	size_t count;

	return !elf_getphdrnum(elf, &count) && nth < count && nth < MAX_ELF_SEGMENTS &&
	       gelf_getphdr(elf, (int)nth, segment);
}

static void text_find(Elf *elf, struct elf_frames *frames)
{
	uint64_t lowest = UINT64_MAX;
	GElf_Phdr segment;

	frames->text_start = UINT64_MAX;
	for (size_t i = 0; segment_get(elf, i, &segment); i++) {
		uint64_t end;
		if (segment.p_type != PT_LOAD ||
		    __builtin_add_overflow(segment.p_vaddr, segment.p_memsz, &end))
			continue;
		if (segment.p_vaddr < lowest)
			lowest = segment.p_vaddr;
		if (!(segment.p_flags & PF_X))
			continue;
		if (segment.p_vaddr < frames->text_start)
			frames->text_start = segment.p_vaddr;
		if (end > frames->text_end)
			frames->text_end = end;
	}
	frames->base_vaddr = lowest & ~(uint64_t)(PAGE_BYTES - 1);
	if (frames->text_end > frames->base_vaddr &&
	    frames->text_end - frames->base_vaddr > UINT32_MAX)
		frames->text_end = frames->base_vaddr + UINT32_MAX;
}

/* The segment that has this address in the file. */
static bool segment_of(Elf *elf, uint64_t vaddr, GElf_Phdr *segment)
{
	for (size_t i = 0; segment_get(elf, i, segment); i++)
		if (segment->p_type == PT_LOAD && vaddr >= segment->p_vaddr &&
		    vaddr - segment->p_vaddr < segment->p_filesz &&
		    segment->p_offset <= INT64_MAX - segment->p_filesz)
			return true;
	return false;
}

/* size bytes of the file from this address on, all in one segment. */
static struct bytes chunk(Elf *elf, uint64_t vaddr, uint64_t size)
{
	GElf_Phdr segment;

	if (!segment_of(elf, vaddr, &segment) ||
	    size > segment.p_filesz - (vaddr - segment.p_vaddr))
		return (struct bytes){0};
	Elf_Data *data = elf_getdata_rawchunk(
		elf, (int64_t)(segment.p_offset + (vaddr - segment.p_vaddr)), size, ELF_T_BYTE);
	if (!data || !data->d_buf || data->d_size != size)
		return (struct bytes){0};
	const uint8_t *at = data->d_buf;
	return (struct bytes){.at = at, .end = at + size, .end_vaddr = vaddr + size};
}

size_t elf_frames_read(Elf *elf, uint64_t vaddr, void *out, size_t size)
{
	struct bytes bytes = chunk(elf, vaddr, size);

	if (!bytes.at)
		return 0;
	memcpy(out, bytes.at, size);
	return size;
}

/* A section's bytes as they are in the file. 0, also when it has none there, or -ENOMEM. */
static int section_bytes(Elf_Scn *section, const GElf_Shdr *header, struct bytes *bytes)
{
	if (header->sh_type == SHT_NOBITS || header->sh_flags & SHF_COMPRESSED || !header->sh_size)
		return 0;
	if (header->sh_size > MAX_UNWIND_SECTION_BYTES)
		return -ENOMEM;
	Elf_Data *data = elf_rawdata(section, NULL);
	if (!data || !data->d_buf)
		return 0;
	bytes->at = data->d_buf;
	bytes->end = bytes->at + data->d_size;
	bytes->end_vaddr = header->sh_addr + data->d_size;
	return 0;
}

static bool names_fit(Elf *elf, size_t *names)
{
	GElf_Shdr header;

	return !elf_getshdrstrndx(elf, names) && gelf_getshdr(elf_getscn(elf, *names), &header) &&
	       header.sh_size <= MAX_NAMES_BYTES;
}

static int sections_find(Elf *elf, struct elf_frames *frames)
{
	Elf_Scn *section = NULL;
	size_t names;
	int err = 0;

	if (!names_fit(elf, &names))
		return 0;
	while (!err && (section = elf_nextscn(elf, section))) {
		GElf_Shdr header;
		const char *name = gelf_getshdr(section, &header)
					   ? elf_strptr(elf, names, header.sh_name)
					   : NULL;
		if (name && !strcmp(name, ".eh_frame") && !frames->eh_frame.at)
			err = section_bytes(section, &header, &frames->eh_frame);
		else if (name && !strcmp(name, ".debug_frame") && !frames->debug_frame.at)
			err = section_bytes(section, &header, &frames->debug_frame);
	}
	return err;
}

/* .eh_frame_hdr (LSB Core 5.0, 10.6.2) tells where .eh_frame begins. */
static int eh_frame_by_segment(Elf *elf, uint64_t header_vaddr, struct elf_frames *frames)
{
	struct bytes header = chunk(elf, header_vaddr, EH_FRAME_HDR_BYTES);
	GElf_Phdr segment;

	if (!header.at || bytes_number(&header, 1) != 1)
		return 0;
	uint8_t encoding = (uint8_t)bytes_number(&header, 1);
	bytes_number(&header, 2);
	uint64_t vaddr = bytes_pointer(&header, encoding);
	if (header.bad || !segment_of(elf, vaddr, &segment))
		return 0;
	uint64_t size = segment.p_filesz - (vaddr - segment.p_vaddr);
	if (size > MAX_UNWIND_SECTION_BYTES)
		return -ENOMEM;
	frames->eh_frame = chunk(elf, vaddr, size);
	frames->eh_format = FRAME_EH_OPEN;
	return 0;
}

int elf_frames_find(Elf *elf, struct elf_frames *frames)
{
	GElf_Phdr segment;
	int err;

	*frames = (struct elf_frames){.eh_format = FRAME_EH};
	if (!is_ours(elf))
		return -ENOEXEC;
	text_find(elf, frames);
	if (frames->text_start >= frames->text_end)
		return -ENOEXEC;
	err = sections_find(elf, frames);
	for (size_t i = 0; !err && !frames->eh_frame.at && segment_get(elf, i, &segment); i++)
		if (segment.p_type == PT_GNU_EH_FRAME)
			err = eh_frame_by_segment(elf, segment.p_vaddr, frames);
	return err;
}
