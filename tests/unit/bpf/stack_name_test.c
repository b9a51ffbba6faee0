// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* Raw frames become words, and a stack's name is found without them. sample() itself checks that
 * both ways give the same name. */
#include "sampled.h"

static void raw_frames_keep_code_and_position(void)
{
	__u64 code = 0x7fffdeadbef8ull, position = RAW_POSITION_UNKNOWN - 1;

	check_uint(raw_code(raw_frame(code, position)), code);
	check_uint(raw_frame(code, position) & RAW_POSITION_UNKNOWN, position);
	check_uint(raw_code(raw_frame(code, POSITION_UNKNOWN)), code);
	check_uint(raw_frame(code, POSITION_UNKNOWN) & RAW_POSITION_UNKNOWN, RAW_POSITION_UNKNOWN);
	check_uint(raw_frame(code, 1 << 20) & RAW_POSITION_UNKNOWN, RAW_POSITION_UNKNOWN);
}

/* Words made for one more sample of the main thread, after so many. */
static __u32 words_after(unsigned int samples)
{
	while (samples--)
		sample(main_thread());
	sample(main_thread());
	return host.words_made;
}

static void sample_until_it_is_known(void)
{
	unsigned int quick = 0;

	sample(main_thread());
	__u32 all = host.walk.record.depth;
	check_uint(host.words_made, all);
	check_uint(words_after(1), all);
	words_after(2000);
	for (int i = 0; i < 100; i++)
		quick += words_after(0) == 1;
	check_true(quick > 80);
	check_true(quick < 100);
	host.walk.reader.now_ns += 60ull * 1000000000;
	check_uint(words_after(0), all);
}

static void a_stack_seen_for_long_needs_the_innermost_word_only(void)
{
	for_each_version(sample_until_it_is_known);
}

/* The outermost code object becomes another one at the same address, as exec() makes it. */
static void sample_with_another_caller(void)
{
	words_after(1000);
	__u64 before = host.walk.record.stack, place;
	__u32 last = host.walk.record.depth - 1;
	const struct code_record *outermost = NULL;

	for (unsigned int i = 0; i < host.shipped_count; i++)
		if ((host.shipped[i]->fingerprint & FRAME_ID_MASK) ==
		    host.walk.frames[last] >> FRAME_ID_SHIFT)
			outermost = host.shipped[i];
	if (!check_not_null(outermost))
		return;
	place = outermost->address + recorded.layout.code_firstlineno;
	__u32 line = (__u32)recorded_word(&recorded, place) + 1;
	recorded_write(&recorded, place, &line, sizeof(line));
	/* 10 s old: believed for 80 ms, which are 8 samples. */
	int late = 0;
	while (late < 20 && (sample(main_thread()), host.walk.record.stack) == before)
		late++;
	check_true(late <= 8);
}

static void a_dead_callers_name_lasts_for_a_128th_of_its_life(void)
{
	for_each_version(sample_with_another_caller);
}

static void sample_without_room(void)
{
	words_after(1000);
	__u32 all = host.walk.record.depth;
	host_done();
	memset(host.slots, 0, sizeof(host.slots));
	memset(host.stacks, 0, sizeof(host.stacks));
	host.ring_full = true;
	for (int i = 0; i < 1000; i++)
		check_uint(words_after(0), all);
}

static void functions_that_were_not_shipped_are_tried_at_each_sample(void)
{
	for_each_version(sample_without_room);
}

static void sample_another_position(void)
{
	const struct python_layout *layout = &recorded.layout;

	words_after(2000);
	__u64 before = host.walk.record.stack;
	__u64 frame = 0;
	check_uint(search_thread_state(&host.walk.reader, main_thread()), 1);
	check_ok(innermost_frame(layout, host.walk.reader.frame, &frame));
	__u64 place = frame + layout->frame_position;
	recorded_write_word(&recorded, place, recorded_word(&recorded, place) + 2);
	sample(main_thread());
	check_true(host.walk.record.stack != before);
}

static void the_innermost_position_is_part_of_the_name(void)
{
	for_each_version(sample_another_position);
}

CU_TestInfo stack_name_tests[] = {
	TEST(raw_frames_keep_code_and_position),
	TEST(a_stack_seen_for_long_needs_the_innermost_word_only),
	TEST(a_dead_callers_name_lasts_for_a_128th_of_its_life),
	TEST(functions_that_were_not_shipped_are_tried_at_each_sample),
	TEST(the_innermost_position_is_part_of_the_name),
	CU_TEST_INFO_NULL,
};
