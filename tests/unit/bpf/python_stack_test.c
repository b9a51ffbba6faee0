// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* The walk from the thread pointer to the last frame, over memory of each version of Python. */
#include "base/cleanup.h"
#include "python/linetable.h"
#include "sampled.h"

/* Only there when the layer python is linked in too. */
extern __typeof__(linetable_line) linetable_line __attribute__((weak));
extern __typeof__(linetable_format_of) linetable_format_of __attribute__((weak));

/* Free addresses: of a thread that was never there, and of frames of our own. */
#define NEW_THREAD 0x10000000ull
#define NEW_FRAMES 0x20000ull

static const struct recorded_thread *thread_at(size_t index)
{
	return &recorded.threads.items[index];
}

static __u32 position_of(__u64 word)
{
	return word & POSITION_UNKNOWN;
}

static const struct code_record *code_of(__u64 word)
{
	for (unsigned int i = 0; i < host.shipped_count; i++)
		if ((host.shipped[i]->fingerprint & FRAME_ID_MASK) == word >> FRAME_ID_SHIFT)
			return host.shipped[i];
	return NULL;
}

static __u32 line_of(const struct code_record *code, __u32 position)
{
	size_t before = 0;

	for (int i = 0; i < TEXT_LINETABLE; i++)
		before += code->texts[i].size_bytes;
	return linetable_line(linetable_format_of(recorded.layout.version_minor),
			      code->data + before, code->texts[TEXT_LINETABLE].size_bytes,
			      (__u32)code->first_line, position);
}

static void check_frame(__u64 word, const struct recorded_frame *expected)
{
	const struct code_record *code = code_of(word);

	check_uint(position_of(word), expected->position);
	if (!check_not_null(code))
		return;
	check_int(code->first_line, expected->first_line);
	if (linetable_line)
		check_uint(line_of(code, position_of(word)), expected->line);
}

/* The last sample is of this thread, whole. */
static void check_frames(const struct recorded_thread *thread)
{
	check_uint(host.walk.reader.status, STACK_COMPLETE);
	if (!check_uint(host.walk.record.depth, thread->depth))
		return;
	for (__u32 i = 0; i < thread->depth; i++)
		check_frame(host.walk.frames[i], &recorded.frames.items[thread->first + i]);
}

static void sample_every_thread(void)
{
	for (size_t i = 0; i < recorded.threads.count; i++) {
		sample(thread_at(i)->pointer);
		check_frames(thread_at(i));
	}
}

static void every_thread_shows_the_frames_that_it_says(void)
{
	for_each_version(sample_every_thread);
}

static void sample_with_a_verified_path(void)
{
	sample(main_thread());
	check_uint(host.python.path_verified, 1);
	check_true(host.python.path.reads > 0);
	recorded_write_word(
		&recorded, recorded.process.runtime + recorded.layout.runtime_interpreters_head, 0);
	host.walk.reader.layout.runtime_autoTSSkey = ~0U;
	sample_every_thread();
}

static void a_path_once_verified_is_enough(void)
{
	for_each_version(sample_with_a_verified_path);
}

static void sample_by_the_list(void)
{
	host.walk.reader.layout.runtime_autoTSSkey = ~0U;
	host.python.path.reads = 0;
	sample_every_thread();
	check_uint(host.python.path_verified, 0);
}

static void without_a_key_the_threads_are_found_in_the_list(void)
{
	for_each_version(sample_by_the_list);
}

static void sample_with_a_wrong_proposal(void)
{
	host.python.path = (struct thread_path){.offsets = {0}, .reads = 1};
	sample_every_thread();
}

static void a_proposal_that_leads_elsewhere_is_not_taken(void)
{
	for_each_version(sample_with_a_wrong_proposal);
}

/* Gives the main thread's state to a thread of our own, whose C library keeps it at `place`. */
static void move_main_thread(__u32 key, __u64 place)
{
	const struct python_layout *layout = &host.walk.reader.layout;
	__u32 tss[2] = {1, key};

	host.walk.reader.layout.runtime_autoTSSkey = recorded.layout.runtime_autoTSSkey;
	if (host.walk.reader.layout.runtime_autoTSSkey == ~0U) { /* 3.15 has none: give it one */
		host.walk.reader.layout.runtime_autoTSSkey = 1 << 20;
		host.python.path.reads = 0;
	}
	sample_every_thread();
	check_uint(search_thread_state(&host.walk.reader, main_thread()), 1);
	recorded_write_word(&recorded, place, host.walk.reader.frame);
	recorded_write_word(&recorded, host.walk.reader.frame + layout->tstate_thread_id,
			    NEW_THREAD);
	recorded_write(&recorded, recorded.process.runtime + layout->runtime_autoTSSkey, tss, 8);
	host.python.path_verified = 0;
	host.python.path.reads = 0;
	sample(NEW_THREAD);
	check_frames(thread_at(0));
	check_uint(host.python.path_verified, 1);
}

