// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/xml.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "check.h"

static void check_cut(void (*write)(FILE *, const char *, size_t), const char *text, size_t room,
		      const char *expected)
{
	CLEANUP(freep) char *written = NULL;
	size_t size;
	FILE *stream = open_memstream(&written, &size);

	write(stream, text, room);
	fclose(stream);
	check_str(written, expected);
}

static void write_whole(FILE *stream, const char *text, size_t unused)
{
	(void)unused;
	xml_write(stream, text);
}

static void what_xml_reserves_is_escaped(void)
{
	check_cut(write_whole, "a&b<c>d\"e'f", 0, "a&amp;b&lt;c&gt;d&quot;e&#39;f");
	check_cut(write_whole, "]]></title><script>", 0, "]]&gt;&lt;/title&gt;&lt;script&gt;");
	check_cut(write_whole, "&amp;", 0, "&amp;amp;");
	check_cut(write_whole, "", 0, "");
}

static void long_text_ends_in_an_ellipsis(void)
{
	check_cut(xml_write_limited, "abcdef", 6, "abcdef");
	check_cut(xml_write_limited, "abcdefg", 6, "abcde…");
	check_cut(xml_write_limited, "abc", 1, "…");
	check_cut(xml_write_limited, "abc", 0, "");
}

static void characters_and_entities_are_never_cut_in_two(void)
{
	check_cut(xml_write_limited, "ää&&<<", 4, "ää&amp;…");
	check_cut(xml_write_limited, "\xf0\x9f\x90\x8d\xf0\x9f\x90\x8d", 1, "…");
}

static void wide_characters_take_two_columns(void)
{
	check_cut(xml_write_columns, "你好世界", 8, "你好世界");
	check_cut(xml_write_columns, "你好世界", 7, "你好世…");
	check_cut(xml_write_columns, "你好世界", 6, "你好…");
	check_cut(xml_write_columns, "abcd", 4, "abcd");
	check_uint(xml_columns("a你ä"), 4);
	check_uint(xml_columns("\xe1\x84\x80"), 2); /* U+1100, the first of the wide ones */
	check_uint(xml_columns(""), 0);
}

CU_TestInfo xml_tests[] = {
	TEST(what_xml_reserves_is_escaped),
	TEST(long_text_ends_in_an_ellipsis),
	TEST(characters_and_entities_are_never_cut_in_two),
	TEST(wide_characters_take_two_columns),
	CU_TEST_INFO_NULL,
};
