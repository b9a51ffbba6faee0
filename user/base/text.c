// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How many bytes the sequence that starts with `first` has, 0 when none can start so. */
static size_t sequence_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	if (first >= 0xf0 && first < 0xf5)
		return 4;
	return 0;
}

uint32_t text_next(const char **text)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	static const uint8_t lead_mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	const unsigned char *bytes = (const unsigned char *)*text;
	size_t length = sequence_length(bytes[0]);
	uint32_t point = bytes[0] & lead_mask[length];

	if (!bytes[0])
		return 0;
	for (size_t i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			length = 0;
		else
			point = point << 6 | (bytes[i] & 0x3f);
	}
	if (!length || point < smallest[length] || point > 0x10ffff) {
		*text += 1;
		return bytes[0] | TEXT_BAD_BYTE;
	}
	*text += length;
	return point;
}

size_t text_encode(uint32_t point, char out[4])
{
	if (point < 0x80) {
		out[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		out[0] = (char)(0xc0 | point >> 6);
		out[1] = (char)(0x80 | (point & 0x3f));
		return 2;
	}
	if (point < 0x10000) {
		out[0] = (char)(0xe0 | point >> 12);
		out[1] = (char)(0x80 | (point >> 6 & 0x3f));
		out[2] = (char)(0x80 | (point & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | point >> 18);
	out[1] = (char)(0x80 | (point >> 12 & 0x3f));
	out[2] = (char)(0x80 | (point >> 6 & 0x3f));
	out[3] = (char)(0x80 | (point & 0x3f));
	return 4;
}

static size_t print_point(uint32_t point, const char *also, char out[12])
{
	if (point & TEXT_BAD_BYTE)
		return (size_t)sprintf(out, "\\x%02x", point & 0xff);
	if (point == '\n' || point == '\r' || point == '\t')
		return (size_t)sprintf(out, "\\%c",
				       point == '\n'   ? 'n'
				       : point == '\r' ? 'r'
						       : 't');
	if (point < 0x20 || (point >= 0x7f && point < 0xa0) ||
	    (point < 0x80 && strchr(also, (int)point)))
		return (size_t)sprintf(out, "\\x%02x", point);
	if ((point >= 0xd800 && point < 0xe000) || point == 0xfffe || point == 0xffff)
		return (size_t)sprintf(out, "\\u%04x", point);
	return text_encode(point, out);
}

char *text_printable(const char *text, const char *also)
{
	char *printable = malloc(strlen(text) * 6 + 1);
	char piece[12];
	size_t used = 0;

	if (!printable)
		return NULL;
	for (uint32_t point; (point = text_next(&text));) {
		size_t length = print_point(point, also, piece);
		memcpy(printable + used, piece, length);
		used += length;
	}
	printable[used] = '\0';
	return printable;
}

bool text_number(const char *text, double low, double high, double *number)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !isfinite(value) || value < low || value > high)
		return false;
	*number = value;
	return true;
}
