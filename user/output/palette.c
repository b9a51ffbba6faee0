// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/palette.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct {
	char css;
	const char *meaning;
} palettes[PALETTES] = {
	[PALETTE_ALL] = {'a', "all"},
	[PALETTE_PROCESS] = {'r', "process"},
	[PALETTE_THREAD] = {'t', "thread"},
	[PALETTE_PROJECT] = {'p', "Python project"},
	[PALETTE_SITE] = {'q', "Python packages"},
	[PALETTE_STDLIB] = {'s', "Python stdlib"},
	[PALETTE_NATIVE] = {'n', "native"},
	[PALETTE_BUILTIN] = {'u', "builtin"},
	[PALETTE_JIT] = {'j', "JIT"},
	[PALETTE_KERNEL] = {'k', "kernel"},
	[PALETTE_GAP] = {'g', "[gap]"},
	[PALETTE_MARKER] = {'m', "[marker]"},
};

/* True for "python3.11/", "python3.13t/", "python311.zip/", not for "python/" or "python3/". */
static bool is_python_folder(const char *name)
{
	if (strncmp(name, "python", 6) || !isdigit((unsigned char)name[6]))
		return false;
	name += 6 + strspn(name + 6, "0123456789");
	if (!strncmp(name, ".zip/", 5))
		return true;
	if (*name++ != '.')
		return false;
	size_t digits = strspn(name, "0123456789");
	name += digits + strspn(name + digits, "td");
	return digits && *name == '/';
}

static bool is_stdlib(const char *file)
{
	static const char *const folders[] = {"lib/", "lib64/", "lib32/"};

	if (!strncmp(file, "<frozen ", 8))
		return true;
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		size_t length = strlen(folders[i]);
		for (const char *at = file; (at = strstr(at, folders[i])); at += length)
			if ((at == file || at[-1] == '/') && is_python_folder(at + length))
				return true;
	}
	return false;
}

static enum palette of_python(const char *file)
{
	if (strstr(file, "site-packages/") || strstr(file, "dist-packages/"))
		return PALETTE_SITE;
	return is_stdlib(file) ? PALETTE_STDLIB : PALETTE_PROJECT;
}

enum palette palette_of(const struct frame *frame)
{
	switch (frame->kind) {
	case FRAME_PROCESS:
		return PALETTE_PROCESS;
	case FRAME_THREAD:
		return PALETTE_THREAD;
	case FRAME_PYTHON:
		return of_python(frame->file);
	case FRAME_NATIVE:
	case FRAME_INLINED:
		return PALETTE_NATIVE;
	case FRAME_BUILTIN:
		return PALETTE_BUILTIN;
	case FRAME_JIT:
		return PALETTE_JIT;
	case FRAME_KERNEL:
		return PALETTE_KERNEL;
	case FRAME_GAP:
		return PALETTE_GAP;
	default:
		return PALETTE_MARKER;
	}
}

unsigned palette_shade(const char *name)
{
	uint32_t hash = 0;

	for (; *name; name++)
		hash = hash * 31 + (unsigned char)*name;
	return (hash ^ hash >> 7 ^ hash >> 15) % PALETTE_SHADES;
}

void palette_classes(const struct frame *frame, char classes[PALETTE_CLASSES])
{
	static const char *const shades[PALETTE_SHADES] = {"", " b", " c", " d"};

	snprintf(classes, PALETTE_CLASSES, "%c%s", palette_class(palette_of(frame)),
		 shades[palette_shade(frame->name)]);
}

char palette_class(enum palette palette)
{
	return palettes[palette].css;
}

const char *palette_meaning(enum palette palette)
{
	return palettes[palette].meaning;
}
