// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/gaps.h"

#include <errno.h>

#include "check.h"
#include "memory.h"
#include "profile/profile.h"
#include "records.h"
#include "symbol/native_symbols.h"
#include "symbol/stack_merge.h"
#include "symbol/word_meanings.h"

/* What is counted, and the profile that it goes into. */
struct counted {
	struct gaps gaps;
	struct native_symbols natives;
	struct profile *profile;
};

/* Images 1 and 2 are two files of one name. */
static void counted_new(struct counted *counted)
{
	static const char *const paths[] = {"/a/libx.so", "/b/libx.so", "/a/liby.so"};
	struct records records = {0};

	*counted = (struct counted){.profile = profile_new()};
	for (uint32_t i = 0; i < 3; i++)
		put_image(&records, i + 1, paths[i]);
	for (const struct record *each = NULL; (each = records_next(&records, each));)
		check_ok(native_symbols_add_image(&counted->natives, (const void *)each,
						  &counted->profile->frames));
	records_done(&records);
}

static void counted_done(struct counted *counted)
{
	gaps_done(&counted->gaps);
	native_symbols_done(&counted->natives);
	profile_free(counted->profile);
}

static int push(struct words *words, struct merged_words *merged, uint64_t word)
{
	int64_t number = words_add(words, word, 7);

	return number < 0 ? -ENOMEM : vec_push(&merged->list, (uint32_t)number);
}

/* A stack of a native frame, these words and a Python frame. */
static int count(struct counted *counted, uint64_t first, uint64_t second, uint64_t samples)
{
	struct merged_words merged = {0};
	struct words words = {0};
	struct functions functions = {0};
	struct word_meanings meanings = {
		.words = &words,
		.functions = &functions,
		.natives = &counted->natives,
		.frames = &counted->profile->frames,
	};
	int err = push(&words, &merged, machine_word(FRAME_WORD_NATIVE, 1, 1));

	if (!err && first)
		err = push(&words, &merged, first);
	if (!err && second)
		err = push(&words, &merged, second);
	err = err ? err : push(&words, &merged, frame_word(1, 0));
	err = err ? err : word_meanings_init(&meanings);
	err = err ? err : gaps_count(&counted->gaps, &merged, &meanings, samples);
	word_meanings_done(&meanings);
	merged_words_done(&merged);
	words_done(&words);
	return err;
}

static uint64_t gap(uint64_t image, enum frame_gap gap)
{
	return machine_word(FRAME_WORD_GAP, image, gap);
}

static void check_gap(const struct counted *counted, size_t at, const char *marker,
		      uint64_t samples)
{
	if (!check_true(at < counted->profile->gaps.count))
		return;
	check_str(counted->profile->gaps.items[at].marker, marker);
	check_uint(counted->profile->gaps.items[at].count, samples);
}

static void stacks_reach_their_root_or_end_in_a_gap(void)
{
	struct counted counted;

	counted_new(&counted);
	check_ok(count(&counted, 0, 0, 90));
	check_ok(count(&counted, gap(3, GAP_NO_INFO), 0, 3));
	check_ok(count(&counted, gap(0, GAP_TRUNCATED), 0, 7));
	check_ok(count(&counted, gap(3, GAP_NO_INFO), 0, 2));
	check_ok(gaps_fill(&counted.gaps, &counted.natives, counted.profile));
	check_uint(counted.profile->facts.native_stacks, 102);
	check_uint(counted.profile->facts.whole_stacks, 90);
	check_uint(counted.profile->gaps.count, 2);
	check_gap(&counted, 0, "[truncated]", 7);
	check_gap(&counted, 1, "[no unwind info: liby.so]", 5);
	counted_done(&counted);
}

/* Of two versions of one library, two builds of one Python. */
static void gaps_of_one_text_are_one(void)
{
	struct counted counted;

	counted_new(&counted);
	check_ok(count(&counted, gap(1, GAP_NO_INFO), 0, 1));
	check_ok(count(&counted, gap(2, GAP_NO_INFO), 0, 2));
	check_ok(count(&counted, gap(1, GAP_REGISTER), 0, 4));
	check_ok(count(&counted, gap(1, GAP_UNREADABLE), 0, 5));
	check_ok(count(&counted, gap(3, GAP_UNREADABLE), 0, 6));
	check_ok(gaps_fill(&counted.gaps, &counted.natives, counted.profile));
	check_uint(counted.profile->gaps.count, 3);
	check_gap(&counted, 0, "[stack unreadable]", 11);
	check_gap(&counted, 1, "[caller in a lost register: libx.so]", 4);
	check_gap(&counted, 2, "[no unwind info: libx.so]", 3);
	counted_done(&counted);
}

