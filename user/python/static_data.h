/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PYTHON_STATIC_DATA_H
#define LTSBPF_PYTHON_STATIC_DATA_H
/*
 * The initialised data of a foreign x86-64 ELF file with its pointers in place, as they are before
 * the load bias is added. In a shared object or PIE the file itself has pointers only as
 * relocations in SHT_RELA sections: R_X86_64_RELATIVE (the addend) and R_X86_64_64 (a symbol and
 * the addend) are applied, others are not pointers to data or functions of this file. SHT_RELR
 * needs nothing: its pointers stand in place (System V gABI, "Relocation Table"), as all do in an
 * ET_EXEC.
 */
#include <gelf.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"

enum {
	STATIC_TEXT_BYTES = 256 /* a text is shorter, or it is none */
};

/* A section that is mapped, without thread-local ones and .bss. */
struct static_region {
	uint64_t vaddr, size_bytes;
	const uint8_t *bytes; /* NULL: code */
	uint8_t *copy;	      /* the same, when the section can be written to */
};

struct static_data {
	VEC(struct static_region) regions; /* sorted by vaddr */
};

/*
 * Reads what can be afforded: 0 or -ENOMEM. The bytes are valid until elf_end(); *data, which need
 * not be initialised, until static_data_done(), which must be called on failure too.
 */
int static_data_read(Elf *elf, uint64_t *bytes_left, struct static_data *data);

/* The region with this address; NULL when there is none. */
const struct static_region *static_data_region(const struct static_data *data, uint64_t vaddr);

bool static_data_is_code(const struct static_data *data, uint64_t vaddr);

/* Whether `size_bytes` from this address are data. */
bool static_data_has(const struct static_data *data, uint64_t vaddr, uint64_t size_bytes);

/* The 8 bytes there; 0 where there is no data. */
uint64_t static_data_word(const struct static_data *data, uint64_t vaddr);

/*
 * The text there, if it is an identifier of ASCII characters with its NUL; otherwise NULL. With
 * `dots` it may be several of them joined by dots, with hyphens inside. It stays in the data.
 */
const char *static_data_name(const struct static_data *data, uint64_t vaddr, bool dots);

void static_data_done(struct static_data *data);

#endif
