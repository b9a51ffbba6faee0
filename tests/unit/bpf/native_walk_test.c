// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* Where Python's frames have their place among those of a walk, and walks through anything. */
#include "made_stack.h"

/* Frames of FUNCTION_RSP from slot(10) on, four words each, and the root. */
static void begin_frames(int count)
{
	begin();
	for (int i = 1; i <= count; i++)
		put(9 + 4 * i, in(i < count ? FUNCTION_RSP : FUNCTION_ROOT));
}

static const char *walked_from_10(void)
{
	return walked(in(FUNCTION_RSP), slot(10), 0);
}

static void frames_stand_before_the_call_that_runs_them(void)
{
	begin_frames(4);
	put_segment(slot(12), 1);
	put_segment(slot(19), 3);
	put_segment(slot(22), 7);
	check_str(walked_from_10(), "join:1 7:1010 7:1014 join:2 7:1014 join:4 7:1014 7:1034");
	check_uint(host.native.cut, 0);
	host_done();
}

/* From the stack pointer of the frame on up to, and not with, its CFA. */
static void a_call_has_what_lies_in_its_frame(void)
{
	begin_frames(2);
	put_segment(slot(10), 1);
	check_str(walked_from_10(), "join:1 7:1010 7:1014 7:1034");
	made.segments.list[0].anchor = slot(14) - 1;
	check_str(walked_from_10(), "join:1 7:1010 7:1014 7:1034");
	made.segments.list[0].anchor = slot(14);
	check_str(walked_from_10(), "7:1010 join:1 7:1014 7:1034");
	made.segments.list[0].anchor = slot(18) - 1;
	check_str(walked_from_10(), "7:1010 join:1 7:1014 7:1034");
	made.segments.list[0].anchor = slot(18);
	check_str(walked_from_10(), "7:1010 7:1014 7:1034 gap:6:0 join:1");
	check_uint(host.native.cut, 1);
	host_done();
}

static void two_anchors_can_lie_in_one_frame(void)
{
	begin_frames(2);
	put_segment(slot(15), 2);
	put_segment(slot(16), 5);
	check_str(walked_from_10(), "7:1010 join:2 join:3 7:1014 7:1034");
	host_done();
}

/* The shim of a call that has not pushed its frame yet. */
static void a_segment_without_frames_leaves_no_word(void)
{
	begin_frames(2);
	put_segment(slot(11), 0);
	put_segment(slot(15), 2);
	put_segment(slot(17), 2);
	check_str(walked_from_10(), "7:1010 join:2 7:1014 7:1034");
	host_done();
}

/* Four in a frame are enough; what is more keeps its order. */
static void a_fifth_anchor_goes_to_the_next_frame(void)
{
	begin_frames(2);
	for (int i = 1; i <= 6; i++)
		put_segment(slot(10) + i, i);
	check_str(walked_from_10(),
		  "join:1 join:1 join:1 join:1 7:1010 join:1 join:1 7:1014 7:1034");
	host_done();
}

static void what_was_hopped_over_belongs_to_the_hop(void)
{
	begin();
	put(10, in(FUNCTION_UNKNOWN)); /* rbp leads over all up to slot 42 */
	put(40, slot(50));
	put(41, in(FUNCTION_RSP));
	put(45, in(FUNCTION_ROOT));
	put_segment(slot(20), 2);
	put_segment(slot(30), 3);
	put_segment(slot(43), 4);
	check_str(walked(in(FUNCTION_LEAF), slot(10), slot(40)),
		  "7:1000 join:2 join:1 7:1054 join:1 7:1014 7:1034");
	host_done();
}

static void frames_of_jit_code_are_joined_too(void)
{
	begin();
	put(10, JIT + 20);
	put(40, slot(50));
	put(41, in(FUNCTION_ROOT));
	put_segment(slot(20), 2);
	check_str(walked(in(FUNCTION_LEAF), slot(10), slot(40)), "7:1000 join:2 jit:900013 7:1034");
	host_done();
}

static void behind_a_gap_the_rest_follows(void)
{
	begin();
	put(12, 1);
	put(13, in(FUNCTION_UNKNOWN));
	put_segment(slot(12), 2);
	put_segment(slot(30), 7);
	check_str(walked(in(FUNCTION_RSP), slot(10), 1), "join:2 7:1010 7:1054 gap:0:7 join:5");
	put_segment(slot(40), 7);
	made.raw_depth = 9; /* frames beyond the last segment */
	check_str(walked(in(FUNCTION_RSP), slot(10), 1), "join:2 7:1010 7:1054 gap:0:7 join:7");
	host_done();
}

