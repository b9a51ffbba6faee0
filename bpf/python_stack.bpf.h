/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef PYTHON_STACK_BPF_H
#define PYTHON_STACK_BPF_H
/*
 * Walks the frames of one CPython thread by a layout.
 *
 * From the innermost frame along `previous`. Since 3.11 frames lie one behind the other in a chunk
 * of memory, callers below their callees: so we read a window that ends with the wanted frame and
 * find its callers in it. The window never reaches below the frame's own page, because the page
 * before may not be there and a failing read costs ten good ones.
 */
#include "maps.bpf.h"
#include "python_thread.bpf.h"
#include "read_user.bpf.h"
#include "stack_name.bpf.h"

enum {
	FRAMES_PER_STEP = 8,
	FIRST_WINDOW = 1024
};
enum {
	WALK_ON,
	WALK_DONE
};

static __always_inline int fill_window(struct walk *walk)
{
	__u64 frame = walk->reader.frame, end = frame + (walk->reader.layout.frame_bytes & 0xff);
	__u64 start = frame & ~(__u64)(WINDOW_BYTES - 1);
	__u64 size;

	if (walk->window_wanted < end - start)
		start = end - walk->window_wanted;
	if (start > frame || !walk->reader.layout.frame_window)
		start = frame;
	size = end - start;
	if (size > WINDOW_BYTES || read_user(walk->window, size, start))
		return -1;
	walk->window_start = start;
	walk->window_last = frame;
	walk->window_wanted = WINDOW_BYTES;
	return 0;
}

static __always_inline __u64 window_u64(const struct walk *walk, __u64 at, __u16 offset)
{
	return *(const __u64 *)(walk->window + ((at + offset) & (2 * WINDOW_BYTES - 8)));
}

static __always_inline __u64 frame_position(const struct walk *walk, __u64 code, __u64 raw)
{
	__s32 lasti = raw;
	__u64 units;

	switch (walk->reader.layout.position_kind) {
	case POSITION_LASTI_BYTES:
		units = (__u32)(lasti + 2) >> 1;
		break;
	case POSITION_LASTI_UNITS:
		units = (__u32)(lasti + 1);
		break;
	default:
		units = (raw + 2 - code - walk->reader.layout.code_adaptive) >> 1;
	}
	return units < POSITION_UNKNOWN ? units : POSITION_UNKNOWN;
}

static __always_inline int push_raw(struct walk *walk, __u64 raw)
{
	__u32 depth = walk->raw_depth;

	if (depth >= MAX_FRAMES) {
		walk->reader.status = STACK_TRUNCATED;
		return WALK_DONE;
	}
	walk->frames[depth & (MAX_FRAMES - 1)] = raw;
	if (depth)
		walk->callers = mix(walk->callers, raw);
	walk->raw_depth = depth + 1;
	return WALK_ON;
}

static __always_inline int push_frame(struct walk *walk, __u64 code, __u64 position)
{
	if (code < FIRST_PAGE || code >> USER_ADDRESS_BITS) {
		walk->reader.status = code < FIRST_PAGE ? STACK_UNREADABLE : STACK_TORN;
		return WALK_ON;
	}
	return push_raw(walk, raw_frame(code, frame_position(walk, code, position)));
}

/* The frames since the last segment, if any, run in the C call whose stack holds the anchor. */
static __always_inline void end_segment(struct walk *walk, __u64 anchor)
{
	struct segments *segments = &walk->segments;
	__u32 count = segments->count;

	if (count >= MAX_SEGMENTS)
		return;
	segments->list[count].anchor = anchor;
	segments->list[count].end = walk->raw_depth;
	segments->count = count + 1;
}

/* 3.11 marks the last frame of a segment; each has a _PyCFrame. */
static __always_inline void end_segment_of_cframe(struct walk *walk)
{
	struct segments *segments = &walk->segments;
	__u64 anchor = segments->cframe;

	end_segment(walk, anchor);
	if (!anchor ||
	    read_user(&segments->cframe, 8, anchor + walk->reader.layout.cframe_previous))
		segments->cframe = 0;
}

static __always_inline int walk_frame(struct walk *walk)
{
	const struct python_layout *layout = &walk->reader.layout;
	__u64 at, code, position, frame = walk->reader.frame;
	__u8 owner, is_entry;
	int next;

	if (!walk->reader.frame)
		return WALK_DONE;
	if ((walk->reader.frame < walk->window_start || walk->reader.frame > walk->window_last) &&
	    fill_window(walk)) {
		walk->reader.status = STACK_UNREADABLE;
		return WALK_DONE;
	}
	if (walk->collecting && walk->reader.frame == walk->collecting) {
		walk->collecting = 0;
		return push_raw(walk, raw_collection(walk->generation));
	}
	at = walk->reader.frame - walk->window_start;
	walk->reader.frame = window_u64(walk, at, layout->frame_previous);
	code = window_u64(walk, at, layout->frame_code) & ~3ULL; /* 3.14: _PyStackRef, tagged */
	position = window_u64(walk, at, layout->frame_position);
	owner = walk->window[(at + layout->frame_owner) & (2 * WINDOW_BYTES - 1)];
	is_entry = walk->window[(at + layout->frame_is_entry) & (2 * WINDOW_BYTES - 1)];
	if (layout->shim_owner && owner >= layout->shim_owner) {
		end_segment(walk, frame);
		return WALK_ON;
	}
	next = push_frame(walk, code, position);
	if (layout->frame_is_entry != NO_FIELD && is_entry && next == WALK_ON)
		end_segment_of_cframe(walk);
	return next;
}

/* A few frames. A global function, so that the verifier follows it once and not in every turn. */
__weak int walk_frames(struct walk *walk)
{
	if (!walk)
		return WALK_DONE;
	for (int i = 0; i < FRAMES_PER_STEP; i++)
		if (walk_frame(walk) == WALK_DONE)
			return WALK_DONE;
	return WALK_ON;
}

/* Reads the frames of the thread whose thread pointer this is. */
static __always_inline void read_frames(struct walk *walk, struct python_process *python,
					__u64 thread_pointer)
{
	struct reader *reader = &walk->reader;
	__u64 tstate = thread_state(reader, python, thread_pointer);

	if (!tstate) {
		reader->status = interpreter_is_up(reader) ? STACK_NATIVE_THREAD : STACK_STARTING;
		return;
	}
	if (innermost_frame(&reader->layout, tstate, &reader->frame)) {
		reader->status = STACK_UNREADABLE;
		return;
	}
	if (!reader->frame) {
		reader->status = STACK_STARTING;
		return;
	}
	if (reader->layout.frame_is_entry != NO_FIELD)
		read_user(&walk->segments.cframe, 8, tstate + reader->layout.tstate_frame);
	for (int i = 0; i <= MAX_FRAMES / FRAMES_PER_STEP * 2; i++)
		if (walk_frames(walk) == WALK_DONE)
			return;
	reader->status = STACK_TRUNCATED;
}

/* Fills walk->record with the name of the thread's Python stack; the status is the reader's. */
static __always_inline void walk_python(struct walk *walk, struct python_process *python,
					__u64 thread_pointer)
{
	walk->reader.runtime = python->runtime;
	walk->reader.code_type = python->code_type;
	walk->window_start = walk->window_last = 0;
	walk->window_wanted = FIRST_WINDOW;
	walk->callers = walk->reader.space;
	walk->segments.cframe = 0;
	read_frames(walk, python, thread_pointer);
	name_stack(walk);
}

#endif
