// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/marshal.h"

#include "base/cleanup.h"
#include "check.h"

/* What calls of the writer have written; expect() closes and releases it. */
struct written {
	char *bytes;
	size_t length;
	FILE *stream;
};

static struct written *written_open(struct written *written)
{
	*written = (struct written){0};
	written->stream = open_memstream(&written->bytes, &written->length);
	return check_not_null(written->stream) ? written : NULL;
}

static void expect(struct written *written, const char *bytes, size_t length)
{
	fclose(written->stream);
	check_uint(written->length, length);
	for (size_t i = 0; i < length && i < written->length; i++)
		if (!check_uint((unsigned char)written->bytes[i], (unsigned char)bytes[i]))
			break;
	free(written->bytes);
}

#define EXPECT(written, literal) expect(written, literal, sizeof(literal) - 1)

static void expect_int(int64_t value, const char *bytes, size_t length)
{
	struct written written;

	if (!written_open(&written))
		return;
	marshal_int(written.stream, value);
	expect(&written, bytes, length);
}

#define EXPECT_INT(value, literal) expect_int(value, literal, sizeof(literal) - 1)

static void an_int_of_32_bits_has_four_bytes(void)
{
	EXPECT_INT(0, "i\0\0\0\0");
	EXPECT_INT(258, "i\x02\x01\0\0");
	EXPECT_INT(-1, "i\xff\xff\xff\xff");
	EXPECT_INT(INT32_MAX, "i\xff\xff\xff\x7f");
	EXPECT_INT(INT32_MIN, "i\0\0\0\x80");
}

static void a_larger_int_has_digits_of_15_bits(void)
{
	EXPECT_INT(INT64_C(1) << 31, "l\x03\0\0\0\0\0\0\0\x02\0");
	EXPECT_INT((INT64_C(1) << 31) + 32767, "l\x03\0\0\0\xff\x7f\0\0\x02\0");
	EXPECT_INT(INT64_MAX, "l\x05\0\0\0\xff\x7f\xff\x7f\xff\x7f\xff\x7f\x07\0");
}

static void a_negative_int_has_a_negative_count_of_digits(void)
{
	EXPECT_INT(-(INT64_C(1) << 31) - 1, "l\xfd\xff\xff\xff\x01\0\0\0\x02\0");
	EXPECT_INT(INT64_MIN, "l\xfb\xff\xff\xff\0\0\0\0\0\0\0\0\x08\0");
}

static void a_double_is_little_endian(void)
{
	struct written written;

	if (!written_open(&written))
		return;
	marshal_double(written.stream, -1.5);
	EXPECT(&written, "g\0\0\0\0\0\0\xf8\xbf");
}

static void containers_hold_what_follows(void)
{
	struct written written;

	if (!written_open(&written))
		return;
	marshal_dict_open(written.stream);
	marshal_tuple(written.stream, 1);
	marshal_int(written.stream, 1);
	marshal_dict_open(written.stream);
	marshal_dict_close(written.stream);
	marshal_dict_close(written.stream);
	EXPECT(&written, "{(\x01\0\0\0i\x01\0\0\0{00");
}

static void expect_text(const char *text, const char *bytes, size_t length)
{
	CLEANUP(freep) char *readable = marshal_readable(text);
	struct written written;

	if (!written_open(&written))
		return;
	marshal_text(written.stream, text);
	expect(&written, bytes, length);
	check_str(readable, bytes + 5); /* type and length stand before it */
}

#define EXPECT_TEXT(text, literal) expect_text(text, literal, sizeof(literal) - 1)

static void a_text_is_utf8_with_its_length_in_bytes(void)
{
	EXPECT_TEXT("", "u\0\0\0\0");
	EXPECT_TEXT("f", "u\x01\0\0\0f");
	EXPECT_TEXT("\u00e9\u20ac\U0001f40d", "u\x09\0\0\0\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x8d");
}

static void a_lone_surrogate_is_kept(void)
{
	EXPECT_TEXT("a\xed\xb2\x80", "u\x04\0\0\0a\xed\xb2\x80");
}

static void a_bad_byte_becomes_the_replacement_character(void)
{
	EXPECT_TEXT("a\xff"
		    "b",
		    "u\x05\0\0\0a\xef\xbf\xbd"
		    "b");
	/* An overlong slash and a character that is cut off: each byte for itself. */
	EXPECT_TEXT("\xc0\xaf", "u\x06\0\0\0\xef\xbf\xbd\xef\xbf\xbd");
	EXPECT_TEXT("\xe2\x82", "u\x06\0\0\0\xef\xbf\xbd\xef\xbf\xbd");
}

CU_TestInfo marshal_tests[] = {
	TEST(an_int_of_32_bits_has_four_bytes),
	TEST(a_larger_int_has_digits_of_15_bits),
	TEST(a_negative_int_has_a_negative_count_of_digits),
	TEST(a_double_is_little_endian),
	TEST(containers_hold_what_follows),
	TEST(a_text_is_utf8_with_its_length_in_bytes),
	TEST(a_lone_surrogate_is_kept),
	TEST(a_bad_byte_becomes_the_replacement_character),
	CU_TEST_INFO_NULL,
};
