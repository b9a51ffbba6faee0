// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/markdown.h"

#include "reported.h"

static void a_foreign_text_is_code_and_nothing_else(void)
{
	static const char *const cases[][2] = {
		{"", "<code></code>"},
		{"main (x.py:3)", "<code>main (x.py:3)</code>"},
		{"a|b", "<code>a&#124;b</code>"},
		{"`<i>`", "<code>&#96;&#60;i&#62;&#96;</code>"},
		{"__init__", "<code>&#95;&#95;init&#95;&#95;</code>"},
		{"@me *x*", "<code>&#64;me &#42;x&#42;</code>"},
		{"&amp; \\| [a](b) #1", "<code>&#38;amp; &#92;&#124; &#91;a&#93;(b) &#35;1</code>"},
		{"http://a www.b", "<code>http&#58;//a www&#46;b</code>"},
		{"a\nb\x07", "<code>a&#92;nb&#92;x07</code>"},
		{"\xed\xb2\x80\xff", "<code>&#92;udc80&#92;xff</code>"},
		{"abcdefghijklm", "<code>abcd…jklm</code>"},
	};
	struct markdown page = {0};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t most = i + 1 < sizeof(cases) / sizeof(*cases) ? 100 : 9;
		CLEANUP(freep) char *code = markdown_code(&page, cases[i][0], most);
		check_str(code, cases[i][1]);
	}
	check_ok(page.err);
}

static void a_full_page_takes_no_more_rows_and_says_so(void)
{
	char *text = NULL, row[1001];
	size_t size, rows = 0;
	struct markdown page = {.stream = open_memstream(&text, &size)};

	memset(row, 'x', 1000);
	row[1000] = '\0';
	while (markdown_row(&page, "%s", row))
		rows++;
	check_uint(rows, MARKDOWN_BYTES / 1000);
	check_true(!markdown_row(&page, "y")); /* a short one would leave a hole */
	markdown_say(&page, "end");
	check_ok(markdown_end(&page));
	fclose(page.stream);
	check_contains(text, "xend\n");
	check_contains(text, "The tables are cut");
	check_null(strchr(text, 'y'));
	free(text);
}

CU_TestInfo markdown_tests[] = {
	TEST(a_foreign_text_is_code_and_nothing_else),
	TEST(a_full_page_takes_no_more_rows_and_says_so),
	CU_TEST_INFO_NULL,
};
