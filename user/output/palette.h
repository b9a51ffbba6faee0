/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_PALETTE_H
#define LTSBPF_OUTPUT_PALETTE_H
/*
 * What a frame is coloured by: its kind, and for Python whose code it is. The colours themselves
 * stand in flamegraph.css, one class each.
 */
#include "profile/frame.h"

enum palette {
	PALETTE_ALL, /* the box under all processes; no frame has it */
	PALETTE_PROCESS,
	PALETTE_THREAD,
	PALETTE_PROJECT, /* Python that is neither of the next two */
	PALETTE_SITE,	 /* installed packages */
	PALETTE_STDLIB,
	PALETTE_NATIVE,
	PALETTE_BUILTIN,
	PALETTE_JIT,
	PALETTE_KERNEL,
	PALETTE_GAP,
	PALETTE_MARKER,
	PALETTES,
};

enum {
	PALETTE_SHADES = 4,
	PALETTE_CLASSES = 4 /* bytes */
};

/*
 * Python code is told apart by the path alone: a "site-packages" or "dist-packages" folder is
 * where site.py and Debian put packages; "pythonX.Y" (or "pythonXY.zip") in a lib folder and the
 * "<frozen ...>" names are the standard library (CPython 3.13, Modules/getpath.py).
 */
enum palette palette_of(const struct frame *frame);

/* 0..PALETTE_SHADES - 1, from the name alone: the same function looks the same in every graph. */
unsigned palette_shade(const char *name);

/* The CSS classes of a frame's box: "p", "p b", ... of its shade. */
void palette_classes(const struct frame *frame, char classes[PALETTE_CLASSES]);

/* The CSS class, one letter; and the words of the legend. */
char palette_class(enum palette palette);
const char *palette_meaning(enum palette palette);

#endif
