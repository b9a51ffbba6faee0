// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/text.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "check.h"
#include "memory.h"

enum {
	MOST_POINTS = 16
};

/* All code points of a text copied to the heap, so that the sanitizer sees a step past the NUL. */
static size_t points_of(const char *text, uint32_t points[MOST_POINTS])
{
	CLEANUP(freep) char *copy = strdup(text);
	const char *rest = copy;
	size_t count = 0;

	while (copy && count < MOST_POINTS && (points[count] = text_next(&rest)))
		count++;
	check_true(copy && rest == copy + strlen(copy));
	return count;
}

static void check_points(const char *text, size_t count, const uint32_t *expected)
{
	uint32_t points[MOST_POINTS];

	if (!check_uint(points_of(text, points), count))
		return;
	for (size_t i = 0; i < count; i++)
		check_uint(points[i], expected[i]);
}

#define POINTS(...)                                                                                \
	sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t), (const uint32_t[])                   \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}

static void characters_of_every_length_are_read(void)
{
	check_points("aé€😀", POINTS('a', 0xe9, 0x20ac, 0x1f600));
	check_points("\x7f\xc2\x80", POINTS(0x7f, 0x80));
	check_points("\xdf\xbf\xe0\xa0\x80", POINTS(0x7ff, 0x800));
	check_points("\xef\xbf\xbf\xf0\x90\x80\x80", POINTS(0xffff, 0x10000));
	check_points("\xf4\x8f\xbf\xbf", POINTS(0x10ffff));
}

static void the_end_is_zero_and_stays(void)
{
	const char *text = "";
	const char *start = text;

	check_uint(text_next(&text), 0);
	check_uint(text_next(&text), 0);
	check_true(text == start);
}

static void a_lone_surrogate_is_one_code_point(void)
{
	check_points("\xed\xa0\x80", POINTS(0xd800));
	check_points("x\xed\xb3\xbfy", POINTS('x', 0xdcff, 'y'));
}

#define BAD(byte) ((byte) | TEXT_BAD_BYTE)

static void overlong_forms_are_bad_bytes(void)
{
	check_points("\xc0\x80", POINTS(BAD(0xc0), BAD(0x80)));
	check_points("\xc1\xbf", POINTS(BAD(0xc1), BAD(0xbf)));
	check_points("\xe0\x9f\xbf", POINTS(BAD(0xe0), BAD(0x9f), BAD(0xbf)));
	check_points("\xf0\x8f\xbf\xbf", POINTS(BAD(0xf0), BAD(0x8f), BAD(0xbf), BAD(0xbf)));
}

static void what_is_above_unicode_is_bad_bytes(void)
{
	check_points("\xf4\x90\x80\x80", POINTS(BAD(0xf4), BAD(0x90), BAD(0x80), BAD(0x80)));
	check_points("\xf5\xff", POINTS(BAD(0xf5), BAD(0xff)));
}

static void truncated_sequences_end_at_the_nul(void)
{
	check_points("\xc3", POINTS(BAD(0xc3)));
	check_points("\xe2", POINTS(BAD(0xe2)));
	check_points("\xf0", POINTS(BAD(0xf0)));
	check_points("\xe2\x82", POINTS(BAD(0xe2), BAD(0x82)));
	check_points("\xf0\x9f\x98", POINTS(BAD(0xf0), BAD(0x9f), BAD(0x98)));
	check_points("\xe2\x82z", POINTS(BAD(0xe2), BAD(0x82), 'z'));
}

static void every_code_point_survives_encoding(void)
{
	uint64_t wrong = 0;

	for (uint32_t point = 1; point < 0x110000; point++) {
		char bytes[5] = {0};
		size_t length = text_encode(point, bytes);
		const char *rest = bytes;
		wrong += text_next(&rest) != point || rest != bytes + length;
	}
	check_uint(wrong, 0);
}

static void check_printable(const char *text, const char *also, const char *expected)
{
	CLEANUP(freep) char *printable = text_printable(text, also);

	check_str(printable, expected);
}

static void printable_text_stays_as_it_is(void)
{
	check_printable("", "", "");
	check_printable("<module> größe 名 😀", "", "<module> größe 名 😀");
	check_printable("C:\\dir\\x.py", "", "C:\\dir\\x.py");
}

static void controls_and_bad_bytes_are_escaped(void)
{
	check_printable("a\nb\rc\td", "", "a\\nb\\rc\\td");
	check_printable("\x07\x1b[0m\x7f", "", "\\x07\\x1b[0m\\x7f");
	check_printable("\xc2\x80\xc2\x9f\xc2\xa0", "", "\\x80\\x9f\xc2\xa0");
	check_printable("\xff\xe2\x82", "", "\\xff\\xe2\\x82");
	check_printable("\xed\xb2\x80", "", "\\udc80");
	check_printable("\xef\xbf\xbe\xef\xbf\xbf", "", "\\ufffe\\uffff");
}

static void the_caller_s_characters_are_escaped_too(void)
{
	check_printable("a;b c", "; ", "a\\x3bb\\x20c");
	check_printable("a;b", "", "a;b");
}

static void the_largest_growth_fits(void)
{
	char text[3 * 100 + 1] = "";

	for (int i = 0; i < 100; i++)
		memcpy(text + strlen(text), "\xed\xa0\x80", 4);
	CLEANUP(freep) char *printable = text_printable(text, "");
	if (check_not_null(printable))
		check_uint(strlen(printable), 600);
}

static void without_memory_there_is_no_copy(void)
{
	memory_fail_at(1);
	check_null(text_printable("text", ""));
	check_true(memory_failed());
}

static void a_number_is_within_its_bounds_and_nothing_else(void)
{
	double number = 7;

	check_true(text_number("12.5", 0, 100, &number));
	check_near(number, 12.5, 0);
	for (int i = 0; i < 6; i++)
		check_true(
			!text_number((const char *[]){"", "1x", "nan", "inf", "-0.1", "100.1"}[i],
				     0, 100, &number));
	check_near(number, 12.5, 0);
}

CU_TestInfo text_tests[] = {
	TEST(a_number_is_within_its_bounds_and_nothing_else),
	TEST(characters_of_every_length_are_read),
	TEST(the_end_is_zero_and_stays),
	TEST(a_lone_surrogate_is_one_code_point),
	TEST(overlong_forms_are_bad_bytes),
	TEST(what_is_above_unicode_is_bad_bytes),
	TEST(truncated_sequences_end_at_the_nul),
	TEST(every_code_point_survives_encoding),
	TEST(printable_text_stays_as_it_is),
	TEST(controls_and_bad_bytes_are_escaped),
	TEST(the_caller_s_characters_are_escaped_too),
	TEST(the_largest_growth_fits),
	TEST(without_memory_there_is_no_copy),
	CU_TEST_INFO_NULL,
};