static void gaps_of_one_count_stand_by_name(void)
{
	struct counted counted;

	counted_new(&counted);
	check_ok(count(&counted, gap(3, GAP_NO_INFO), 0, 2));
	check_ok(count(&counted, gap(0, GAP_JOIN), 0, 2));
	check_ok(count(&counted, gap(1, GAP_NO_INFO), 0, 2));
	check_ok(gaps_fill(&counted.gaps, &counted.natives, counted.profile));
	check_gap(&counted, 0, "[no unwind info: libx.so]", 2);
	check_gap(&counted, 1, "[no unwind info: liby.so]", 2);
	check_gap(&counted, 2, "[place among native frames unknown]", 2);
	counted_done(&counted);
}

/* No sample is counted twice, whatever a recording says. */
static void a_stack_counts_for_its_first_gap(void)
{
	struct counted counted;

	counted_new(&counted);
	check_ok(count(&counted, gap(3, GAP_NO_INFO), gap(3, GAP_NO_INFO), 2));
	check_ok(count(&counted, gap(1, GAP_NO_INFO), gap(0, GAP_JOIN), 1));
	check_ok(gaps_fill(&counted.gaps, &counted.natives, counted.profile));
	check_uint(counted.profile->facts.native_stacks, 3);
	check_uint(counted.profile->facts.whole_stacks, 0);
	check_uint(counted.profile->gaps.count, 2);
	check_gap(&counted, 0, "[no unwind info: liby.so]", 2);
	check_gap(&counted, 1, "[no unwind info: libx.so]", 1);
	counted_done(&counted);
}

/* A file that was mapped too late to be known says more than that there was nothing to go by. */
static void a_late_file_is_the_reason(void)
{
	struct records records = {0};
	struct counted counted;

	counted_new(&counted);
	put_symbol(&records, machine_word(FRAME_WORD_NATIVE, 1, 1), SYMBOL_LATE, 1,
		   &(struct symbol_text){"[mapped just now: libx.so]", ""});
	check_ok(native_symbols_add(&counted.natives, (const void *)records.bytes.items,
				    &counted.profile->frames));
	check_ok(count(&counted, gap(1, GAP_NO_INFO), 0, 4));
	check_ok(gaps_fill(&counted.gaps, &counted.natives, counted.profile));
	check_uint(counted.profile->gaps.count, 1);
	check_gap(&counted, 0, "[mapped just now: libx.so]", 4);
	records_done(&records);
	counted_done(&counted);
}

static void where_all_is_whole_there_are_none(void)
{
	struct counted counted;

	counted_new(&counted);
	check_ok(gaps_fill(&counted.gaps, &counted.natives, counted.profile));
	check_uint(counted.profile->facts.native_stacks, 0);
	check_uint(counted.profile->gaps.count, 0);
	counted_done(&counted);
}

static void lack_of_memory_is_told(void)
{
	unsigned int nth = 1;

	for (;; nth++) {
		struct counted counted;
		counted_new(&counted);
		memory_fail_at(nth);
		int err = count(&counted, gap(1, GAP_NO_INFO), 0, 1);
		if (!err)
			err = gaps_fill(&counted.gaps, &counted.natives, counted.profile);
		bool failed = memory_failed();
		check_int(err, failed ? -ENOMEM : 0);
		counted_done(&counted);
		if (!failed)
			break;
	}
	check_true(nth > 8);
}

CU_TestInfo gaps_tests[] = {
	TEST(stacks_reach_their_root_or_end_in_a_gap),
	TEST(gaps_of_one_text_are_one),
	TEST(gaps_of_one_count_stand_by_name),
	TEST(a_stack_counts_for_its_first_gap),
	TEST(a_late_file_is_the_reason),
	TEST(where_all_is_whole_there_are_none),
	TEST(lack_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
