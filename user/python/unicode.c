// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/unicode.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"

enum {
	REPLACEMENT = 0xfffd
};

/* From the shift on: kind:3, compact:1, ascii:1. */
struct unicode_form unicode_form_of(uint32_t state, unsigned int kind_shift)
{
	uint32_t bits = kind_shift < 32 ? state >> kind_shift : 0;

	return (struct unicode_form){
		.kind = bits & 7,
		.compact = bits >> 3 & 1,
		.is_ascii = bits >> 4 & 1,
	};
}

static uint32_t character(const uint8_t *bytes, unsigned int kind)
{
	uint32_t point = 0;

	for (unsigned int i = 0; i < kind; i++)
		point |= (uint32_t)bytes[i] << (8 * i);
	return point && point <= 0x10ffff ? point : REPLACEMENT;
}

/* The most bytes that one character of this kind takes as text; U+0000 makes it 3 for kind 1. */
static size_t longest_character(unsigned int kind)
{
	return kind == 4 ? 4 : 3;
}

static bool is_character_size(unsigned int kind)
{
	return kind == 1 || kind == 2 || kind == 4;
}

int unicode_decode(struct unicode_form form, const uint8_t *bytes, size_t size_bytes, char **text)
{
	if (!is_character_size(form.kind) || size_bytes % form.kind ||
	    (form.is_ascii && form.kind != 1))
		return -EINVAL;
	size_t count = size_bytes / form.kind, used = 0;
	CLEANUP(freep) char *decoded = calloc(count + 1, longest_character(form.kind));

	if (!decoded)
		return -ENOMEM;
	for (size_t i = 0; i < size_bytes; i += form.kind) {
		if (form.is_ascii && bytes[i] > 0x7f)
			return -EINVAL;
		used += text_encode(character(bytes + i, form.kind), decoded + used);
	}
	*text = TAKE(decoded);
	return 0;
}