static void sample_in_alpine(void)
{
	__u64 values = NEW_THREAD + 0x5000;

	recorded_write_word(&recorded, NEW_THREAD + 0x80, values);
	move_main_thread(3, values + 3 * 8);
	check_uint(host.python.path.reads, 2);
}

static void musl_keeps_the_values_of_keys_behind_a_pointer(void)
{
	for_each_version(sample_in_alpine);
}

static void sample_with_a_late_key(void)
{
	__u64 block = NEW_THREAD + 0x6000;

	recorded_write_word(&recorded, NEW_THREAD + 0x510 + 2 * 8, block);
	move_main_thread(2 * 32 + 7, block + 7 * 16 + 8);
	check_uint(host.python.path.reads, 2);
}

static void glibc_keeps_late_keys_in_blocks(void)
{
	for_each_version(sample_with_a_late_key);
}

static void sample_a_thread_without_state(void)
{
	__u64 zeros[512] = {0};

	recorded_write(&recorded, NEW_THREAD - 1024, zeros, sizeof(zeros));
	check_uint(sample(NEW_THREAD), STACK_NATIVE_THREAD);
	check_uint(host.walk.record.depth, 0);
	check_uint(host.python.path_verified, 0);
	sample(main_thread());
	check_uint(sample(NEW_THREAD), STACK_NATIVE_THREAD);
	check_uint(sample(NEW_THREAD + (1 << 20)), STACK_NATIVE_THREAD);
}

static void a_thread_without_state_is_a_native_one(void)
{
	for_each_version(sample_a_thread_without_state);
}

static void sample_before_the_interpreter_is_up(void)
{
	__u64 head = recorded.process.runtime + recorded.layout.runtime_interpreters_head;

	recorded_write_word(&recorded, head, 0);
	check_uint(sample(NEW_THREAD), STACK_STARTING);
	recorded.hole = head;
	check_uint(sample(NEW_THREAD), STACK_STARTING);
}

static void without_interpreters_it_has_not_begun_or_has_ended(void)
{
	for_each_version(sample_before_the_interpreter_is_up);
}

/* Where the main thread keeps its current frame. */
static __u64 place_of_frame(void)
{
	const struct python_layout *layout = &recorded.layout;

	sample(main_thread());
	check_uint(search_thread_state(&host.walk.reader, main_thread()), 1);
	__u64 place = host.walk.reader.frame + layout->tstate_frame;
	return layout->cframe_frame == NO_FIELD
		       ? place
		       : recorded_word(&recorded, place) + layout->cframe_frame;
}

/*
 * Gives the main thread so many frames of one function, each at its 3rd instruction, with callers
 * below their callees; the last one's caller is `last`. Returns the address of the first.
 */
static __u64 make_frames(__u32 frames, __u64 bottom, __u64 last)
{
	const struct python_layout *layout = &recorded.layout;
	__u64 place = place_of_frame(), stride = 128, code = host.shipped[0]->address;
	__u64 positions[] = {4, 2, code + layout->code_adaptive + 4};
	CLEANUP(freep) __u8 *bytes = calloc(frames, stride);

	for (__u32 i = 0; i < frames; i++) {
		__u64 previous = i ? bottom + (i - 1) * stride : last;
		memcpy(bytes + i * stride + layout->frame_previous, &previous, 8);
		memcpy(bytes + i * stride + layout->frame_code, &code, 8);
		memcpy(bytes + i * stride + layout->frame_position,
		       &positions[layout->position_kind], 8);
	}
	recorded_write(&recorded, bottom, bytes, frames * stride);
	recorded_write_word(&recorded, place, bottom + (frames - 1) * stride);
	return bottom + (frames - 1) * stride;
}

static void check_made_frames(__u32 status, __u32 depth)
{
	check_uint(sample(main_thread()), status);
	if (!check_uint(host.walk.record.depth, depth))
		return;
	for (__u32 i = 0; i < depth; i++)
		if (host.walk.frames[i] != host.walk.frames[0])
			check_uint(host.walk.frames[i], host.walk.frames[0]);
	check_uint(position_of(host.walk.frames[0]), 3);
}

static void sample_stacks_of_all_depths(void)
{
	make_frames(1, NEW_FRAMES, 0);
	check_made_frames(STACK_COMPLETE, 1);
	make_frames(1023, 0x40000, 0);
	check_made_frames(STACK_COMPLETE, 1023);
	make_frames(1024, 0x80000, 0);
	check_made_frames(STACK_COMPLETE, 1024);
	make_frames(2000, 0x100000, 0);
	check_made_frames(STACK_TRUNCATED, 1024);
}

