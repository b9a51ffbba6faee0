/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_IMAGE_SYMBOLS_H
#define LTSBPF_IMAGE_SYMBOLS_H
/*
 * Names for addresses of an ELF file's code. From its .symtab; where that was stripped, from the
 * separate debug file if one is installed (image/debug_file.h), else from .gnu_debugdata; always
 * from .dynsym; and the stubs of the PLT after the functions that they lead to ("puts@plt").
 * Files are foreign bytes: what is broken or far too large in them gives fewer names.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbols;

struct symbol {
	const char *name; /* demangled, without the version; lives as long as the symbols */
	uint64_t start, size;
};

/*
 * fd is borrowed during the call, and everything is read then: the file may change or go later.
 * path is only for finding a separate debug file. 0 (also without any symbol), -ENOEXEC: no ELF
 * file, -ENOMEM. Nothing is printed.
 */
int symbols_open(int fd, const char *path, struct symbols **symbols);

/* The same for an image in memory (the vdso, a JIT's object), which is borrowed during the call. */
int symbols_open_memory(const void *elf, size_t size, struct symbols **symbols);

/*
 * vaddr = address as in the file's program headers (in an object without them: as the sections'
 * headers have it). False, and *symbol untouched: in no function that has a name, or memory is out.
 */
bool symbols_find(struct symbols *symbols, uint64_t vaddr, struct symbol *symbol);

/* How many functions there are. */
size_t symbols_count(const struct symbols *symbols);

void symbols_free(struct symbols *symbols);

#endif
