// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* Input: u32 state of a str object, its characters. Any text that comes out is sound and as long.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "python/unicode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(freep) char *text = NULL;
	uint32_t state;
	size_t characters = 0;

	if (size < sizeof(state))
		return 0;
	memcpy(&state, data, sizeof(state));
	size -= sizeof(state);
	struct unicode_form form = unicode_form_of(state, state >> 31 ? 8 : 2);
	if (unicode_decode(form, data + sizeof(state), size, &text))
		return 0;
	const char *at = text;
	for (uint32_t point; (point = text_next(&at)); characters++)
		if (point & TEXT_BAD_BYTE)
			abort();
	if (characters != size / form.kind)
		abort();
	return 0;
}
