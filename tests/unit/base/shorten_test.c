// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/shorten.h"

#include "check.h"

static void long_texts_lose_their_middle(void)
{
	static const struct {
		const char *text, *expected;
		size_t most;
	} cases[] = {
		{"", "", 3},
		{"abc", "abc", 3},
		{"abcd", "a…", 3}, /* the mark is longer than what it stands for */
		{"abcdefg", "a…g", 3},
		{"abcdef", "a…ef", 4},
		{"abcdefghij", "abc…hij", 7},
		{"äöüß", "ä…ß", 3},
		{"aäöüßb", "aä…ßb", 5},
		{"\xf0\x9f\x98\x80\xf0\x9f\x98\x81\xf0\x9f\x98\x82\xf0\x9f\x98\x83",
		 "\xf0\x9f\x98\x80…\xf0\x9f\x98\x83", 3},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char text[64];
		snprintf(text, sizeof(text), "%s", cases[i].text);
		shorten(text, cases[i].most);
		check_str(text, cases[i].expected);
	}
}

CU_TestInfo shorten_tests[] = {
	TEST(long_texts_lose_their_middle),
	CU_TEST_INFO_NULL,
};