static void of_2000_frames_the_innermost_1024_are_taken(void)
{
	for_each_version(sample_stacks_of_all_depths);
}

/* A frame at the very start of a page, when the page below is not there. */
static void sample_at_the_start_of_memory(void)
{
	make_frames(40, NEW_FRAMES, 0);
	recorded.hole = NEW_FRAMES - 1;
	check_made_frames(STACK_COMPLETE, 40);
}

static void the_page_below_a_frame_is_not_touched(void)
{
	for_each_version(sample_at_the_start_of_memory);
}

static void sample_a_cycle(void)
{
	__u64 top = make_frames(3, NEW_FRAMES, NEW_FRAMES + 2 * 128);

	check_uint(top, NEW_FRAMES + 2 * 128);
	check_made_frames(STACK_TRUNCATED, 1024);
	if (recorded.layout.shim_owner) { /* shims only: none of them counts as a frame */
		for (int i = 0; i < 3; i++)
			recorded_write(&recorded,
				       NEW_FRAMES + i * 128 + recorded.layout.frame_owner,
				       &recorded.layout.shim_owner, 1);
		check_uint(sample(main_thread()), STACK_TRUNCATED);
		check_uint(host.walk.record.depth, 0);
	}
}

static void a_cycle_of_frames_ends(void)
{
	for_each_version(sample_a_cycle);
}

static void sample_with_a_torn_frame(void)
{
	make_frames(5, NEW_FRAMES, 0);
	recorded_write_word(&recorded, NEW_FRAMES + 2 * 128 + recorded.layout.frame_code,
			    NEW_FRAMES);
	check_uint(sample(main_thread()), STACK_TORN);
	check_uint(host.walk.record.depth, 5);
	check_uint(host.walk.frames[2], 0);
	check_true(host.walk.frames[1] && host.walk.frames[3]);
}

static void a_frame_whose_code_is_none_is_torn(void)
{
	for_each_version(sample_with_a_torn_frame);
}

static void sample_with_unreadable_memory(void)
{
	__u64 place = place_of_frame();

	make_frames(5, NEW_FRAMES, 0);
	recorded_write_word(&recorded, NEW_FRAMES + 2 * 128 + recorded.layout.frame_code, 64);
	check_uint(sample(main_thread()), STACK_UNREADABLE);
	check_uint(host.walk.record.depth, 4);
	make_frames(5, 0x30000, 64);
	check_uint(sample(main_thread()), STACK_UNREADABLE);
	check_uint(host.walk.record.depth, 5);
	recorded.hole = place;
	check_uint(sample(main_thread()), STACK_UNREADABLE);
	check_uint(host.walk.record.depth, 0);
}

static void what_cannot_be_read_is_told_and_the_rest_is_kept(void)
{
	for_each_version(sample_with_unreadable_memory);
}

static void sample_without_frames(void)
{
	recorded_write_word(&recorded, place_of_frame(), 0);
	check_uint(sample(main_thread()), STACK_STARTING);
}

static void a_thread_state_without_frames_has_not_begun(void)
{
	for_each_version(sample_without_frames);
}

/* Py_TRACE_REFS makes each object 16 bytes longer: a frame of 3.8 to 3.10 is as long as allowed. */
static void sample_with_the_longest_frames(void)
{
	make_frames(50, NEW_FRAMES, 0);
	host.walk.reader.layout.frame_bytes = 128;
	check_made_frames(STACK_COMPLETE, 50);
}

static void frames_of_128_bytes_are_read(void)
{
	for_each_version(sample_with_the_longest_frames);
}

/* From 3.14 on the low bits of the pointer say who owns the reference. */
static void sample_with_tagged_pointers(void)
{
	const struct python_layout *layout = &recorded.layout;

	make_frames(6, NEW_FRAMES, 0);
	for (__u64 i = 0; i < 3; i++) {
		__u64 place = NEW_FRAMES + i * 128 + layout->frame_code;
		recorded_write_word(&recorded, place, recorded_word(&recorded, place) | (i + 1));
	}
	check_made_frames(STACK_COMPLETE, 6);
}

static void tags_are_no_part_of_a_pointer(void)
{
	for_each_version(sample_with_tagged_pointers);
}

