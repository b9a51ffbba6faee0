// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/bytes.h"

uint64_t bytes_long_uleb128(struct bytes *bytes)
{
	uint64_t number = 0;

	for (unsigned int shift = 0;; shift += 7) {
		uint64_t byte = bytes_number(bytes, 1), part = byte & 0x7f;
		if (shift > 63 ? part != 0 : part << shift >> shift != part) {
			bytes_spoil(bytes);
			return 0;
		}
		if (shift <= 63)
			number |= part << shift;
		if (byte < 0x80)
			return bytes->bad ? 0 : number;
	}
}

int64_t bytes_sleb128(struct bytes *bytes)
{
	uint64_t number = 0;

	for (unsigned int shift = 0; shift < 64; shift += 7) {
		uint64_t byte = bytes_number(bytes, 1);
		number |= (byte & 0x7f) << shift;
		if (byte >= 0x80)
			continue;
		if (byte & 0x40 && shift + 7 < 64)
			number |= UINT64_MAX << (shift + 7);
		return (int64_t)number;
	}
	bytes_spoil(bytes);
	return 0;
}

struct bytes bytes_take(struct bytes *bytes, uint64_t size)
{
	struct bytes taken = *bytes;

	if (bytes_left(bytes) < size) {
		bytes_spoil(bytes);
		bytes_spoil(&taken);
		return taken;
	}
	bytes->at += size;
	taken.end = bytes->at;
	taken.end_vaddr = bytes_vaddr(bytes);
	return taken;
}

static uint64_t stored(struct bytes *bytes, uint8_t format)
{
	switch (format) {
	case POINTER_ABSPTR:
	case POINTER_UDATA8:
	case POINTER_SIGNED:
	case POINTER_SDATA8:
		return bytes_number(bytes, 8);
	case POINTER_ULEB128:
		return bytes_uleb128(bytes);
	case POINTER_SLEB128:
		return (uint64_t)bytes_sleb128(bytes);
	case POINTER_UDATA2:
		return bytes_number(bytes, 2);
	case POINTER_UDATA4:
		return bytes_number(bytes, 4);
	case POINTER_SDATA2:
		return (uint64_t)(int16_t)bytes_number(bytes, 2);
	case POINTER_SDATA4:
		return (uint64_t)(int32_t)bytes_number(bytes, 4);
	default:
		bytes_spoil(bytes);
		return 0;
	}
}

uint64_t bytes_pointer(struct bytes *bytes, uint8_t encoding)
{
	uint64_t base = encoding & POINTER_PCREL ? bytes_vaddr(bytes) : 0;

	if (encoding & ~(POINTER_FORMAT | POINTER_PCREL))
		bytes_spoil(bytes);
	return stored(bytes, encoding & POINTER_FORMAT) + base;
}
