// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/bytes.h"

#include "check.h"

enum {
	VADDR = 0x1000
};

#define BYTES(text) made((const uint8_t *)(text), sizeof(text) - 1)

static struct bytes made(const uint8_t *at, size_t size)
{
	return (struct bytes){.at = at, .end = at + size, .end_vaddr = VADDR + size};
}

static void numbers_are_little_endian(void)
{
	struct bytes bytes = BYTES("\x01\x02\x03\x04\x05\x06\x07\x08\xff");

	check_uint(bytes_number(&bytes, 2), 0x0201);
	check_uint(bytes_vaddr(&bytes), VADDR + 2);
	check_uint(bytes_number(&bytes, 4), 0x06050403);
	check_uint(bytes_number(&bytes, 1), 7);
	check_uint(bytes_left(&bytes), 2);
	check_true(!bytes.bad);
	check_uint(bytes_number(&bytes, 4), 0);
	check_true(bytes.bad);
	check_uint(bytes_left(&bytes), 0);
	check_uint(bytes_number(&bytes, 1), 0);
}

static uint64_t uleb128(struct bytes bytes, bool bad, size_t left)
{
	uint64_t number = bytes_uleb128(&bytes);

	check_int(bytes.bad, bad);
	check_uint(bytes_left(&bytes), left);
	return number;
}

static void uleb128_is_read(void)
{
	check_uint(uleb128(BYTES("\x7f\x01"), false, 1), 127);
	check_uint(uleb128(BYTES("\x80\x01"), false, 0), 128);
	check_uint(uleb128(BYTES("\xe5\x8e\x26"), false, 0), 624485);
	check_uint(uleb128(BYTES("\x85\x80\x00"), false, 0), 5);
	check_uint(uleb128(BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), false, 0),
		   UINT64_MAX);
	check_uint(uleb128(BYTES("\x81\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"), false, 0), 1);
	check_uint(uleb128(BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"), true, 0), 0);
	check_uint(uleb128(BYTES("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"), true, 0), 0);
	check_uint(uleb128(BYTES("\x80\x80"), true, 0), 0);
	check_uint(uleb128(BYTES(""), true, 0), 0);
}

static int64_t sleb128(struct bytes bytes, bool bad)
{
	int64_t number = bytes_sleb128(&bytes);

	check_int(bytes.bad, bad);
	check_uint(bytes_left(&bytes), 0);
	return number;
}

static void sleb128_is_read(void)
{
	check_int(sleb128(BYTES("\x02"), false), 2);
	check_int(sleb128(BYTES("\x7e"), false), -2);
	check_int(sleb128(BYTES("\xff\x00"), false), 127);
	check_int(sleb128(BYTES("\x80\x7f"), false), -128);
	check_int(sleb128(BYTES("\xc0\xbb\x78"), false), -123456);
	check_int(sleb128(BYTES("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x7f"), false), INT64_MIN);
	check_int(sleb128(BYTES("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"), true), 0);
	check_int(sleb128(BYTES("\x80"), true), 0);
}

static void what_is_taken_has_its_own_end(void)
{
	struct bytes bytes = BYTES("\x01\x02\x03\x04"), taken;

	bytes_number(&bytes, 1);
	taken = bytes_take(&bytes, 2);
	check_uint(bytes_left(&taken), 2);
	check_uint(bytes_vaddr(&taken), VADDR + 1);
	check_uint(bytes_vaddr(&bytes), VADDR + 3);
	check_uint(bytes_number(&taken, 2), 0x0302);
	taken = bytes_take(&bytes, UINT64_MAX);
	check_true(taken.bad && bytes.bad);
	check_uint(bytes_left(&taken), 0);
}

static uint64_t pointer(struct bytes bytes, uint8_t encoding)
{
	uint64_t number = bytes_pointer(&bytes, encoding);

	check_true(!bytes.bad);
	check_uint(bytes_left(&bytes), 0);
	return number;
}

static void pointers_have_a_format_and_a_base(void)
{
	struct bytes wide = BYTES("\xfe\xff\xff\xff\xff\xff\xff\xff");
	struct bytes word = BYTES("\xfe\xff\xff\xff"), half = BYTES("\xfe\xff");

	check_uint(pointer(wide, POINTER_ABSPTR), UINT64_MAX - 1);
	check_uint(pointer(wide, POINTER_UDATA8), UINT64_MAX - 1);
	check_uint(pointer(wide, POINTER_SDATA8), UINT64_MAX - 1);
	check_uint(pointer(wide, POINTER_SIGNED), UINT64_MAX - 1);
	check_uint(pointer(word, POINTER_UDATA4), 0xfffffffe);
	check_uint(pointer(word, POINTER_SDATA4), UINT64_MAX - 1);
	check_uint(pointer(half, POINTER_UDATA2), 0xfffe);
	check_uint(pointer(half, POINTER_SDATA2), UINT64_MAX - 1);
	check_uint(pointer(BYTES("\xfe\x00"), POINTER_ULEB128), 0x7e);
	check_uint(pointer(BYTES("\x7e"), POINTER_SLEB128), UINT64_MAX - 1);
	check_uint(pointer(word, POINTER_PCREL | POINTER_SDATA4), VADDR - 2);
	check_uint(pointer(half, POINTER_PCREL | POINTER_UDATA2), VADDR + 0xfffe);
}

static void other_pointers_are_refused(void)
{
	static const uint8_t encodings[] = {0x05, 0x0d, 0x20, 0x30, 0x3b, 0x40, 0x50, 0x9b, 0xff};

	for (size_t i = 0; i < sizeof(encodings); i++) {
		struct bytes bytes = BYTES("\x01\x02\x03\x04\x05\x06\x07\x08");
		bytes_pointer(&bytes, encodings[i]);
		check_true(bytes.bad);
	}
}

CU_TestInfo bytes_tests[] = {
	TEST(numbers_are_little_endian),
	TEST(uleb128_is_read),
	TEST(sleb128_is_read),
	TEST(what_is_taken_has_its_own_end),
	TEST(pointers_have_a_format_and_a_base),
	TEST(other_pointers_are_refused),
	CU_TEST_INFO_NULL,
};
