/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_BASE_SHORTEN_H
#define LTSBPF_BASE_SHORTEN_H
#include <stddef.h>

enum {
	SHORTEN_MIN = 3
};

/*
 * Cuts valid UTF-8 (as text_printable() makes it) to at most `most` characters (>= SHORTEN_MIN) by
 * a "…" in the middle, in place: both ends of a long name say more than its middle.
 */
void shorten(char *text, size_t most);

#endif
