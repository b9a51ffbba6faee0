/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_IMAGE_INLINES_H
#define LTSBPF_IMAGE_INLINES_H
/*
 * Which functions the compiler put into one, and lines: by the DWARF of a file, or of its separate
 * debug file if one is installed (image/debug_file.h), with what dwz moved into a third. The debug
 * sections are read into memory whole: tens to hundreds of megabytes for a large library.
 */
#include <stddef.h>
#include <stdint.h>

struct inlines;

struct inlined {
	const char *name; /* demangled; NULL: not known. Lives as long as the inlines */
	const char *file; /* NULL: not known. Lives as long as the inlines */
	uint32_t line;	  /* where it runs or calls; 0: not known */
};

/*
 * fd is borrowed until inlines_free(), path during the call. -ENOEXEC: no ELF file; -ENOENT: no
 * DWARF in it or for it; -ENOMEM. Nothing is printed.
 */
int inlines_open(int fd, const char *path, struct inlines **inlines);

/*
 * Fills frames with the functions that are active at vaddr (as in the program headers): innermost
 * first, the one that is no inlined one last; of more than `most` the outermost are left out.
 * How many there are there (0: not known), or -ENOMEM.
 */
int inlines_find(struct inlines *inlines, uint64_t vaddr, struct inlined *frames, size_t most);

void inlines_free(struct inlines *inlines);

#endif
