// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/words.h"

#include <errno.h>

#include "check.h"
#include "memory.h"

static const uint64_t jit = (uint64_t)FRAME_WORD_JIT << FRAME_KIND_SHIFT | 0x7f00;
static const uint64_t native = (uint64_t)FRAME_WORD_NATIVE << FRAME_KIND_SHIFT | 0x7f00;

static void a_word_has_one_number(void)
{
	struct words words = {0};

	check_int(words_add(&words, native, 7), 0);
	check_int(words_add(&words, 5, 7), 1);
	check_int(words_add(&words, native, 8), 0);
	check_int(words_add(&words, 5, 9), 1);
	check_uint(words.list.count, 2);
	check_uint(words.list.items[0].word, native);
	check_uint(words.list.items[0].pid, 0);
	words_done(&words);
}

static void a_jits_word_is_of_its_process(void)
{
	struct words words = {0};

	check_int(words_add(&words, jit, 7), 0);
	check_int(words_add(&words, jit, 8), 1);
	check_int(words_add(&words, jit, 7), 0);
	check_uint(words.list.items[1].word, jit);
	check_uint(words.list.items[1].pid, 8);
	words_done(&words);
}

static void lack_of_memory_changes_nothing(void)
{
	for (unsigned int nth = 1;; nth++) {
		struct words words = {0};
		memory_fail_at(nth);
		int64_t number = words_add(&words, 5, 7);
		bool failed = memory_failed();
		check_int(number, failed ? -ENOMEM : 0);
		check_uint(words.list.count, !failed);
		words_done(&words);
		if (!failed)
			break;
	}
}

CU_TestInfo words_tests[] = {
	TEST(a_word_has_one_number),
	TEST(a_jits_word_is_of_its_process),
	TEST(lack_of_memory_changes_nothing),
	CU_TEST_INFO_NULL,
};
