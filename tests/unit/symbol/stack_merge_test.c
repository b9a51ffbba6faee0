// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/stack_merge.h"

#include <errno.h>
#include <stdlib.h>

#include "check.h"
#include "ltsbpf.h"
#include "memory.h"

/*
 * Stacks are spelled with a letter for each word, leaf first: a digit is a Python frame, 'c' a
 * collection, 'E' a call of the interpreter, 'n' any other function, 'k' the kernel's, 'g' a gap of
 * the machine's, 'G' one for Python frames without a place, ')' a join of 1, '>' of 2, '*' of all.
 */
static uint64_t word_of(char letter)
{
	static const uint64_t all = FRAME_ID_MASK;

	switch (letter) {
	case 'c':
		return (uint64_t)FRAME_WORD_COLLECTION << FRAME_KIND_SHIFT;
	case 'E':
	case 'n':
		return (uint64_t)FRAME_WORD_NATIVE << FRAME_KIND_SHIFT | (uint64_t)letter;
	case 'k':
		return (uint64_t)FRAME_WORD_KERNEL << FRAME_KIND_SHIFT;
	case 'g':
		return (uint64_t)FRAME_WORD_GAP << FRAME_KIND_SHIFT | GAP_NO_INFO;
	case 'G':
		return (uint64_t)FRAME_WORD_GAP << FRAME_KIND_SHIFT | GAP_JOIN;
	case ')':
		return (uint64_t)FRAME_WORD_JOIN << FRAME_KIND_SHIFT | 1;
	case '>':
		return (uint64_t)FRAME_WORD_JOIN << FRAME_KIND_SHIFT | 2;
	case '*':
		return (uint64_t)FRAME_WORD_JOIN << FRAME_KIND_SHIFT | all;
	default:
		return (uint64_t)(letter - '0') << FRAME_ID_SHIFT;
	}
}

enum {
	LETTERS = 128
};

/* The context is only there to come through. */
static bool runs_python(void *context, uint32_t number)
{
	check_str(context, "context");
	return number == 'E';
}

/* The number of a word is its letter. */
static int merge(const char *python, const char *native, bool cut, struct merged_words *merged)
{
	struct known_word words[LETTERS];
	struct words known = {.list = {words, LETTERS, LETTERS}};
	uint32_t numbers[2][64];
	char context[] = "context";
	struct stack_words stack = {
		.words = &known,
		.python = numbers[0],
		.native = numbers[1],
		.python_depth = (uint32_t)strlen(python),
		.native_depth = (uint32_t)strlen(native),
		.python_cut = cut,
		.gap = 'G',
	};

	for (int letter = 0; letter < LETTERS; letter++)
		words[letter] = (struct known_word){.word = word_of((char)letter)};
	for (size_t i = 0; python[i]; i++)
		numbers[0][i] = (uint32_t)python[i];
	for (size_t i = 0; native[i]; i++)
		numbers[1][i] = (uint32_t)native[i];
	return stack_merge(&stack, runs_python, context, merged);
}

static void check_merge(const char *python, const char *native, bool cut, const char *expected)
{
	struct merged_words merged = {0};
	char text[160] = "";

	check_ok(merge(python, native, cut, &merged));
	for (size_t i = 0; i < merged.list.count; i++)
		text[i] = (char)merged.list.items[i];
	check_str(text, expected);
	merged_words_done(&merged);
}

static void one_list_alone_stays_as_it_is(void)
{
	check_merge("", "", false, "");
	check_merge("123", "", false, "123");
	check_merge("12", "", true, "12");
	check_merge("1c2", "", false, "1c2");
	check_merge("", "knEng", false, "knEng");
	check_merge("", "nEEn", true, "nEEn");
}

/* 3.11 on: "sorted(key=f)" is two calls of the interpreter, each with frames of its own. */
static void joins_say_where_python_frames_run(void)
{
	check_merge("12", "nE>En", false, "nE12En");
	check_merge("123", "kn)Enn>EEn", false, "kn1Enn23EEn");
	check_merge("1c23", ">Enn>En", false, "1cEnn23En");
	check_merge("123", "n)ng>", false, "n1ng23");
	check_merge("12", "nG>", false, "nG12");
}

static void joins_are_believed_in_a_torn_stack_too(void)
{
	check_merge("12", "n)Eg)", true, "n1Eg2");
}

/* A recording may say anything: each frame comes once, and in its order. */
static void joins_that_do_not_add_up_lose_and_repeat_nothing(void)
{
	check_merge("12", "n*E*n*", false, "n12En");
	check_merge("12", ")n>", false, "1n2");
	check_merge("123", "n)En", false, "n1EnG23");
	check_merge("123", "n)Eg", false, "n1Eg23");
	check_merge("", "n>E*n", false, "nEn");
}

