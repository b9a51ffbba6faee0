// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "elf_file.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

Elf64_Phdr *elf_add_segment(struct elf_made *made, uint32_t type, uint64_t bytes, uint64_t align)
{
	Elf64_Phdr *segment = &elf_segments(made)[elf_head(made)->e_phnum++];

	*segment = (Elf64_Phdr){.p_type = type,
				.p_vaddr = ELF_VADDR,
				.p_filesz = bytes,
				.p_memsz = bytes,
				.p_align = align};
	return segment;
}

Elf64_Shdr *elf_add_section(struct elf_made *made, const char *name, uint32_t type, uint64_t offset,
			    uint64_t bytes)
{
	Elf64_Shdr *section = &elf_sections(made)[elf_head(made)->e_shnum++];

	*section = (Elf64_Shdr){.sh_name = made->names,
				.sh_type = type,
				.sh_flags = SHF_ALLOC,
				.sh_addr = ELF_VADDR + offset,
				.sh_offset = offset,
				.sh_size = bytes,
				.sh_addralign = 1};
	strcpy((char *)made->bytes + ELF_AT_NAMES + made->names, name);
	made->names += (uint32_t)strlen(name) + 1;
	return section;
}

void elf_make(struct elf_made *made, uint16_t type)
{
	Elf64_Shdr *symbols;

	*made = (struct elf_made){.names = 1, .strings = 1};
	*elf_head(made) = (Elf64_Ehdr){
		.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
		.e_type = type,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_phoff = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_shoff = ELF_AT_SECTIONS,
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = 1,
		.e_shstrndx = 1,
	};
	elf_add_segment(made, PT_LOAD, ELF_FILE_BYTES, 4096);
	elf_add_section(made, ".shstrtab", SHT_STRTAB, ELF_AT_NAMES, 0x200);
	elf_add_section(made, ".dynstr", SHT_STRTAB, ELF_AT_STRINGS, 0x200);
	symbols = elf_add_section(made, ".dynsym", SHT_DYNSYM, ELF_AT_SYMBOLS, 0);
	symbols->sh_link = 2;
	symbols->sh_entsize = sizeof(Elf64_Sym);
	symbols->sh_addralign = 8;
	elf_add_section(made, ".rodata", SHT_PROGBITS, ELF_AT_CONSTANTS, 0x100);
}

Elf64_Sym *elf_add_symbol(struct elf_made *made, const char *name, uint64_t value)
{
	Elf64_Sym *symbol = (Elf64_Sym *)(made->bytes + ELF_AT_SYMBOLS) + made->symbols++;

	*symbol = (Elf64_Sym){.st_name = made->strings,
			      .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT),
			      .st_shndx = 4,
			      .st_value = value};
	strcpy((char *)made->bytes + ELF_AT_STRINGS + made->strings, name);
	made->strings += (uint32_t)strlen(name) + 1;
	elf_sections(made)[3].sh_size = made->symbols * sizeof(Elf64_Sym);
	return symbol;
}

void elf_make_probes(struct elf_made *made)
{
	elf_segments(made)->p_flags = PF_R | PF_W | PF_X;
	elf_add_section(made, ".stapsdt.base", SHT_PROGBITS, ELF_AT_BASE, 1);
	elf_add_section(made, ".note.stapsdt", SHT_NOTE, ELF_AT_NOTES, 0)->sh_addralign = 4;
}

Elf64_Nhdr *elf_add_probe(struct elf_made *made, const char *provider, const char *name,
			  const char *arguments)
{
	Elf64_Shdr *section = elf_notes(made);
	Elf64_Nhdr *note = (Elf64_Nhdr *)(made->bytes + section->sh_offset + section->sh_size);

	*note = (Elf64_Nhdr){.n_namesz = sizeof("stapsdt"), .n_type = 3};
	memcpy(note + 1, "stapsdt", note->n_namesz);
	*elf_probe(note) = (struct elf_probe){ELF_VADDR + ELF_AT_PROBE, ELF_VADDR + ELF_AT_BASE,
					      ELF_VADDR + ELF_AT_SEMAPHORE};
	char *text = (char *)(elf_probe(note) + 1);
	text = stpcpy(text, provider) + 1;
	text = stpcpy(text, name) + 1;
	text = stpcpy(text, arguments) + 1;
	note->n_descsz = (Elf64_Word)(text - (char *)elf_probe(note));
	section->sh_size += sizeof(*note) + note->n_namesz + (note->n_descsz + 3) / 4 * 4;
	return note;
}

int elf_made_open(const struct elf_made *made)
{
	int fd = memfd_create("elf", MFD_CLOEXEC);

	if (fd >= 0 && write(fd, made->bytes, sizeof(made->bytes)) != sizeof(made->bytes)) {
		close(fd);
		fd = -1;
	}
	return fd;
}
