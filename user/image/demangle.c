// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/demangle.h"

#include <ctype.h>
#include <libiberty/demangle.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

enum {
	MANGLED_BYTES_MOST = 4096,
	PRINTED_BYTES_MOST = 1 << 16,
	D_BACK_REFERENCES_MOST = 16,
};

/* What a demangler prints goes here, until it is too much. */
struct printed {
	char *text; /* PRINTED_BYTES_MOST of them */
	size_t length;
	jmp_buf full;
};

/*
 * The only way to end a demangler early: in C++ a type may stand for two of another, that for two
 * of a third, and so on. Neither holds memory here (binutils 2.40 libiberty/cp-demangle.c has its
 * tables on the stack), but for the few bytes of a Punycode identifier of Rust.
 */
static void print(const char *text, size_t length, void *opaque)
{
	struct printed *printed = opaque;

	if (!length)
		return; /* text may be NULL then */
	if (length >= PRINTED_BYTES_MOST - printed->length)
		longjmp(printed->full, 1);
	memcpy(printed->text + printed->length, text, length);
	printed->length += length;
}

static bool print_by(int (*demangler)(const char *, int, demangle_callbackref, void *),
		     const char *mangled, struct printed *printed)
{
	printed->length = 0;
	return !setjmp(printed->full) && demangler(mangled, DMGL_ANSI, print, printed) &&
	       printed->length;
}

/* Each reference back may double what is printed, and nothing else bounds it. */
static bool print_d(const char *mangled, struct printed *printed)
{
	size_t references = 0;

	for (const char *at = mangled; *at; at++)
		references += *at == 'Q';
	if (references > D_BACK_REFERENCES_MOST)
		return false;
	CLEANUP(freep) char *text = dlang_demangle(mangled, 0);
	size_t length = text ? strlen(text) : 0;
	if (!length || length >= PRINTED_BYTES_MOST)
		return false;
	memcpy(printed->text, text, length);
	printed->length = length;
	return true;
}

static bool print_name(const char *mangled, struct printed *printed)
{
	if (!strncmp(mangled, "_D", 2))
		return print_d(mangled, printed);
	return (mangled[0] == '_' && strchr("RZG", mangled[1])) &&
	       (print_by(rust_demangle_callback, mangled, printed) ||
		print_by(cplus_demangle_v3_callback, mangled, printed));
}

/* How much of a name is not about what was split off: 1 of "f.part.0.cold". */
static size_t stem_length(const char *name, size_t length)
{
	/* GCC 12 gcc/cgraphclones.cc and lto; LLVM 16 ThinLTO, HotColdSplitting; BOLT. */
	static const char *const parts[] = {".cold", ".part",	    ".constprop",  ".isra",
					    ".llvm", ".lto_priv",   ".localalias", ".clone",
					    ".warm", ".specialized"};
	size_t stem = length;

	while (stem && isdigit((unsigned char)name[stem - 1]))
		stem--;
	if (stem < length && stem && name[stem - 1] == '.')
		stem--;
	else
		stem = length;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		size_t part = strlen(parts[i]);

		if (stem > part && !memcmp(name + stem - part, parts[i], part))
			return stem_length(name, stem - part);
	}
	return length;
}

/* "f[abi:cxx11]", "hot[abi:v1][abi:c8tJTIe...]" of numba: tags that tell versions apart, not
 * functions. */
static size_t drop_abi_tags(char *text, size_t length)
{
	static const char tag[] = "[abi:";
	size_t kept = 0;

	for (size_t i = 0; i < length;) {
		const char *end = length - i > strlen(tag) && !memcmp(text + i, tag, strlen(tag))
					  ? memchr(text + i, ']', length - i)
					  : NULL;
		if (end)
			i = (size_t)(end - text) + 1;
		else
			text[kept++] = text[i++];
	}
	return kept;
}

char *demangle(const char *name)
{
	char mangled[MANGLED_BYTES_MOST + 1];
	size_t length = strcspn(name, "@");

	if (!length || length > MANGLED_BYTES_MOST)
		return strdup(name);
	const char *behind = name + length;
	length = stem_length(name, length);
	memcpy(mangled, name, length);
	mangled[length] = '\0';
	CLEANUP(freep) char *text = malloc(PRINTED_BYTES_MOST);
	if (!text)
		return NULL;
	struct printed printed = {.text = text};
	const char *stem = print_name(mangled, &printed) ? text : mangled;
	length = stem == text ? drop_abi_tags(text, printed.length) : length;
	char *out = NULL;
	return asprintf(&out, "%.*s%s", (int)length, stem, behind) < 0 ? NULL : out;
}
