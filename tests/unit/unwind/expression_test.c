// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/expression.h"

#include "check.h"

#define EXPRESSION(text) made((const uint8_t *)(text), sizeof(text) - 1)

static struct bytes made(const uint8_t *at, size_t size)
{
	return (struct bytes){.at = at, .end = at + size};
}

static const char *cfa(struct bytes expression)
{
	static char text[64];
	struct frame_cfa found = expression_cfa(expression);

	switch (found.kind) {
	case CFA_REGISTER:
		snprintf(text, sizeof(text), "r%u%+d", found.reg, found.offset);
		break;
	case CFA_MEMORY:
		snprintf(text, sizeof(text), "*(r%u%+d)%+d", found.reg, found.offset, found.add);
		break;
	case CFA_PLT:
		snprintf(text, sizeof(text), "plt %d", found.offset);
		break;
	default:
		return "unsupported";
	}
	return text;
}

static const char *place(struct bytes expression, bool is_value)
{
	static char text[64];
	struct frame_place found = expression_place(expression, is_value);

	switch (found.place) {
	case PLACE_CFA:
		snprintf(text, sizeof(text), "*(cfa%+d)", found.offset);
		break;
	case PLACE_MEMORY:
		snprintf(text, sizeof(text), "*(r%u%+d)", found.reg, found.offset);
		break;
	case PLACE_REGISTER:
		snprintf(text, sizeof(text), "r%u", found.reg);
		break;
	default:
		return "unsupported";
	}
	return text;
}

static void a_register_and_an_offset(void)
{
	check_str(cfa(EXPRESSION("\x77\x08")), "r7+8");
	check_str(cfa(EXPRESSION("\x76\x70")), "r6-16");
	check_str(cfa(EXPRESSION("\x92\x0a\x00")), "r10+0");
	check_str(cfa(EXPRESSION("\x7f\x00\x23\x28")), "r15+40");
	check_str(cfa(EXPRESSION("\x77\x00\x38\x22")), "r7+8");
	check_str(cfa(EXPRESSION("\x38\x77\x00\x22")), "r7+8");
	check_str(cfa(EXPRESSION("\x77\x00\x38\x1c")), "r7-8");
}

static void memory_at_a_register_and_an_offset(void)
{
	check_str(cfa(EXPRESSION("\x77\xa0\x01\x06")), "*(r7+160)+0");
	check_str(cfa(EXPRESSION("\x76\x58\x06")), "*(r6-40)+0");
	check_str(cfa(EXPRESSION("\x77\x38\x06\x23\x08")), "*(r7+56)+8");
	check_str(cfa(EXPRESSION("\x77\x38\x06\x38\x22")), "*(r7+56)+8");
}

static void constants_of_every_size(void)
{
	check_str(cfa(EXPRESSION("\x77\x00\x08\xff\x22")), "r7+255");
	check_str(cfa(EXPRESSION("\x77\x00\x09\xff\x22")), "r7-1");
	check_str(cfa(EXPRESSION("\x77\x00\x0a\xff\xff\x22")), "r7+65535");
	check_str(cfa(EXPRESSION("\x77\x00\x0b\xff\xff\x22")), "r7-1");
	check_str(cfa(EXPRESSION("\x77\x00\x0c\x00\x00\x01\x00\x22")), "r7+65536");
	check_str(cfa(EXPRESSION("\x77\x00\x0d\xff\xff\xff\xff\x22")), "r7-1");
	check_str(cfa(EXPRESSION("\x77\x00\x0e\x05\0\0\0\0\0\0\0\x22")), "r7+5");
	check_str(cfa(EXPRESSION("\x77\x00\x0f\xff\xff\xff\xff\xff\xff\xff\xff\x22")), "r7-1");
	check_str(cfa(EXPRESSION("\x77\x00\x10\x80\x01\x22")), "r7+128");
	check_str(cfa(EXPRESSION("\x77\x00\x11\x7f\x22")), "r7-1");
}

