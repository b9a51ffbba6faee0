// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/linetable.h"

#include <stdbool.h>

#include "ltsbpf.h"

enum linetable_format linetable_format_of(unsigned int version_minor)
{
	if (version_minor <= 9)
		return LINETABLE_LNOTAB;
	return version_minor == 10 ? LINETABLE_PAIRS : LINETABLE_LOCATIONS;
}

/* Behind the last pair the last line holds on. */
static int64_t lnotab_line(const uint8_t *table, size_t size, int64_t line, uint64_t target)
{
	uint64_t address = 0;

	for (size_t i = 0; i + 1 < size; i += 2) {
		address += table[i];
		if (address > target)
			break;
		line += (int8_t)table[i + 1];
	}
	return line;
}

/* A pair that stands for no line moves the address, but not the line that later pairs count from.
 */
static int64_t pairs_line(const uint8_t *table, size_t size, int64_t line, uint64_t target)
{
	uint64_t end = 0;

	for (size_t i = 0; i + 1 < size; i += 2) {
		bool has_line = table[i + 1] != 0x80;

		end += table[i];
		if (has_line)
			line += (int8_t)table[i + 1];
		if (end > target)
			return has_line ? line : 0;
	}
	return 0;
}

enum {
	ENTRY_START = 0x80, /* set in the first byte of an entry and in no other */
	VARINT_GOES_ON = 0x40,
	VARINT_BITS = 6,
	VARINT_GROUPS = 6, /* 32 bits need no more */
};

/* Kinds of entry that say more of the line than "the same": PyCodeLocationInfoKind in code.h. */
enum {
	ENTRY_ONE_LINE = 10, /* and 11 and 12: so many lines further + 10 */
	ENTRY_NO_COLUMNS = 13,
	ENTRY_LONG = 14,
	ENTRY_NONE = 15,
};

/* Little-endian groups of six bits, then the sign in the lowest. */
static int64_t signed_varint(const uint8_t *bytes, size_t size)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < size && i < VARINT_GROUPS; i++) {
		value |= (uint64_t)(bytes[i] & (VARINT_GOES_ON - 1)) << (i * VARINT_BITS);
		if (!(bytes[i] & VARINT_GOES_ON))
			break;
	}
	value = (uint32_t)value;
	return value & 1 ? -(int64_t)(value >> 1) : (int64_t)(value >> 1);
}

static int64_t entry_line_delta(const uint8_t *entry, size_t size)
{
	unsigned int kind = entry[0] >> 3 & 15;

	if (kind >= ENTRY_ONE_LINE && kind < ENTRY_NO_COLUMNS)
		return kind - ENTRY_ONE_LINE;
	if (kind == ENTRY_NO_COLUMNS || kind == ENTRY_LONG)
		return signed_varint(entry + 1, size - 1);
	return 0;
}

/* CPython finds the next entry by its first byte, not by counting what is in this one. */
static int64_t locations_line(const uint8_t *table, size_t size, int64_t line, uint64_t target)
{
	uint64_t end = 0;

	for (size_t i = 0; i < size;) {
		unsigned int kind = table[i] >> 3 & 15;

		line += entry_line_delta(table + i, size - i);
		end += (table[i] & 7u) + 1;
		if (end > target)
			return kind == ENTRY_NONE ? 0 : line;
		for (i++; i < size && !(table[i] & ENTRY_START);)
			i++;
	}
	return 0;
}

uint32_t linetable_line(enum linetable_format format, const uint8_t *table, size_t size_bytes,
			uint32_t first_line, uint32_t position)
{
	int64_t line = first_line;

	if (position == POSITION_UNKNOWN)
		return 0;
	if (position && format == LINETABLE_LNOTAB)
		line = lnotab_line(table, size_bytes, line, (position - 1) * 2ull);
	else if (position && format == LINETABLE_PAIRS)
		line = pairs_line(table, size_bytes, line, (position - 1) * 2ull);
	else if (position)
		line = locations_line(table, size_bytes, line, position - 1);
	return line > 0 && line <= UINT32_MAX ? (uint32_t)line : 0;
}
