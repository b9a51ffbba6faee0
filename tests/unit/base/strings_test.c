// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/strings.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "check.h"
#include "memory.h"

static void equal_texts_share_one_address(void)
{
	CLEANUP(strings_done) struct strings strings = {0};
	char twin[] = "numpy/core.py";
	const char *first = strings_add(&strings, "numpy/core.py");

	check_str(first, "numpy/core.py");
	check_true(first != twin);
	check_true(strings_add(&strings, twin) == first);
	check_true(strings_add(&strings, "numpy/core.p") != first);
	check_str(strings_add(&strings, "numpy/core.p"), "numpy/core.p");
}

static void the_empty_text_is_a_text(void)
{
	CLEANUP(strings_done) struct strings strings = {0};
	const char *empty = strings_add(&strings, "");

	check_str(empty, "");
	check_true(strings_intern(&strings, "abc", 0) == empty);
}

static void intern_takes_a_part_and_stops_at_nul(void)
{
	CLEANUP(strings_done) struct strings strings = {0};
	const char *part = strings_intern(&strings, "functions", 8);

	check_str(part, "function");
	check_true(strings_add(&strings, "function") == part);
	check_true(strings_intern(&strings, "function\0hidden", 15) == part);
}

/* The sanitizer sees a read past the end: nothing says that the text has a NUL. */
static void intern_reads_no_byte_past_the_length(void)
{
	CLEANUP(strings_done) struct strings strings = {0};
	CLEANUP(freep) char *bytes = malloc(3);

	if (!check_not_null(bytes))
		return;
	memcpy(bytes, "abc", 3);
	check_str(strings_intern(&strings, bytes, 3), "abc");
}

static void a_text_larger_than_a_block_is_kept_whole(void)
{
	CLEANUP(strings_done) struct strings strings = {0};
	size_t length = 300 * 1000;
	CLEANUP(freep) char *large = malloc(length + 1);

	if (!check_not_null(large))
		return;
	memset(large, 'x', length);
	large[length] = '\0';
	const char *small = strings_add(&strings, "small");
	check_str(strings_add(&strings, large), large);
	check_str(small, "small");
	check_true(strings_add(&strings, "small") == small);
}

/* Whatever is left in a block, the next text fits with its NUL or goes elsewhere. */
static void texts_fill_a_block_to_its_last_byte(void)
{
	CLEANUP(freep) char *filler = malloc(70 * 1000);

	if (!check_not_null(filler))
		return;
	memset(filler, 'x', 70 * 1000);
	for (size_t size = 65500; size < 65550; size++) {
		CLEANUP(strings_done) struct strings strings = {0};
		strings_intern(&strings, filler, size);
		check_str(strings_add(&strings, "abcde"), "abcde");
		check_str(strings_add(&strings, ""), "");
	}
}

static void addresses_stay_while_the_table_grows(void)
{
	enum {
		TEXTS = 20000
	};
	CLEANUP(strings_done) struct strings strings = {0};
	CLEANUP(freep) const char **kept = calloc(TEXTS, sizeof(*kept));
	char text[64];
	int wrong = 0;

	if (!check_not_null(kept))
		return;
	for (int i = 0; i < TEXTS; i++) {
		snprintf(text, sizeof(text), "function_%d", i);
		kept[i] = strings_add(&strings, text);
	}
	for (int i = 0; i < TEXTS; i++) {
		snprintf(text, sizeof(text), "function_%d", i);
		wrong += strcmp(kept[i], text) || strings_add(&strings, text) != kept[i];
	}
	check_int(wrong, 0);
}

static void done_leaves_an_empty_table_that_works(void)
{
	struct strings strings = {0};

	strings_add(&strings, "before");
	strings_done(&strings);
	check_null(strings.blocks);
	check_str(strings_add(&strings, "after"), "after");
	strings_done(&strings);
	strings_done(&strings);
}

static void without_memory_a_text_is_null_and_can_be_tried_again(void)
{
	CLEANUP(strings_done) struct strings strings = {0};
	unsigned int nth = 1;

	for (;; nth++) {
		memory_fail_at(nth);
		const char *text = strings_add(&strings, "text");
		if (!memory_failed())
			break;
		check_null(text);
	}
	check_true(nth > 1);
	const char *text = strings_add(&strings, "text");
	check_str(text, "text");
	check_true(strings_add(&strings, "text") == text);
}

CU_TestInfo strings_tests[] = {
	TEST(equal_texts_share_one_address),
	TEST(the_empty_text_is_a_text),
	TEST(intern_takes_a_part_and_stops_at_nul),
	TEST(intern_reads_no_byte_past_the_length),
	TEST(a_text_larger_than_a_block_is_kept_whole),
	TEST(texts_fill_a_block_to_its_last_byte),
	TEST(addresses_stay_while_the_table_grows),
	TEST(done_leaves_an_empty_table_that_works),
	TEST(without_memory_a_text_is_null_and_can_be_tried_again),
	CU_TEST_INFO_NULL,
};
