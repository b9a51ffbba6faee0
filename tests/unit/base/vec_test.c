// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/vec.h"

#include "check.h"

static void pushed_items_keep_their_order(void)
{
	VEC(int) numbers = {0};
	int wrong = 0;

	for (int i = 0; i < 1000; i++)
		check_ok(vec_push(&numbers, i));
	check_uint(numbers.count, 1000);
	for (int i = 0; i < 1000; i++)
		wrong += numbers.items[i] != i;
	check_int(wrong, 0);
	vec_done(&numbers);
}

/* The item is read after the array has moved: an item of the array itself may be pushed. */
static void an_item_of_the_array_can_be_pushed(void)
{
	VEC(int) numbers = {0};

	check_ok(vec_push(&numbers, 41));
	while (numbers.count < numbers.capacity)
		check_ok(vec_push(&numbers, 0));
	check_ok(vec_push(&numbers, numbers.items[0]));
	check_int(numbers.items[numbers.count - 1], 41);
	vec_done(&numbers);
}

static void reserve_makes_room_and_adds_nothing(void)
{
	VEC(char) bytes = {0};

	check_ok(vec_reserve(&bytes, 1000));
	check_uint(bytes.count, 0);
	check_true(bytes.capacity >= 1000);
	const char *place = bytes.items;
	for (int i = 0; i < 1000; i++)
		check_ok(vec_push(&bytes, 'x'));
	check_true(bytes.items == place);
	vec_done(&bytes);
}

static void too_much_leaves_the_array_as_it_was(void)
{
	VEC(uint64_t) words = {0};

	check_ok(vec_push(&words, 7));
	check_int(vec_reserve(&words, SIZE_MAX / 4), -ENOMEM);
	check_uint(words.count, 1);
	check_uint(words.items[0], 7);
	check_ok(vec_push(&words, 8));
	vec_done(&words);
}

static void done_empties_and_can_be_repeated(void)
{
	VEC(int) numbers = {0};

	check_ok(vec_push(&numbers, 1));
	vec_done(&numbers);
	check_null(numbers.items);
	check_uint(numbers.count + numbers.capacity, 0);
	vec_done(&numbers);
}

CU_TestInfo vec_tests[] = {
	TEST(pushed_items_keep_their_order),	   TEST(an_item_of_the_array_can_be_pushed),
	TEST(reserve_makes_room_and_adds_nothing), TEST(too_much_leaves_the_array_as_it_was),
	TEST(done_empties_and_can_be_repeated),	   CU_TEST_INFO_NULL,
};
