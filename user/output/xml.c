// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/xml.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

#define ELLIPSIS "\xe2\x80\xa6"

/*
 * Wide characters, rounded to blocks from Unicode's EastAsianWidth.txt 15.0 (W and F). A rough
 * list will do: it decides how much of a name is shown, and flamegraph.js has the same one.
 */
static size_t width_of(uint32_t point)
{
	static const uint32_t wide[][2] = {
		{0x1100, 0x115f}, {0x2e80, 0xa4cf},   {0xac00, 0xd7a3},
		{0xf900, 0xfaff}, {0xfe30, 0xfe6f},   {0xff00, 0xff60},
		{0xffe0, 0xffe6}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd},
	};

	for (size_t i = 0; i < sizeof(wide) / sizeof(*wide); i++)
		if (point >= wide[i][0] && point <= wide[i][1])
			return 2;
	return 1;
}

static size_t width_of_one(uint32_t point)
{
	(void)point;
	return 1;
}

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static void write_bytes(FILE *stream, const char *text, const char *end)
{
	for (; text < end; text++) {
		const char *name = entity(*text);
		if (name)
			fputs(name, stream);
		else
			fputc(*text, stream);
	}
}

/* Writes what fits the room by the measure; leaves one unit for the ellipsis if not all does. */
static void write_cut(FILE *stream, const char *text, size_t room, size_t (*measure)(uint32_t))
{
	const char *cut = text, *at = text;
	size_t used = 0;

	for (uint32_t point; (point = text_next(&at));) {
		used += measure(point);
		if (used > room)
			break;
		if (used < room)
			cut = at;
	}
	write_bytes(stream, text, used > room ? cut : at);
	if (used > room && room)
		fputs(ELLIPSIS, stream);
}

void xml_write(FILE *stream, const char *text)
{
	write_bytes(stream, text, text + strlen(text));
}

void xml_write_limited(FILE *stream, const char *text, size_t limit)
{
	write_cut(stream, text, limit, width_of_one);
}

void xml_write_columns(FILE *stream, const char *text, size_t columns)
{
	write_cut(stream, text, columns, width_of);
}

size_t xml_columns(const char *text)
{
	size_t columns = 0;

	for (uint32_t point; (point = text_next(&text));)
		columns += width_of(point);
	return columns;
}
