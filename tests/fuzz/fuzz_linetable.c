// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* Input: u8 minor version of Python, u32 first line, line table. */
#include <stdlib.h>
#include <string.h>

#include "ltsbpf.h"
#include "python/linetable.h"

enum {
	HEAD_BYTES = 5,
	POSITIONS = 64
};

static void require(int held)
{
	if (!held)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t first_line;

	if (size < HEAD_BYTES)
		return 0;
	enum linetable_format format = linetable_format_of(data[0]);
	memcpy(&first_line, data + 1, sizeof(first_line));
	data += HEAD_BYTES;
	size -= HEAD_BYTES;
	require(linetable_line(format, data, size, first_line, 0) == first_line);
	require(!linetable_line(format, data, size, first_line, POSITION_UNKNOWN));
	for (uint32_t i = 1; i < POSITIONS; i++)
		linetable_line(format, data, size, first_line, i);
	uint32_t last = linetable_line(format, data, size, first_line, POSITION_UNKNOWN - 1);
	/* an entry covers at most 255 bytes or 8 units of code, and is at least a byte */
	require(!last || format == LINETABLE_LNOTAB || size * 128 > POSITION_UNKNOWN - 2);
	return 0;
}