static void frames_whose_call_is_not_met_follow_at_the_root(void)
{
	begin_frames(2);
	put_segment(slot(12), 2);
	put_segment(slot(3000), 3);
	check_str(walked_from_10(), "join:2 7:1010 7:1014 7:1034 gap:6:0 join:1");
	begin_frames(2);
	put_segment(slot(12), 2);
	made.raw_depth = 6;
	check_str(walked_from_10(), "join:2 7:1010 7:1014 7:1034 gap:6:0 join:4");
	host_done();
}

/* 3.11: the chain of _PyCFrame could not be read. No place is better than a wrong one. */
static void an_anchor_that_is_not_known_has_no_place(void)
{
	begin_frames(3);
	put_segment(slot(12), 1);
	put_segment(0, 2);
	put_segment(slot(19), 3);
	check_str(walked_from_10(), "join:1 7:1010 7:1014 7:1014 7:1034 gap:6:0 join:2");
	host_done();
}

/* A handler's stack can lie above the one that the interrupted code has its frames in. */
static void a_handlers_frames_do_not_hold_what_lies_below_their_stack(void)
{
	begin_walk((struct unwind_rule){.cfa_reg = DWARF_RSP,
					.cfa_deref = 1,
					.cfa_offset = 8,
					.ra_place = PLACE_MEMORY,
					.ra_reg = DWARF_RSP,
					.is_signal = 1});
	made.alt[10] = in(FUNCTION_RULE);
	made.alt[11] = in(FUNCTION_RSP);
	made.alt[12] = slot(20);
	put(23, in(FUNCTION_ROOT));
	put_segment(slot(21), 2);
	check_str(walked(in(FUNCTION_LEAF), ALT + 80, 1), "7:1000 7:1075 join:2 7:1010 7:1034");
	made.alt[10] = in(FUNCTION_RSP); /* Python called from the handler */
	made.alt[14] = in(FUNCTION_RULE);
	made.alt[15] = in(FUNCTION_RSP);
	made.alt[16] = slot(20);
	made.segments.count = 0;
	put_segment(ALT + 96, 1);
	put_segment(slot(21), 3);
	check_str(walked(in(FUNCTION_LEAF), ALT + 80, 1),
		  "7:1000 join:1 7:1014 7:1075 join:2 7:1010 7:1034");
	host_done();
}

static void up_to_3_10_there_is_nothing_to_join(void)
{
	begin_frames(2);
	made.raw_depth = 5;
	check_str(walked_from_10(), "7:1010 7:1014 7:1034");
	check_uint(host.native.cut, 0);
	host_done();
}

static void of_many_segments_256_have_their_place(void)
{
	__u32 joins = 0, last;

	begin_frames(400);
	for (__u64 i = 0; i < MAX_SEGMENTS; i++)
		put_segment(slot(11 + 4 * i), (__u32)i + 1);
	made.raw_depth = 400;
	walked_from_10();
	last = host.native.depth - 1;
	for (__u32 i = 0; i < last; i++)
		joins += host.native.words[i] == frame_word(FRAME_WORD_JOIN, 0, 1);
	check_uint(joins, MAX_SEGMENTS);
	check_uint(host.native.depth, 401 + MAX_SEGMENTS + 2);
	check_uint(host.native.words[last], frame_word(FRAME_WORD_JOIN, 0, 400 - MAX_SEGMENTS));
	check_uint(host.native.words[last - 1], frame_word(FRAME_WORD_GAP, 0, GAP_JOIN));
	host_done();
}

/* 127 frames of the kernel, 1024 of the machine, 256 segments: more than there is room for. */
static void of_the_words_too_the_innermost_are_taken(void)
{
	begin();
	for (int i = 0; i < STACK_WORDS; i++)
		put(i, in(FUNCTION_LEAF));
	for (__u64 i = 0; i < MAX_SEGMENTS; i++)
		put_segment(slot(i), (__u32)i + 1);
	made.raw_depth = 1024;
	host.native.registers[REGISTER_IP] = in(FUNCTION_LEAF);
	host.native.registers[REGISTER_SP] = slot(0);
	host.native.depth = MAX_KERNEL_FRAMES;
	walk_native(&host.native, &made.segments, made.raw_depth);
	__u32 depth = host.native.depth;
	check_true(depth > 1200 && depth <= MAX_NATIVE_WORDS);
	check_uint(host.native.words[depth - 2], frame_word(FRAME_WORD_GAP, 0, GAP_TRUNCATED));
	check_uint(host.native.words[depth - 1], frame_word(FRAME_WORD_JOIN, 0, 768));
	host_done();
}

