// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/map64.h"

#include <errno.h>

#include "base/cleanup.h"
#include "check.h"
#include "memory.h"

static void an_empty_map_has_no_key(void)
{
	struct map64 map = {0};
	uint64_t value = 7;

	check_true(!map64_get(&map, 0, &value));
	check_uint(value, 7);
	map64_done(&map);
}

static void put_replaces_and_counts_a_key_once(void)
{
	CLEANUP(map64_done) struct map64 map = {0};
	uint64_t value = 0;

	check_ok(map64_put(&map, 5, 1));
	check_ok(map64_put(&map, 5, 2));
	check_true(map64_get(&map, 5, &value));
	check_uint(value, 2);
	check_uint(map.count, 1);
	check_true(!map64_get(&map, 6, &value));
	check_uint(value, 2);
}

static void zero_and_the_largest_are_keys_like_others(void)
{
	CLEANUP(map64_done) struct map64 map = {0};
	uint64_t value = 0;

	check_ok(map64_put(&map, 0, UINT64_MAX));
	check_true(!map64_get(&map, UINT64_MAX, &value));
	check_ok(map64_put(&map, UINT64_MAX, 0));
	check_true(map64_get(&map, 0, &value));
	check_uint(value, UINT64_MAX);
	check_true(map64_get(&map, UINT64_MAX, &value));
	check_uint(value, 0);
}

/* Keys of one stride, as addresses and packed ids are. */
static void growth_keeps_every_entry(void)
{
	enum {
		KEYS = 20000
	};
	static const uint64_t strides[] = {1, 4096, 1ULL << 32, 1ULL << 40};

	for (size_t i = 0; i < sizeof(strides) / sizeof(*strides); i++) {
		CLEANUP(map64_done) struct map64 map = {0};
		uint64_t wrong = 0;
		for (uint64_t key = 0; key < KEYS; key++)
			check_ok(map64_put(&map, key * strides[i], ~key));
		for (uint64_t key = 0, value; key < KEYS; key++)
			wrong += !map64_get(&map, key * strides[i], &value) || value != ~key;
		check_uint(wrong, 0);
		check_uint(map.count, KEYS);
		check_true(map.count < map.capacity);
	}
}

static void add_starts_at_zero_and_sums(void)
{
	CLEANUP(map64_done) struct map64 map = {0};
	uint64_t value = 0;

	check_ok(map64_add(&map, 9, 40));
	check_ok(map64_add(&map, 9, 2));
	check_ok(map64_add(&map, 10, 1));
	check_true(map64_get(&map, 9, &value));
	check_uint(value, 42);
	check_uint(map.count, 2);
}

static void done_leaves_an_empty_map_that_works(void)
{
	struct map64 map = {0};
	uint64_t value = 0;

	check_ok(map64_put(&map, 1, 1));
	map64_done(&map);
	check_uint(map.count, 0);
	check_true(!map64_get(&map, 1, &value));
	check_ok(map64_put(&map, 2, 3));
	check_true(map64_get(&map, 2, &value));
	check_uint(value, 3);
	map64_done(&map);
	map64_done(&map);
}

/* Every bit of either word moves about half of the hash: no two of these near keys meet. */
static void hash64_depends_on_seed_and_word(void)
{
	CLEANUP(map64_done) struct map64 seen = {0};

	for (int bit = 0; bit < 64; bit++) {
		check_ok(map64_put(&seen, hash64(0, 1ULL << bit), 1));
		int moved = __builtin_popcountll(hash64(7, 42) ^ hash64(7, 42 ^ 1ULL << bit));
		check_true(moved >= 8);
	}
	check_uint(seen.count, 64);
	check_true(hash64(1, 2) != hash64(3, 2));
}

static void without_memory_the_map_is_unchanged(void)
{
	CLEANUP(map64_done) struct map64 map = {0};
	uint64_t value, wrong = 0, key = 0;

	do
		check_ok(map64_put(&map, key, key));
	while (++key * 4 + 4 <= map.capacity * 3);
	for (unsigned int nth = 1; nth <= 2; nth++) {
		memory_fail_at(nth);
		check_int(map64_put(&map, key, key), -ENOMEM);
		check_true(memory_failed());
	}
	check_uint(map.count, key);
	check_true(!map64_get(&map, key, &value));
	for (uint64_t i = 0; i < key; i++)
		wrong += !map64_get(&map, i, &value) || value != i;
	check_uint(wrong, 0);
	check_ok(map64_put(&map, key, key));
}

static void every_entry_comes_once(void)
{
	CLEANUP(map64_done) struct map64 map = {0};
	const struct map64_entry *entry;
	uint64_t count = 0, keys = 0, wrong = 0;
	size_t slot = 0;

	check_true(!map64_next(&map, &slot));
	for (uint64_t key = 0; key < 1000; key++)
		check_ok(map64_add(&map, key * 64, key + 1));
	for (slot = 0; (entry = map64_next(&map, &slot)); count++) {
		keys += entry->key;
		wrong += entry->value != entry->key / 64 + 1;
	}
	check_uint(count, 1000);
	check_uint(keys, 64 * 999 * 500);
	check_uint(wrong, 0);
}

CU_TestInfo map64_tests[] = {
	TEST(an_empty_map_has_no_key),
	TEST(put_replaces_and_counts_a_key_once),
	TEST(zero_and_the_largest_are_keys_like_others),
	TEST(growth_keeps_every_entry),
	TEST(add_starts_at_zero_and_sums),
	TEST(done_leaves_an_empty_map_that_works),
	TEST(hash64_depends_on_seed_and_word),
	TEST(without_memory_the_map_is_unchanged),
	TEST(every_entry_comes_once),
	CU_TEST_INFO_NULL,
};
