// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/marshal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum {
	DIGIT_BITS = 15, /* of a long; CPython's PyLong_MARSHAL_SHIFT */
	DIGIT_MASK = (1 << DIGIT_BITS) - 1,
	REPLACEMENT_CHARACTER = 0xfffd,
	REPLACEMENT_BYTES = 3, /* of U+FFFD: the most that one bad byte grows to */
};

static void put_bytes(FILE *stream, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		putc((int)(value >> 8 * i & 0xff), stream);
}

void marshal_dict_open(FILE *stream)
{
	putc('{', stream);
}

/* The NULL where the next key would be. */
void marshal_dict_close(FILE *stream)
{
	putc('0', stream);
}

void marshal_tuple(FILE *stream, uint32_t count)
{
	putc('(', stream);
	put_bytes(stream, count, 4);
}

/* Sign and number of digits in one i32, then the digits of the magnitude, lowest first. */
static void put_long(FILE *stream, int64_t value)
{
	uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
	int32_t digits = 0;

	for (uint64_t rest = magnitude; rest; rest >>= DIGIT_BITS)
		digits++;
	putc('l', stream);
	put_bytes(stream, (uint32_t)(value < 0 ? -digits : digits), 4);
	for (; magnitude; magnitude >>= DIGIT_BITS)
		put_bytes(stream, magnitude & DIGIT_MASK, 2);
}

void marshal_int(FILE *stream, int64_t value)
{
	if (value < INT32_MIN || value > INT32_MAX) {
		put_long(stream, value);
		return;
	}
	putc('i', stream);
	put_bytes(stream, (uint32_t)value, 4);
}

void marshal_double(FILE *stream, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	putc('g', stream);
	put_bytes(stream, bits, 8);
}

/* The next character as it will be written, and how many bytes; 0 at the end. */
static size_t next_readable(const char **text, char out[4])
{
	uint32_t point = text_next(text);

	if (!point)
		return 0;
	return text_encode(point & TEXT_BAD_BYTE ? REPLACEMENT_CHARACTER : point, out);
}

void marshal_text(FILE *stream, const char *text)
{
	const char *rest = text;
	size_t length = 0, piece;
	char bytes[4];

	while ((piece = next_readable(&rest, bytes)))
		length += piece;
	assert(length <= INT32_MAX);
	putc('u', stream);
	put_bytes(stream, length, 4);
	while ((piece = next_readable(&text, bytes)))
		fwrite(bytes, 1, piece, stream);
}

char *marshal_readable(const char *text)
{
	char *readable = malloc(strlen(text) * REPLACEMENT_BYTES + 1);
	size_t used = 0, piece;
	char bytes[4];

	if (!readable)
		return NULL;
	while ((piece = next_readable(&text, bytes))) {
		memcpy(readable + used, bytes, piece);
		used += piece;
	}
	readable[used] = '\0';
	return readable;
}
