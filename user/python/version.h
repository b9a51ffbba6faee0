/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PYTHON_VERSION_H
#define LTSBPF_PYTHON_VERSION_H
/*
 * CPython versions as PY_VERSION_HEX (Include/patchlevel.h): 0x030b02f0 is 3.11.2, the low byte is
 * level (a, b, c, f for final) and serial. 0 is no version. Pure.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	VERSION_TEXT_BYTES = 24
};

static inline unsigned int version_major(uint32_t version)
{
	return version >> 24;
}

static inline unsigned int version_minor(uint32_t version)
{
	return version >> 16 & 0xff;
}

/* "3.11.2", "3.15.0rc1"; "unknown version" for 0. */
void version_text(uint32_t version, char text[VERSION_TEXT_BYTES]);

/* The version that these bytes, all of them, spell as PY_VERSION does ("3.9.0rc1+"); 0 = none. */
uint32_t version_parse(const char *text, size_t length);

/* The minor version in the last part of a path: 9 for ".../libpython3.9.so.1.0"; 0 = none. */
unsigned int version_minor_of_path(const char *path);

/*
 * A search for PY_VERSION in the constants of a file. It is a C string there, or, since linkers let
 * strings share their ends, the end of one ("/opt/python/3.10.13"); the former counts for more.
 */
struct version_search {
	unsigned int minor; /* only this one; 0 = any of 3.7 to 3.12, for later files tell theirs */
	struct {
		uint32_t version; /* the latest that was found; 0 = none */
		bool ambiguous;	  /* different minor versions were found */
	} whole, end;
};

/* Searches further bytes. A text that lies across two calls is not found. */
void version_search(struct version_search *search, const uint8_t *bytes, size_t size_bytes);

/* What was found; 0 = nothing, or not one minor version only. */
uint32_t version_found(const struct version_search *search);

#endif
