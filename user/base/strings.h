/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_BASE_STRINGS_H
#define LTSBPF_BASE_STRINGS_H
/*
 * Interned strings: equal text gives the same pointer, so that names are compared by address.
 * A zeroed struct is an empty table. Texts are NUL-terminated and live until strings_done().
 */
#include <stddef.h>

#include "base/map64.h"

struct strings_block;

struct strings {
	struct map64 by_hash;
	struct strings_block *blocks;
};

/* Interns length bytes of text (a NUL byte inside ends it). NULL when memory is out. */
const char *strings_intern(struct strings *strings, const char *text, size_t length);

/* The same for a C string. */
const char *strings_add(struct strings *strings, const char *text);

void strings_done(struct strings *strings);

#endif
