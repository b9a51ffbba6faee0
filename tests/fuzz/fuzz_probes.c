// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* Input: the section .note.stapsdt of a file (objcopy --dump-section). */
#include <elf.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "python/probes.h"

enum {
	/* As the executables of the corpus have them, roughly. */
	TEXT_VADDR = 0x400000,
	TEXT_BYTES = 0x500000,
	DATA_VADDR = 0x900000,
	DATA_BYTES = 0x400000,
	SECTIONS = 4,
};

/* A file with the notes at its end. */
struct file {
	Elf64_Ehdr head;
	Elf64_Phdr segments[2];
	Elf64_Shdr sections[SECTIONS];
	char names[64];
};

static const struct file model = {
	.head = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
		 .e_type = ET_EXEC,
		 .e_machine = EM_X86_64,
		 .e_version = EV_CURRENT,
		 .e_ehsize = sizeof(Elf64_Ehdr),
		 .e_phoff = offsetof(struct file, segments),
		 .e_phentsize = sizeof(Elf64_Phdr),
		 .e_phnum = 2,
		 .e_shoff = offsetof(struct file, sections),
		 .e_shentsize = sizeof(Elf64_Shdr),
		 .e_shnum = SECTIONS,
		 .e_shstrndx = 1},
	.segments = {{.p_type = PT_LOAD,
		      .p_flags = PF_R | PF_X,
		      .p_vaddr = TEXT_VADDR,
		      .p_filesz = TEXT_BYTES},
		     {.p_type = PT_LOAD,
		      .p_flags = PF_R | PF_W,
		      .p_vaddr = DATA_VADDR,
		      .p_offset = TEXT_BYTES,
		      .p_filesz = DATA_BYTES}},
	.sections = {{.sh_type = SHT_NULL},
		     {.sh_name = 1,
		      .sh_type = SHT_STRTAB,
		      .sh_offset = offsetof(struct file, names),
		      .sh_size = sizeof(((struct file *)0)->names)},
		     {.sh_name = 11, .sh_type = SHT_PROGBITS, .sh_addr = 0x8cc5a0, .sh_size = 1},
		     {.sh_name = 25,
		      .sh_type = SHT_NOTE,
		      .sh_offset = sizeof(struct file),
		      .sh_addralign = 4}},
	.names = "\0.shstrtab\0.stapsdt.base\0.note.stapsdt",
};

static void check(const struct probe_site *site)
{
	bool known = site->place != ARGUMENT_UNKNOWN;

	if (site->probe >= PROBES || site->offset >= TEXT_BYTES || site->semaphore % 2 ||
	    site->place > ARGUMENT_MEMORY || site->reg % 8 || site->reg > 152)
		abort();
	if (site->semaphore && (site->semaphore < TEXT_BYTES ||
				site->semaphore + 2 > (uint64_t)TEXT_BYTES + DATA_BYTES))
		abort();
	if (known ? site->size_bytes > 8 || __builtin_popcount(site->size_bytes) != 1
		  : site->size_bytes || site->is_signed || site->reg || site->value)
		abort();
	if (site->place == ARGUMENT_REGISTER && site->value)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t left = sizeof(((struct file *)0)->names) * 2 + size;
	struct probes probes;

	CLEANUP(freep) char *image = malloc(sizeof(struct file) + size);
	if (!image)
		return 0;
	memcpy(image, &model, sizeof(model));
	((struct file *)image)->sections[3].sh_size = size;
	if (size)
		memcpy(image + sizeof(model), data, size);
	elf_version(EV_CURRENT);
	Elf *elf = elf_memory(image, sizeof(model) + size);
	if (!elf)
		abort();
	probes_read(elf, &left, &probes);
	elf_end(elf);
	if (probes.count > PROBES_MOST || (probes.dropped && probes.count < PROBES_MOST))
		abort();
	for (uint32_t i = 0; i < probes.count; i++)
		check(&probes.sites[i]);
	return 0;
}
