// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* Both searches, for an address's range and for its row, against a look at all there are. */
#include "base/cleanup.h"
#include "machine.h"

#define CODE 0x7f0000000000ull

static void begin(void)
{
	host_done();
	memset(&host, 0, sizeof(host));
}

/* The image at the address; 0 = in none. */
static __u32 image_at(__u64 pc)
{
	return find_range(&host.native, pc) ? host.native.range.image : 0;
}

/* The same when the last search ended elsewhere. */
static __u32 image_found_anew(__u64 pc)
{
	host.native.range.start = host.native.range.end = 0;
	return image_at(pc);
}

static void an_empty_set_holds_nothing(void)
{
	begin();
	check_uint(image_at(CODE), 0);
	check_uint(image_at(0), 0);
	put_range((struct image_range){0}, CODE, CODE + 4096, CODE, 1);
	host.native.set.count = 0;
	check_uint(image_at(CODE), 0);
	host_done();
}

static void one_range_holds_its_first_and_last_address(void)
{
	begin();
	put_range((struct image_range){0}, CODE, CODE + 4096, CODE, 1);
	check_uint(image_found_anew(CODE - 1), 0);
	check_uint(image_found_anew(CODE), 1);
	check_uint(image_found_anew(CODE + 4095), 1);
	check_uint(image_found_anew(CODE + 4096), 0);
	check_uint(image_found_anew(0), 0);
	check_uint(image_found_anew(~0ull), 0);
	host_done();
}

/* So many pages, each a range, every third one of them not there. */
static void put_ranges(__u32 count)
{
	begin();
	for (__u32 i = 0; i < count; i++) {
		__u64 start = CODE + 4096ull * (i + i / 2);
		put_range((struct image_range){0}, start, start + 4096, start, i + 1);
	}
}

static void check_all_ranges(__u32 count)
{
	__u64 end = CODE + 4096ull * (count + (count - 1) / 2), wrong = 0;

	for (__u64 page = CODE; page < end; page += 4096) {
		__u64 number = (page - CODE) / 4096;
		__u32 expected = number % 3 == 2 ? 0 : number - number / 3 + 1;
		wrong += image_found_anew(page) != expected;
		wrong += image_found_anew(page + 4095) != expected;
	}
	check_uint(wrong, 0);
	check_uint(image_found_anew(CODE - 1), 0);
	check_uint(image_found_anew(end), 0);
	check_uint(image_found_anew(end - 1), count);
}

static void every_one_of_so_many_ranges_is_found(void)
{
	static const __u32 counts[] = {2, 3, 4, 5, 7, 8, 9, 100, 2047, 2048, 2049, 4095, 4096};

	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		put_ranges(counts[i]);
		check_all_ranges(counts[i]);
	}
	host_done();
}

/* Ranges of others stand before and behind in the same map. */
static void ranges_of_other_sets_are_not_looked_at(void)
{
	put_ranges(5);
	host.native.set.first = 1;
	host.native.set.count = 3;
	check_uint(image_found_anew(CODE), 0);
	check_uint(image_found_anew(CODE + 4096), 2);
	check_uint(image_found_anew(CODE + 3 * 4096), 3);
	check_uint(image_found_anew(CODE + 4 * 4096), 4);
	check_uint(image_found_anew(CODE + 6 * 4096), 0);
	host_done();
}

static void the_last_ranges_of_the_map_are_found(void)
{
	const struct image_range range = {
		.start = CODE, .end = CODE + 4096, .base = CODE, .image = 9};

	begin();
	check_ok(vec_reserve(&host.ranges, MAX_IMAGE_RANGES));
	memset(host.ranges.items, 0, MAX_IMAGE_RANGES * sizeof(range));
	host.ranges.count = MAX_IMAGE_RANGES;
	host.ranges.items[MAX_IMAGE_RANGES - 1] = range;
	host.native.set = (struct image_set){.first = MAX_IMAGE_RANGES - 2, .count = 2};
	check_uint(image_found_anew(CODE), 9);
	check_uint(image_found_anew(CODE + 4096), 0);
	host_done();
}

static void the_range_found_last_is_looked_at_first(void)
{
	put_ranges(3);
	check_uint(image_at(CODE), 1);
	host.native.set.count = 0;
	check_uint(image_at(CODE + 5), 1);
	check_uint(image_at(CODE + 4096), 0);
	check_uint(image_at(CODE), 1);
	host_done();
}

static __u64 row_at(__u64 address)
{
	return find_row(&host.native, address);
}

/* What the search must find. */
static __u64 row_among(const __u64 *rows, size_t count, __u32 address)
{
	__u64 found = 0;

	for (size_t i = 0; i < count && (__u32)rows[i] <= address; i++)
		found = rows[i];
	return found;
}

static void without_rows_none_is_found(void)
{
	begin();
	host.native.range = put_rows(NULL, 0);
	check_uint(row_at(0), 0);
	check_uint(row_at(0x1000), 0);
	put_word(row(0, UNWIND_RSP, 0, 1));
	check_uint(row_at(0), 0);
	host_done();
}

