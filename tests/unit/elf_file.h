/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_ELF_FILE_H
#define LTSBPF_TESTS_ELF_FILE_H
/*
 * Writes small ELF files that look like a Python to interpreter_inspect(): one segment that is the
 * whole file from address ELF_VADDR on, and the sections and symbols that a test asks for.
 */
#include <elf.h>
#include <stdint.h>

enum {
	ELF_VADDR = 0x400000,
	ELF_FILE_BYTES = 8192,
	ELF_SECTIONS = 8,
	ELF_SYMBOLS = 8
};

/* Where things are in the file. */
enum {
	ELF_AT_SECTIONS = 0x200,
	ELF_AT_NAMES = 0x500,
	ELF_AT_SYMBOLS = 0x700,
	ELF_AT_STRINGS = 0x900,
	ELF_AT_CONSTANTS = 0xb00,
	ELF_AT_NOTES = 0xc00, /* and on, as far as a test has no data */
	ELF_AT_DATA = 0x1000,
	ELF_AT_PROBE = 0x1e00,
	ELF_AT_BASE = 0x1f00,
	ELF_AT_SEMAPHORE = 0x1f10,
};

struct elf_made {
	uint8_t bytes[ELF_FILE_BYTES];
	uint32_t names, strings, symbols;
};

static inline Elf64_Ehdr *elf_head(struct elf_made *made)
{
	return (Elf64_Ehdr *)made->bytes;
}

static inline Elf64_Phdr *elf_segments(struct elf_made *made)
{
	return (Elf64_Phdr *)(made->bytes + sizeof(Elf64_Ehdr));
}

static inline Elf64_Shdr *elf_sections(struct elf_made *made)
{
	return (Elf64_Shdr *)(made->bytes + ELF_AT_SECTIONS);
}

/* A file without a symbol. The sections are 1 names, 2 strings, 3 symbols, 4 constants. */
void elf_make(struct elf_made *made, uint16_t type);

Elf64_Phdr *elf_add_segment(struct elf_made *made, uint32_t type, uint64_t bytes, uint64_t align);
Elf64_Shdr *elf_add_section(struct elf_made *made, const char *name, uint32_t type, uint64_t offset,
			    uint64_t bytes);
Elf64_Sym *elf_add_symbol(struct elf_made *made, const char *name, uint64_t value);

/* Makes the segment one that may be run and written, and adds the sections that probes need. */
void elf_make_probes(struct elf_made *made);

/* The section of the notes, unless one was added after elf_make_probes(). */
static inline Elf64_Shdr *elf_notes(struct elf_made *made)
{
	return &elf_sections(made)[elf_head(made)->e_shnum - 1];
}

/* Addresses of a probe, the base and the semaphore; they lie in a note as they come. */
struct elf_probe {
	uint64_t location, base, semaphore;
} __attribute__((packed));

/* A note after the others, of a probe at ELF_AT_PROBE. */
Elf64_Nhdr *elf_add_probe(struct elf_made *made, const char *provider, const char *name,
			  const char *arguments);

static inline struct elf_probe *elf_probe(Elf64_Nhdr *note)
{
	return (struct elf_probe *)((char *)(note + 1) + note->n_namesz);
}

/* The file, in memory; -1 when that cannot be. */
int elf_made_open(const struct elf_made *made);

#endif
