// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/shorten.h"

#include <stdbool.h>
#include <string.h>

static bool starts_character(char byte)
{
	return ((unsigned char)byte & 0xc0) != 0x80;
}

/* The place of the character with this number, or the end. */
static char *character_at(char *text, size_t number)
{
	for (; *text; text++)
		if (starts_character(*text) && number-- == 0)
			break;
	return text;
}

void shorten(char *text, size_t most)
{
	static const char cut[] = "…";
	size_t count = 0, head = (most - 1) / 2;
	char *middle, *tail;

	for (const char *at = text; *at; at++)
		count += starts_character(*at);
	if (count <= most)
		return;
	middle = character_at(text, head);
	tail = character_at(text, count - (most - 1 - head));
	if ((size_t)(tail - middle) < sizeof(cut) - 1) /* two bytes for the three of the mark */
		tail = character_at(tail, 1);
	memcpy(middle, cut, sizeof(cut) - 1);
	memmove(middle + sizeof(cut) - 1, tail, strlen(tail) + 1);
}
