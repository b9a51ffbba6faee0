// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/code_ranges.h"

#include "check.h"
#include "ltsbpf.h"
#include "memory.h"

static int add(struct code_ranges *ranges, uint64_t start, uint64_t size, const char *name)
{
	uint32_t at;
	int err = code_ranges_name(ranges, name, strlen(name), &at);

	return err ? err : code_ranges_add(ranges, start, size, at);
}

static const char *name_at(const struct code_ranges *ranges, uint64_t address)
{
	const char *name = "-";

	code_ranges_find(ranges, address, &name);
	return name;
}

static void a_range_is_found_from_its_first_to_its_last_byte(void)
{
	struct code_ranges ranges = {0};

	check_str(name_at(&ranges, 0x1000), "-");
	check_ok(add(&ranges, 0x2000, 0x10, "b"));
	check_ok(add(&ranges, 0x1000, 0x10, "a"));
	check_ok(code_ranges_settle(&ranges));
	check_str(name_at(&ranges, 0xfff), "-");
	check_str(name_at(&ranges, 0x1000), "a");
	check_str(name_at(&ranges, 0x100f), "a");
	check_str(name_at(&ranges, 0x1010), "-");
	check_str(name_at(&ranges, 0x200f), "b");
	check_str(name_at(&ranges, UINT64_MAX), "-");
	code_ranges_done(&ranges);
}

static void later_code_lies_over_earlier_code(void)
{
	struct code_ranges ranges = {0};

	check_ok(add(&ranges, 0x1000, 0x100, "wide"));
	check_ok(add(&ranges, 0x1040, 0x10, "inside"));
	check_ok(add(&ranges, 0x10f0, 0x20, "across"));
	check_ok(code_ranges_settle(&ranges));
	check_str(name_at(&ranges, 0x103f), "wide");
	check_str(name_at(&ranges, 0x1040), "inside");
	check_str(name_at(&ranges, 0x1050), "wide");
	check_str(name_at(&ranges, 0x10f0), "across");
	check_str(name_at(&ranges, 0x110f), "across");
	check_ok(add(&ranges, 0x1000, 0x100, "again"));
	check_ok(code_ranges_settle(&ranges));
	check_str(name_at(&ranges, 0x1040), "again");
	check_str(name_at(&ranges, 0x10ff), "again");
	check_str(name_at(&ranges, 0x1100), "across");
	code_ranges_done(&ranges);
}

static void what_is_no_longer_known_is_not_found(void)
{
	struct code_ranges ranges = {0};

	check_ok(add(&ranges, 0x1000, 0x100, "gone"));
	check_ok(code_ranges_add(&ranges, 0x1000, 0x80, 0));
	check_ok(code_ranges_settle(&ranges));
	check_str(name_at(&ranges, 0x107f), "-");
	check_str(name_at(&ranges, 0x1080), "gone");
	code_ranges_done(&ranges);
}

static void ranges_that_cannot_be_are_left_out(void)
{
	struct code_ranges ranges = {0};

	check_ok(add(&ranges, 0x1000, 0, "empty"));
	check_ok(add(&ranges, UINT64_MAX - 7, 8, "wraps"));
	check_ok(add(&ranges, UINT64_MAX - 8, 8, "last"));
	check_ok(code_ranges_settle(&ranges));
	check_uint(ranges.items.count, 1);
	check_str(name_at(&ranges, UINT64_MAX - 1), "last");
	code_ranges_done(&ranges);
}

static void names_are_cut(void)
{
	static char name[MAX_TEXT_BYTES + 100];
	struct code_ranges ranges = {0};

	memset(name, 'n', sizeof(name) - 1);
	check_ok(add(&ranges, 0x1000, 1, name));
	check_uint(strlen(name_at(&ranges, 0x1000)), MAX_TEXT_BYTES - 1);
	uint32_t at;
	check_ok(code_ranges_name(&ranges, "ab\0cd", 5, &at));
	check_str(ranges.names.items + at, "ab");
	check_ok(code_ranges_name(&ranges, "\0cd", 3, &at));
	check_uint(at, 0);
	code_ranges_done(&ranges);
}

static void there_is_a_most(void)
{
	struct code_ranges ranges = {0};
	uint32_t at;

	for (uint64_t i = 0; i < MAX_CODE_RANGES; i++)
		if (code_ranges_add(&ranges, i * 16, 16, 0))
			return (void)check_uint(i, MAX_CODE_RANGES);
	check_int(code_ranges_add(&ranges, 1ull << 40, 16, 0), -EFBIG);
	check_int(code_ranges_name(&ranges, "a", 1, &at), -EFBIG);
	code_ranges_done(&ranges);
}

enum {
	BYTES = 512,
	TRIES = 2000,
};

/* What a table with one entry for each byte would say. */
static void ranges_are_cut_as_bytes_would_be_painted(void)
{
	uint32_t random = 1;

	for (int try = 0; try < TRIES; try++) {
		struct code_ranges ranges = {0};
		char painted[BYTES][2] = {0}, name[2] = "";

		for (int i = 0; i < 40; i++) {
			random = random * 1103515245 + 12345;
			uint32_t start = random >> 16 & 255, size = random >> 24 & 127;
			name[0] = (char)('0' + i);
			check_ok(add(&ranges, start, size, name));
			for (uint32_t at = start; at < start + size; at++)
				memcpy(painted[at], name, sizeof(name));
			if (i % 16 == 7)
				check_ok(code_ranges_settle(&ranges));
		}
		check_ok(code_ranges_settle(&ranges));
		int wrong = 0;
		for (uint32_t at = 0; at < BYTES; at++)
			wrong += strcmp(name_at(&ranges, at), painted[at][0] ? painted[at] : "-") !=
				 0;
		code_ranges_done(&ranges);
		if (wrong)
			return (void)check_int(wrong, 0);
	}
}

static void memory_may_run_out(void)
{
	for (unsigned int nth = 1;; nth++) {
		struct code_ranges ranges = {0};

		memory_fail_at(nth);
		int err = add(&ranges, 0x1000, 16, "a");
		err = err ? err : add(&ranges, 0x1008, 16, "b");
		err = err ? err : code_ranges_settle(&ranges);
		bool failed = memory_failed();
		if (!err)
			check_str(name_at(&ranges, 0x1008), "b");
		else
			check_int(err, -ENOMEM);
		check_ok(code_ranges_settle(&ranges));
		code_ranges_done(&ranges);
		if (!failed)
			break;
	}
}

CU_TestInfo code_ranges_tests[] = {
	TEST(a_range_is_found_from_its_first_to_its_last_byte),
	TEST(later_code_lies_over_earlier_code),
	TEST(what_is_no_longer_known_is_not_found),
	TEST(ranges_that_cannot_be_are_left_out),
	TEST(names_are_cut),
	TEST(there_is_a_most),
	TEST(ranges_are_cut_as_bytes_would_be_painted),
	TEST(memory_may_run_out),
	CU_TEST_INFO_NULL,
};
