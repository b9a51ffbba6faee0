/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PYTHON_UNICODE_H
#define LTSBPF_PYTHON_UNICODE_H
/*
 * The characters of a str object as a C string. Pure: works on bytes that were read elsewhere.
 * The forms are those of PEP 393 (Include/cpython/unicodeobject.h, 3.8 to 3.15).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* PyASCIIObject.state taken apart. */
struct unicode_form {
	uint8_t kind;  /* bytes a character: 1, 2, 4; 0 = none of ours (wchar_t form up to 3.11) */
	bool compact;  /* the characters follow the object, else data.any points to them */
	bool is_ascii; /* nothing above U+007F; if compact too, they follow PyASCIIObject */
};

/* kind_shift is python_layout.unicode_kind_shift. */
struct unicode_form unicode_form_of(uint32_t state, unsigned int kind_shift);

/*
 * Decodes size_bytes of characters, one byte (Latin-1), two or four (UCS2, UCS4, little endian)
 * each, into the text form of base/text.h: surrogates keep a three-byte form of their own each, as
 * with Python's "surrogatepass". U+0000, which a C string cannot hold, and what is above U+10FFFF
 * come out as U+FFFD. *text is NUL-terminated and owned by the caller.
 * -EINVAL: kind is not 1, 2 or 4, half a character, an ASCII string that is not of kind 1 or has
 * a byte above 0x7f: the bytes are not what the state says. -ENOMEM. *text is untouched on failure.
 */
int unicode_decode(struct unicode_form form, const uint8_t *bytes, size_t size_bytes, char **text);

#endif