/* The name of a stack is of all its words, in their order. */
static void every_word_is_part_of_the_name(void)
{
	__u64 names[4];

	begin_frames(2);
	for (int i = 0; i < 4; i++) {
		host.native.name = 1;
		walked_from_10();
		names[i] = host.native.name;
		if (i == 0)
			continue;
		if (i == 1) /* so far nothing has changed */
			put(13, in(FUNCTION_RSP) + 1);
		if (i == 2)
			put_segment(slot(11), 1);
	}
	check_uint(names[1], names[0]);
	check_true(names[2] != names[0]);
	check_true(names[3] != names[2]);
	host_done();
}

/* Memory that is mapped for code and is no file's: there is no image, but frame pointers lead into
 * it and through it. */
static void frame_pointers_lead_through_jit_code_that_is_mapped(void)
{
	begin();
	put(20, slot(30));
	put(21, JIT + 8);
	put(30, slot(40));
	put(31, JIT + 16);
	put(40, 0);
	put(41, in(FUNCTION_ROOT));
	check_str(walked(JIT, slot(10), slot(20)), "jit:900000 gap:1:0");
	put_range((struct image_range){0}, JIT, JIT + JIT_BYTES, JIT, 0);
	check_str(walked(JIT, slot(10), slot(20)), "jit:900000 jit:900007 jit:90000f 7:1034");
	put_segment(slot(35), 3);
	check_str(walked(JIT, slot(10), slot(20)),
		  "jit:900000 jit:900007 join:3 jit:90000f 7:1034");
	put(31, JIT + JIT_BYTES + 1);
	check_str(walked(JIT, slot(10), slot(20)), "jit:900000 jit:900007 gap:1:0 join:3");
	host_done();
}

static void interrupted_addresses_are_kept_when_they_are_wanted(void)
{
	begin();
	put(10, in(FUNCTION_ROOT));
	exact_addresses = true;
	check_str(walked(in(FUNCTION_LEAF), slot(10), 0), "7:1005 7:1034");
	exact_addresses = false;
	check_str(walked(in(FUNCTION_LEAF), slot(10), 0), "7:1000 7:1034");
	host_done();
}

/* The process at hand is another one, and what it has mapped is not known yet. */
static void what_was_found_in_another_process_does_not_count(void)
{
	begin();
	put(10, in(FUNCTION_LEAF));
	put(11, in(FUNCTION_ROOT));
	check_str(walked(in(FUNCTION_LEAF), slot(10), 1), "7:1000 7:1004 7:1034");
	put(30, slot(40));
	put(31, in(FUNCTION_LEAF));
	host.native.set.count = 0;
	check_str(walked(in(FUNCTION_LEAF), slot(10), slot(30)), "jit:401005 gap:1:0");
	host_done();
}

static void a_call_is_found_again_in_the_same_process_only(void)
{
	const __u64 rows[] = {row(FUNCTION_LEAF, UNWIND_RSP, 0, 2)};

	begin();
	put(10, in(FUNCTION_LEAF));
	put(11, in(FUNCTION_ROOT));
	put(12, 0);
	for (int i = 0; i < 3; i++)
		check_str(walked(in(FUNCTION_LEAF), slot(10), 1), "7:1000 7:1004 7:1034");
	host.images.first = 1;
	put_range(put_rows(rows, 1), CODE, CODE + IMAGE_BYTES, CODE, 8);
	put(11, in(FUNCTION_LEAF));
	check_str(walked(in(FUNCTION_LEAF), slot(10), 0), "8:1000 8:1004");
	host_done();
}

/* Numbers so small that they can be the version of a set. */
static void a_number_is_no_place_that_was_found_before(void)
{
	begin();
	for (__u64 small = 1; small < 4; small++) {
		char expected[64];
		put(10, small);
		snprintf(expected, sizeof(expected), "7:1000 jit:%llu gap:1:0", small - 1);
		check_str(walked(in(FUNCTION_LEAF), slot(10), 1), expected);
	}
	host_done();
}