static void the_first_and_the_last_row_are_found(void)
{
	const __u64 rows[] = {row(0x1010, UNWIND_RSP, 0, 1), row(0x1020, UNWIND_RSP, 0, 2),
			      row(0x1fff, UNWIND_RSP, 0, 3)};

	begin();
	put_word(~0ull); /* of another image */
	host.native.range = put_rows(rows, 3);
	put_word(0); /* of another one */
	check_uint(row_at(0), 0);
	check_uint(row_at(0x1000), 0);
	check_uint(row_at(0x100f), 0);
	check_uint(row_at(0x1010), rows[0]);
	check_uint(row_at(0x101f), rows[0]);
	check_uint(row_at(0x1020), rows[1]);
	check_uint(row_at(0x1ffe), rows[1]);
	check_uint(row_at(0x1fff), rows[2]);
	check_uint(row_at(0x2000), 0);
	check_uint(row_at(0xffffffff), 0);
	host_done();
}

static void a_row_rules_pages_without_rows_too(void)
{
	const __u64 rows[] = {row(0, UNWIND_RSP, 0, 1), row(0x5000, UNWIND_RSP, 0, 2),
			      row(0x9abc, UNWIND_RSP, 0, 3)};

	begin();
	host.native.range = put_rows(rows, 3);
	for (__u32 address = 0; address < 0xa000; address += 0x7f)
		check_uint(row_at(address), row_among(rows, 3, address));
	host_done();
}

/* More rows a page cannot have. */
static void every_byte_of_a_page_can_have_a_row(void)
{
	CLEANUP(freep) __u64 *rows = calloc(3 * 4096, sizeof(*rows));
	size_t count = 0, wrong = 0;

	begin();
	for (__u32 address = 0; address < 3 * 4096; address++)
		rows[count++] = row(address, UNWIND_RSP, 0, (int)(address & 0x7fff));
	host.native.range = put_rows(rows, count);
	for (__u32 address = 0; address < 3 * 4096; address++)
		wrong += row_at(address) != rows[address];
	check_uint(wrong, 0);
	host_done();
}

/* One row in 8 bytes, two shards and a bit of them. */
static void rows_of_one_image_lie_in_several_shards(void)
{
	enum {
		COUNT = 2 * SHARD_ROWS + 1000,
		STEP = 8
	};
	CLEANUP(freep) __u64 *rows = calloc(COUNT, sizeof(*rows));
	size_t wrong = 0;

	begin();
	for (__u32 i = 0; i < COUNT; i++)
		rows[i] = row(4 + i * STEP, UNWIND_RBP, -2, (int)(i & 0x7fff));
	host.native.range = put_rows(rows, COUNT);
	check_true(host.words.count > 2 * SHARD_ROWS);
	check_uint(row_at(3), 0);
	for (__u32 i = 0; i < COUNT; i++)
		for (__u32 byte = 0; byte < STEP; byte++)
			wrong += row_at(4 + i * STEP + byte) != rows[i];
	check_uint(wrong, 0);
	host_done();
}

/* What lies beyond 4 GiB has no rows: it is not what lies so far from the start modulo 4 GiB. */
static void an_address_is_not_cut_to_its_32_bits(void)
{
	const __u64 rows[] = {row(0x1000, UNWIND_RSP, 0, 1)};

	begin();
	host.native.range = put_rows(rows, 1);
	check_uint(row_at(0x1000), rows[0]);
	check_uint(row_at(0x100001000ull), 0);
	check_uint(row_at(0xffffffff00001000ull), 0);
	host_done();
}

/* An index as a mapping that is being written would have it, and shards that are not there. */
static void what_the_index_says_is_not_trusted(void)
{
	static const __u64 words[] = {0, 1, 65535, 65536, WORD_NUMBERS, 0xffffffff, ~0ull};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		for (size_t j = 0; j < sizeof(words) / sizeof(*words); j++) {
			begin();
			put_word(words[i]);
			put_word(words[j]);
			host.native.range = (struct image_range){.pages = 1};
			__u64 found = row_at(0x800);
			check_true(found == 0 || found == words[i] || found == words[j]);
			host.native.range.index = 0xffffffff;
			check_uint(row_at(0x800), 0);
		}
	host_done();
}

CU_TestInfo unwind_row_tests[] = {
	TEST(an_empty_set_holds_nothing),
	TEST(one_range_holds_its_first_and_last_address),
	TEST(every_one_of_so_many_ranges_is_found),
	TEST(ranges_of_other_sets_are_not_looked_at),
	TEST(the_last_ranges_of_the_map_are_found),
	TEST(the_range_found_last_is_looked_at_first),
	TEST(without_rows_none_is_found),
	TEST(the_first_and_the_last_row_are_found),
	TEST(a_row_rules_pages_without_rows_too),
	TEST(every_byte_of_a_page_can_have_a_row),
	TEST(rows_of_one_image_lie_in_several_shards),
	TEST(an_address_is_not_cut_to_its_32_bits),
	TEST(what_the_index_says_is_not_trusted),
	CU_TEST_INFO_NULL,
};