static void sample_twice(void)
{
	sample(main_thread());
	__u64 first = host.walk.record.stack;
	sample(main_thread());
	check_uint(host.walk.record.stack, first);
	host.walk.reader.space++;
	sample(main_thread());
	check_true(host.walk.record.stack != first);
	begin_process();
	make_frames(2, NEW_FRAMES, 0);
	sample(main_thread());
	first = host.walk.record.stack;
	recorded_write_word(&recorded, NEW_FRAMES + 128 + recorded.layout.frame_position, 24);
	sample(main_thread());
	check_true(host.walk.record.stack != first);
}

static void a_stack_is_known_by_its_process_and_frames(void)
{
	for_each_version(sample_twice);
}

/* exec() and sorted() are C: what they call runs in a call of the interpreter of its own. */
static void sample_segments(void)
{
	const struct segment *each = host.walk.segments.list;
	const struct recorded_frame *frames = recorded.frames.items + thread_at(0)->first;
	__u32 end = 0, called_by_c = 0, depth = thread_at(0)->depth;
	__u64 anchor = 0;

	sample(main_thread());
	if (recorded.layout.version_minor < 11)
		return (void)check_uint(host.walk.segments.count, 0);
	for (__u32 i = 0; i < host.walk.segments.count; i++, each++) {
		if (each->end == end)
			continue;
		check_true(each->end > end && each->anchor > anchor);
		check_true(each->end != depth - 2); /* Outer.Inner.method: called by Python */
		end = each->end;
		anchor = each->anchor;
		called_by_c += !strcmp(frames[end - 1].name, "<module>") ||
			       !strcmp(frames[end - 1].name, "gr\\xf6\\xdfe");
	}
	check_uint(end, depth);
	check_uint(called_by_c, 3);
}

static void frames_are_cut_where_c_code_called_python(void)
{
	for_each_version(sample_segments);
}

#define CFRAMES 0x8000000ull

/* Lets each frame be the last of its segment: by a shim behind it, or in 3.11 by itself. */
static void make_segments(__u32 frames, __u64 bottom)
{
	const struct python_layout *layout = &recorded.layout;
	__u64 cframe = place_of_frame() - layout->cframe_frame;

	make_frames(layout->shim_owner ? 2 * frames : frames, bottom, 0);
	for (__u64 i = 0; i < frames; i++) {
		if (layout->shim_owner) {
			recorded_write(&recorded, bottom + 2 * i * 128 + layout->frame_owner,
				       &layout->shim_owner, 1);
			continue;
		}
		recorded_write(&recorded, bottom + i * 128 + layout->frame_is_entry, "\1", 1);
		recorded_write_word(&recorded, cframe + layout->cframe_previous, CFRAMES + i * 64);
		cframe = CFRAMES + i * 64;
	}
}

static void sample_many_segments(void)
{
	const struct segment *list = host.walk.segments.list;

	if (recorded.layout.version_minor < 11)
		return (void)check_uint(recorded.layout.shim_owner, 0);
	make_segments(300, NEW_FRAMES);
	check_made_frames(STACK_COMPLETE, 300);
	check_uint(host.walk.segments.count, MAX_SEGMENTS);
	for (__u32 i = 1; i < host.walk.segments.count; i++) {
		__u64 shim = NEW_FRAMES + (299 - i) * 2 * 128, cframe = CFRAMES + (i - 1) * 64;
		check_uint(list[i].end, i + 1);
		check_uint(list[i].anchor, recorded.layout.shim_owner ? shim : cframe);
	}
}

static void of_300_segments_the_innermost_256_are_kept(void)
{
	for_each_version(sample_many_segments);
}

CU_TestInfo python_stack_tests[] = {
	TEST(every_thread_shows_the_frames_that_it_says),
	TEST(a_path_once_verified_is_enough),
	TEST(without_a_key_the_threads_are_found_in_the_list),
	TEST(a_proposal_that_leads_elsewhere_is_not_taken),
	TEST(musl_keeps_the_values_of_keys_behind_a_pointer),
	TEST(glibc_keeps_late_keys_in_blocks),
	TEST(a_thread_without_state_is_a_native_one),
	TEST(without_interpreters_it_has_not_begun_or_has_ended),
	TEST(of_2000_frames_the_innermost_1024_are_taken),
	TEST(the_page_below_a_frame_is_not_touched),
	TEST(a_cycle_of_frames_ends),
	TEST(a_frame_whose_code_is_none_is_torn),
	TEST(what_cannot_be_read_is_told_and_the_rest_is_kept),
	TEST(a_thread_state_without_frames_has_not_begun),
	TEST(frames_of_128_bytes_are_read),
	TEST(tags_are_no_part_of_a_pointer),
	TEST(frames_are_cut_where_c_code_called_python),
	TEST(of_300_segments_the_innermost_256_are_kept),
	TEST(a_stack_is_known_by_its_process_and_frames),
	CU_TEST_INFO_NULL,
};