static __u64 random_word(void)
{
	static __u64 state = 88172645463325252ull; /* xorshift64, Marsaglia 2003 */

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Something that may be a word of a stack. */
static __u64 random_value(void)
{
	__u64 random = random_word() >> 3;

	switch (random_word() % 8) {
	case 0:
		return random;
	case 1:
		return slot(random % STACK_WORDS) + random % 3;
	case 2:
		return ALT + random % sizeof(made.alt);
	case 3:
		return random % 3 - 1;
	case 4:
		return JIT + random % JIT_BYTES;
	default:
		return CODE + random % IMAGE_BYTES;
	}
}

static struct unwind_rule random_rule(void)
{
	struct unwind_rule rule;
	__u64 words[sizeof(rule) / 8] = {random_word(), random_word(), random_word()};

	memcpy(&rule, words, sizeof(rule));
	if (random_word() % 2)
		rule.cfa_reg = DWARF_RSP;
	if (random_word() % 2)
		rule.cfa_offset = rule.ra_offset = (__s32)(random_word() % 256);
	rule.ra_place %= 6;
	return rule;
}

static void begin_at_random(void)
{
	begin_walk(random_rule());
	for (int i = 0; i < STACK_WORDS; i++) {
		made.stack[i] = random_value();
		made.alt[i] = random_value();
	}
	for (__u64 i = random_word() % 8; i; i--)
		put_segment(random_value(), made.raw_depth + random_word() % 4);
	for (int i = 0; i < USER_REGISTERS; i++)
		host.native.registers[i] = random_value();
	made.hole = random_word() % 2 ? random_value() : 0;
}

/* Every Python frame has one place, and there is no end without a reason. */
static void whatever_is_in_memory_the_walk_ends(void)
{
	static const size_t few = 3000;
	size_t frames = 0;

	for (size_t i = 0; i < few; i++) {
		__u64 joined = 0;
		begin_at_random();
		walked_on();
		for (__u32 at = 0; at < host.native.depth; at++) {
			__u64 word = host.native.words[at];
			if (word >> FRAME_KIND_SHIFT == FRAME_WORD_JOIN)
				joined += word & FRAME_ID_MASK;
		}
		if (joined != made.raw_depth)
			check_uint(joined, made.raw_depth);
		frames += host.native.depth;
	}
	check_true(frames > 2 * few);
	host_done();
}

/* musl's __restore_rt: the frame of the signal lies above, and its code has no rows. */
static void a_signal_frame_is_known_by_its_code(void)
{
	static const __u8 code[] = {0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05};

	begin();
	memcpy(made.jit + 16, code, sizeof(code));
	put(10, JIT + 16);
	put(26, slot(50)); /* rbp */
	put(31, slot(40)); /* rsp */
	put(32, in(FUNCTION_LEAF));
	put(40, in(FUNCTION_RBP));
	put(51, in(FUNCTION_ROOT));
	check_str(walked(in(FUNCTION_LEAF), slot(10), 1), "7:1000 jit:90000f 7:1000 7:1024 7:1034");
	made.jit[24] = 0x06;
	check_str(walked(in(FUNCTION_LEAF), slot(10), 1), "7:1000 jit:90000f gap:1:0");
	host_done();
}

CU_TestInfo native_walk_tests[] = {
	TEST(frames_stand_before_the_call_that_runs_them),
	TEST(a_call_has_what_lies_in_its_frame),
	TEST(two_anchors_can_lie_in_one_frame),
	TEST(a_segment_without_frames_leaves_no_word),
	TEST(a_fifth_anchor_goes_to_the_next_frame),
	TEST(what_was_hopped_over_belongs_to_the_hop),
	TEST(frames_of_jit_code_are_joined_too),
	TEST(behind_a_gap_the_rest_follows),
	TEST(frames_whose_call_is_not_met_follow_at_the_root),
	TEST(an_anchor_that_is_not_known_has_no_place),
	TEST(a_handlers_frames_do_not_hold_what_lies_below_their_stack),
	TEST(up_to_3_10_there_is_nothing_to_join),
	TEST(of_many_segments_256_have_their_place),
	TEST(of_the_words_too_the_innermost_are_taken),
	TEST(every_word_is_part_of_the_name),
	TEST(frame_pointers_lead_through_jit_code_that_is_mapped),
	TEST(interrupted_addresses_are_kept_when_they_are_wanted),
	TEST(what_was_found_in_another_process_does_not_count),
	TEST(a_call_is_found_again_in_the_same_process_only),
	TEST(a_number_is_no_place_that_was_found_before),
	TEST(whatever_is_in_memory_the_walk_ends),
	TEST(a_signal_frame_is_known_by_its_code),
	CU_TEST_INFO_NULL,
};
