/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_IMAGE_NAMES_H
#define LTSBPF_APP_IMAGE_NAMES_H
/*
 * What the addresses of one image mean: its symbols, where there are none the functions that its
 * unwind information tells of, and for an interpreter which of its functions Python knows by name.
 */
#include <stdbool.h>
#include <stdint.h>

#include "image/images.h"
#include "python/builtins.h"
#include "recording/build.h"
#include "unwind/spans.h"

struct inlines;
struct symbols;

enum {
	MOST_INLINED = MAX_SYMBOL_FUNCTIONS
};

struct image_names {
	const struct image *image; /* borrowed */
	bool is_interpreter, is_c_library;
	struct symbols *symbols; /* NULL: none */
	struct inlines *inlines; /* NULL: not wanted, or none */
	struct builtins builtins;
	struct spans spans;
};

struct image_name {
	uint32_t flags; /* enum symbol_flag */
	uint32_t count;
	struct symbol_function functions[MOST_INLINED]; /* texts live until the next one is asked */
	char texts[MOST_INLINED + 1][256];		/* places; the last one: the address */
};

/* Reads what there is. 0 or -ENOMEM; image_names_done() in either case. */
int image_names_open(struct image_names *names, const struct image *image, bool is_interpreter,
		     bool inlines);

/* address: in the image. At least one function comes out. */
void image_names_find(struct image_names *names, uint64_t address, struct image_name *name);

void image_names_done(struct image_names *names);

#endif
