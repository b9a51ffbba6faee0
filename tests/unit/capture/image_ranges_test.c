// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "capture/image_ranges.h"

#include <errno.h>
#include <stdlib.h>

#include "check.h"
#include "memory.h"

enum {
	PLACES = 40
};

/* What else is in a range follows from its image. */
static int lay(struct image_ranges *ranges, uint64_t start, uint64_t end, uint32_t image)
{
	return image_ranges_lay_over(ranges, &(struct image_range){
						     .start = start,
						     .end = end,
						     .base = 1000 * image,
						     .image = image,
						     .index = 7 * image,
						     .pages = image,
					     });
}

static void check_ranges(const struct image_ranges *ranges, const char *expected)
{
	char text[512] = "";
	size_t length = 0;

	for (size_t i = 0; i < ranges->list.count; i++) {
		const struct image_range *range = &ranges->list.items[i];
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%llu-%llu:%u",
					   i ? " " : "", range->start, range->end, range->image);
		check_uint(range->base, 1000 * (uint64_t)range->image);
		check_uint(range->index, 7 * range->image);
		check_uint(range->pages, range->image);
	}
	check_str(text, expected);
}

/* The ranges 10-20 and 30-40, and this one over them. */
static void check_over(uint64_t start, uint64_t end, const char *expected)
{
	struct image_ranges ranges = {0};

	check_ok(lay(&ranges, 30, 40, 2));
	check_ok(lay(&ranges, 10, 20, 1));
	check_ok(lay(&ranges, start, end, 3));
	check_ranges(&ranges, expected);
	image_ranges_done(&ranges);
}

static void ranges_that_do_not_meet_stand_by_address(void)
{
	check_over(0, 5, "0-5:3 10-20:1 30-40:2");
	check_over(0, 10, "0-10:3 10-20:1 30-40:2");
	check_over(20, 30, "10-20:1 20-30:3 30-40:2");
	check_over(50, 60, "10-20:1 30-40:2 50-60:3");
}

static void the_later_mapping_is_the_one_that_is_there(void)
{
	check_over(10, 20, "10-20:3 30-40:2");
	check_over(5, 15, "5-15:3 15-20:1 30-40:2");
	check_over(15, 25, "10-15:1 15-25:3 30-40:2");
	check_over(12, 14, "10-12:1 12-14:3 14-20:1 30-40:2");
	check_over(32, 34, "10-20:1 30-32:2 32-34:3 34-40:2");
	check_over(10, 12, "10-12:3 12-20:1 30-40:2");
	check_over(18, 20, "10-18:1 18-20:3 30-40:2");
	check_over(15, 35, "10-15:1 15-35:3 35-40:2");
	check_over(0, 100, "0-100:3");
}

/* Against a field with one entry for each address. */
static void any_number_of_them_is_as_if_painted(void)
{
	struct image_ranges ranges = {0};
	uint32_t painted[PLACES] = {0};

	srand(1);
	for (uint32_t image = 1; image < 500; image++) {
		uint64_t start = (uint64_t)rand() % PLACES, end = start + 1;
		end += (uint64_t)rand() % (PLACES - start);
		check_ok(lay(&ranges, start, end, image));
		for (uint64_t at = start; at < end; at++)
			painted[at] = image;
		uint64_t last = 0;
		uint32_t told[PLACES] = {0};
		for (size_t i = 0; i < ranges.list.count; i++) {
			const struct image_range *range = &ranges.list.items[i];
			if (!check_true(range->start >= last && range->start < range->end &&
					range->end <= PLACES))
				return;
			last = range->end;
			for (uint64_t at = range->start; at < range->end; at++)
				told[at] = range->image;
		}
		if (!check_true(!memcmp(told, painted, sizeof(told))))
			break;
	}
	image_ranges_done(&ranges);
}

static void code_of_no_image_side_by_side_becomes_one_range(void)
{
	struct image_ranges ranges = {0};

	image_ranges_join(&ranges);
	check_ok(lay(&ranges, 0, 10, 0));
	check_ok(lay(&ranges, 10, 20, 0));
	check_ok(lay(&ranges, 20, 30, 1));
	check_ok(lay(&ranges, 30, 40, 1));
	check_ok(lay(&ranges, 40, 50, 0));
	check_ok(lay(&ranges, 51, 60, 0));
	check_ok(lay(&ranges, 60, 70, 0));
	check_ok(lay(&ranges, 70, 80, 0));
	image_ranges_join(&ranges);
	check_ranges(&ranges, "0-20:0 20-30:1 30-40:1 40-50:0 51-80:0");
	image_ranges_done(&ranges);
}

static void ranges_are_set_anew(void)
{
	static const struct image_range two[] = {{.start = 1, .end = 2}, {.start = 3, .end = 4}};
	struct image_ranges ranges = {0};

	check_ok(image_ranges_set(&ranges, NULL, 0));
	check_ranges(&ranges, "");
	check_ok(image_ranges_set(&ranges, two, 2));
	check_ranges(&ranges, "1-2:0 3-4:0");
	check_ok(image_ranges_set(&ranges, two + 1, 1));
	check_ranges(&ranges, "3-4:0");
	image_ranges_done(&ranges);
	image_ranges_done(&ranges);
}

static void lack_of_memory_is_told(void)
{
	unsigned int nth = 1;

	for (;; nth++) {
		struct image_ranges ranges = {0};
		int err = 0;
		memory_fail_at(nth);
		for (uint64_t i = 0; i < 20 && !err; i++)
			err = lay(&ranges, 10 * i, 10 * i + 10, 1);
		if (!err)
			err = lay(&ranges, 12, 14, 2);
		bool failed = memory_failed();
		check_int(err, failed ? -ENOMEM : 0);
		image_ranges_done(&ranges);
		if (!failed)
			break;
	}
	check_true(nth > 20);
}

CU_TestInfo image_ranges_tests[] = {
	TEST(ranges_that_do_not_meet_stand_by_address),
	TEST(the_later_mapping_is_the_one_that_is_there),
	TEST(any_number_of_them_is_as_if_painted),
	TEST(code_of_no_image_side_by_side_becomes_one_range),
	TEST(ranges_are_set_anew),
	TEST(lack_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
