// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/version.h"

#include <stdio.h>
#include <string.h>

enum {
	SEARCH_FIRST_MINOR = 7,
	SEARCH_LAST_MINOR = 12,
	LONGEST_TEXT = 16
};

/* The letters of the levels stand for themselves in hex, but for "rc" and a final release. */
static const char *level_text(unsigned int level)
{
	return level == 0xa ? "a" : level == 0xb ? "b" : level == 0xc ? "rc" : "";
}

void version_text(uint32_t version, char text[VERSION_TEXT_BYTES])
{
	unsigned int level = version >> 4 & 15;
	int length;

	if (!version) {
		snprintf(text, VERSION_TEXT_BYTES, "unknown version");
		return;
	}
	length = snprintf(text, VERSION_TEXT_BYTES, "%u.%u.%u", version_major(version),
			  version_minor(version), version >> 8 & 0xff);
	if (*level_text(level))
		snprintf(text + length, VERSION_TEXT_BYTES - (size_t)length, "%s%u",
			 level_text(level), version & 15);
}

/* A number of at most two digits at *text, which is moved past it; -1 = none. */
static int number(const char **text, const char *end)
{
	int value = 0, digits = 0;

	for (; *text < end && **text >= '0' && **text <= '9'; ++*text, digits++)
		value = digits < 2 ? value * 10 + **text - '0' : -1;
	return digits ? value : -1;
}

static bool skip(const char **text, const char *end, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(end - *text) < length || memcmp(*text, word, length))
		return false;
	*text += length;
	return true;
}

/* Level and serial; 0 when there is something else. */
static uint32_t release_of(const char **text, const char *end)
{
	uint32_t level = 0;
	int serial;

	for (uint32_t each = 0xa; !level && each <= 0xc; each++)
		if (skip(text, end, level_text(each)))
			level = each;
	if (!level)
		return 0xf0;
	serial = number(text, end);
	return serial >= 0 && serial <= 15 ? level << 4 | (uint32_t)serial : 0;
}

uint32_t version_parse(const char *text, size_t length)
{
	const char *end = text + length;
	int minor, micro;
	uint32_t release;

	if (!skip(&text, end, "3."))
		return 0;
	minor = number(&text, end);
	if (minor < 0 || !skip(&text, end, "."))
		return 0;
	micro = number(&text, end);
	if (micro < 0)
		return 0;
	release = release_of(&text, end);
	skip(&text, end, "+");
	if (!release || text != end)
		return 0;
	return 3u << 24 | (uint32_t)minor << 16 | (uint32_t)micro << 8 | release;
}

unsigned int version_minor_of_path(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = strstr(slash ? slash : path, "python3.");
	int minor;

	if (!name)
		return 0;
	name += strlen("python3.");
	minor = number(&name, name + strlen(name));
	return minor > 0 ? (unsigned int)minor : 0;
}

static bool is_word(uint8_t byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= 'A' && byte <= 'Z') || byte == '.' || byte == '_';
}

static void candidate(struct version_search *search, uint32_t version, bool is_whole)
{
	uint32_t *best = is_whole ? &search->whole.version : &search->end.version;
	bool *ambiguous = is_whole ? &search->whole.ambiguous : &search->end.ambiguous;
	unsigned int minor = version_minor(version);

	if (minor < SEARCH_FIRST_MINOR || minor > SEARCH_LAST_MINOR)
		return;
	if (search->minor && search->minor != minor)
		return;
	if (*best && version_minor(*best) != minor)
		*ambiguous = true;
	if (version > *best)
		*best = version;
}

void version_search(struct version_search *search, const uint8_t *bytes, size_t size_bytes)
{
	const uint8_t *end = bytes + size_bytes, *at = bytes;

	while ((at = memmem(at, (size_t)(end - at), "3.", 2))) {
		const char *text = (const char *)at++;
		uint8_t before = at - 1 > bytes ? at[-2] : '\0';
		size_t room = (size_t)(end - at) + 1;
		size_t length = strnlen(text, room < LONGEST_TEXT ? room : LONGEST_TEXT);

		if (length < room && !text[length] && !is_word(before))
			candidate(search, version_parse(text, length), !before);
	}
}

uint32_t version_found(const struct version_search *search)
{
	if (search->whole.version)
		return search->whole.ambiguous ? 0 : search->whole.version;
	return search->end.ambiguous ? 0 : search->end.version;
}