static void the_one_of_plt(void)
{
	check_str(cfa(EXPRESSION("\x77\x08\x80\x00\x3f\x1a\x3b\x2a\x33\x24\x22")), "plt 11");
	check_str(cfa(EXPRESSION("\x77\x08\x80\x00\x3f\x1a\x3a\x2a\x33\x24\x22")), "plt 10");
	check_str(cfa(EXPRESSION("\x77\x08\x80\x00\x3f\x1a\x35\x2a\x33\x24\x22")), "plt 5");
	check_str(cfa(EXPRESSION("\x77\x08\x80\x00\x3f\x1a\x50\x2a\x33\x24\x22")), "unsupported");
	check_str(cfa(EXPRESSION("\x77\x08\x80\x00\x3f\x1a\x2f\x2a\x33\x24\x22")), "unsupported");
	check_str(cfa(EXPRESSION("\x77\x10\x80\x00\x3f\x1a\x3b\x2a\x33\x24\x22")), "unsupported");
	check_str(cfa(EXPRESSION("\x77\x08\x80\x00\x3f\x1a\x3b\x2a\x33\x24\x1c")), "unsupported");
	check_str(cfa(EXPRESSION("\x77\x08\x80\x00\x3f\x1a\x3b\x2a\x33\x24")), "unsupported");
}

static void all_else_is_unsupported(void)
{
	check_str(cfa(EXPRESSION("")), "unsupported");
	check_str(cfa(EXPRESSION("\x38")), "unsupported");		   /* lit8 */
	check_str(cfa(EXPRESSION("\x80\x08")), "unsupported");		   /* of rip */
	check_str(cfa(EXPRESSION("\x92\x90\x80\x01\x08")), "unsupported"); /* register 16400 */
	check_str(cfa(EXPRESSION("\x77")), "unsupported");		   /* cut off */
	check_str(cfa(EXPRESSION("\x77\x08\x96")), "unsupported");	   /* nop, say */
	check_str(cfa(EXPRESSION("\x77\x08\x76\x08\x22")), "unsupported"); /* rsp + rbp */
	check_str(cfa(EXPRESSION("\x77\x08\x06\x06")), "unsupported");	   /* **(rsp + 8) */
	check_str(cfa(EXPRESSION("\x38\x77\x00\x1c")), "unsupported");	   /* 8 - rsp */
	check_str(cfa(EXPRESSION("\x06")), "unsupported");		   /* of nothing */
	check_str(cfa(EXPRESSION("\x22")), "unsupported");
	check_str(cfa(EXPRESSION("\x1c")), "unsupported");
	check_str(cfa(EXPRESSION("\x77\x80\x80\x80\x80\x08")), "unsupported"); /* 2^31 */
	check_str(cfa(EXPRESSION("\x30\x31\x32\x33\x34\x35\x36\x37\x77\x08")), "unsupported");
}

static void sums_that_overflow_are_unsupported(void)
{
	check_str(cfa(EXPRESSION("\x77\x7f\x0e\0\0\0\0\0\0\0\x80\x22")), "unsupported");
	check_str(cfa(EXPRESSION("\x77\x7f\x0e\0\0\0\0\0\0\0\x80\x1c")), "unsupported");
}

static void addresses_of_registers(void)
{
	check_str(place(EXPRESSION("\x77\xa8\x01"), false), "*(r7+168)");
	check_str(place(EXPRESSION("\x76\x00"), false), "*(r6+0)");
	check_str(place(EXPRESSION("\x23\x08"), false), "*(cfa+8)");
	check_str(place(EXPRESSION("\x40\x1c"), false), "*(cfa-16)");
	check_str(place(EXPRESSION(""), false), "*(cfa+0)");
	check_str(place(EXPRESSION("\x77\x08\x06"), false), "unsupported");
	check_str(place(EXPRESSION("\x38"), false), "unsupported");
	check_str(place(EXPRESSION("\x77"), false), "unsupported");
}

static void values_of_registers(void)
{
	check_str(place(EXPRESSION("\x71\x00"), true), "r1");
	check_str(place(EXPRESSION("\x71\x08"), true), "unsupported");
	check_str(place(EXPRESSION("\x71\x08\x06"), true), "*(r1+8)");
	check_str(place(EXPRESSION("\x71\x08\x06\x23\x01"), true), "unsupported");
	check_str(place(EXPRESSION("\x40\x1c\x06"), true), "*(cfa-16)");
	check_str(place(EXPRESSION("\x23\x00"), true), "unsupported");
}

CU_TestInfo expression_tests[] = {
	TEST(a_register_and_an_offset),
	TEST(memory_at_a_register_and_an_offset),
	TEST(constants_of_every_size),
	TEST(the_one_of_plt),
	TEST(all_else_is_unsupported),
	TEST(sums_that_overflow_are_unsupported),
	TEST(addresses_of_registers),
	TEST(values_of_registers),
	CU_TEST_INFO_NULL,
};