/* Up to 3.10. */
static void each_call_of_the_interpreter_has_one_frame(void)
{
	check_merge("1", "Enn", false, "1Enn");
	check_merge("12", "nEEn", false, "n1E2En");
	check_merge("123", "knEnnEnEn", false, "kn1Enn2En3En");
}

/* The frame is not entered yet, or left already. */
static void an_innermost_call_without_a_frame_shifts_nothing(void)
{
	check_merge("12", "EnEEn", false, "En1E2En");
	check_merge("1", "nEEn", false, "nE1En");
}

static void a_collection_goes_with_the_frame_that_triggered_it(void)
{
	check_merge("c1", "nnEn", false, "nnc1En");
	check_merge("1c2", "nEnnEn", false, "n1Ennc2En");
	check_merge("1c2", "EnEnEn", false, "En1Enc2En");
	check_merge("c", "nnEn", false, "cnnEn");
	check_merge("c", "nnEn", true, "cnnEn");
	check_merge("c", "nn)En", false, "nncEn");
	check_merge("1c", "nEn", false, "n1EnGc");
}

/* A greenlet's calls go on into its parent's; code split off has no name in a stripped Python. */
static void numbers_of_calls_and_frames_that_do_not_match_are_a_gap(void)
{
	check_merge("1", "nEnEnEn", false, "nG1");
	check_merge("123", "nEnEn", false, "nG123");
	check_merge("12", "nn", false, "nnG12");
	check_merge("12", "EEEEE", false, "12");
}

static void frames_that_are_cut_at_their_root_follow_behind_a_gap(void)
{
	check_merge("12", "nnEnE", true, "nnG12");
	check_merge("12", "kEnE", true, "kG12");
	check_merge("12", "nnEnEg", false, "nng12");
	check_merge("12", "nng", false, "nng12");
	check_merge("12", "nng", true, "nng12");
	check_merge("1c2", "nEng", false, "ng1c2");
}

/* With native frames left out. */
static void kernel_frames_alone_stand_above_python(void)
{
	check_merge("12", "kk", false, "kk12");
	check_merge("12", "kk", true, "kk12");
}

/* Words that no kernel side makes come out too: each one is a frame. */
static void words_of_a_wrong_kind_are_kept(void)
{
	check_merge("n1", "EE", false, "nE1E");
	check_merge("12", "n1E", true, "n1G12");
}

static void a_list_is_used_again(void)
{
	struct merged_words merged = {0};

	check_ok(merge("123", "nEEE", false, &merged));
	check_uint(merged.list.count, 7);
	check_ok(merge("1", "", false, &merged));
	check_uint(merged.list.count, 1);
	merged_words_done(&merged);
	merged_words_done(&merged);
}

static void lack_of_memory_is_told(void)
{
	static const struct {
		const char *python, *native;
	} stacks[] = {
		{"1234567890123456789", ""},  {"1234567890", "n)nnnnnnnnnnnnnnE>n"},
		{"c1c2c3c4c5c", "EEEEEnnnn"}, {"12345678901234", "nnng"},
		{"1", "nnnnnnnnnnnnnnnnEEE"}, {"1", "nnnnnnnnnnnnnnnn"},
	};

	for (size_t i = 0; i < sizeof(stacks) / sizeof(stacks[0]); i++) {
		unsigned int nth = 1;
		for (;; nth++) {
			struct merged_words merged = {0};
			memory_fail_at(nth);
			int err = merge(stacks[i].python, stacks[i].native, false, &merged);
			bool failed = memory_failed();
			check_int(err, failed ? -ENOMEM : 0);
			merged_words_done(&merged);
			if (!failed)
				break;
		}
		check_uint(nth, 3);
	}
}

CU_TestInfo stack_merge_tests[] = {
	TEST(one_list_alone_stays_as_it_is),
	TEST(joins_say_where_python_frames_run),
	TEST(joins_are_believed_in_a_torn_stack_too),
	TEST(joins_that_do_not_add_up_lose_and_repeat_nothing),
	TEST(each_call_of_the_interpreter_has_one_frame),
	TEST(an_innermost_call_without_a_frame_shifts_nothing),
	TEST(a_collection_goes_with_the_frame_that_triggered_it),
	TEST(numbers_of_calls_and_frames_that_do_not_match_are_a_gap),
	TEST(frames_that_are_cut_at_their_root_follow_behind_a_gap),
	TEST(kernel_frames_alone_stand_above_python),
	TEST(words_of_a_wrong_kind_are_kept),
	TEST(a_list_is_used_again),
	TEST(lack_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
