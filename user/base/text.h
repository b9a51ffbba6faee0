/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_BASE_TEXT_H
#define LTSBPF_BASE_TEXT_H
/*
 * Names inside ltsbpf are UTF-8 in which a lone surrogate keeps its three-byte form (what Python's
 * "surrogatepass" reads and writes). Everything shown to people or parsers goes through
 * text_next(), which never fails and never steps past the NUL.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What text_next() gives for a byte that is no part of a character: the byte + TEXT_BAD_BYTE. */
#define TEXT_BAD_BYTE 0x80000000u

/*
 * The code point at *text, and *text moved past it; 0 at the end. Surrogates (U+D800..U+DFFF) come
 * out as they are; overlong, truncated or foreign bytes one at a time with TEXT_BAD_BYTE set.
 */
uint32_t text_next(const char **text);

/* Writes one code point (surrogates allowed, < 0x110000) as 1..4 bytes; returns how many. */
size_t text_encode(uint32_t code_point, char out[4]);

/*
 * A copy that is valid UTF-8 without control characters: surrogates, bad bytes and controls turn
 * into Python's backslash escapes (\udc80, \x07, \n). Every character of `also` (ASCII) is escaped
 * as \xNN too. Owned by the caller; NULL when memory is out.
 */
char *text_printable(const char *text, const char *also);

/* A number in low..high and nothing behind it. */
bool text_number(const char *text, double low, double high, double *number);

#endif
