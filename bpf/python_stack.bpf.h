/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef PYTHON_STACK_BPF_H
#define PYTHON_STACK_BPF_H
/*
 * Walks the frames of one CPython thread by a layout.
 *
 * From the thread pointer to the thread state, from there to the current frame, then along
 * `previous`. Since 3.11 frames lie one behind the other in a chunk of memory, callers below their
 * callees: so we read a window that ends with the wanted frame and find its callers in it. The
 * window never reaches below the frame's own page, because the page before may not be there and a
 * failing read costs ten good ones.
 */
#include "maps.bpf.h"
#include "read_user.bpf.h"
#include "stack_name.bpf.h"

enum {
	FRAMES_PER_STEP = 8,
	FIRST_WINDOW = 1024,
	MAX_THREADS = 256
};
enum {
	WALK_ON,
	WALK_DONE
};

/* x86-64: where pthread_setspecific keeps the value of a key, from the thread pointer. */
enum {
	GLIBC_KEYS = 0x310,	  /* glibc 2.34..2.41: struct pthread.specific_1stblock */
	GLIBC_KEY_BLOCKS = 0x510, /* struct pthread.specific */
	GLIBC_KEYS_PER_BLOCK = 32,
	MUSL_KEYS = 0x80, /* musl 1.2: struct pthread.tsd */
};

static __always_inline int fill_window(struct walk *walk)
{
	__u64 frame = walk->frame, end = frame + (walk->layout.frame_bytes & 0xff);
	__u64 start = frame & ~(__u64)(WINDOW_BYTES - 1);
	__u64 size;

	if (walk->window_wanted < end - start)
		start = end - walk->window_wanted;
	if (start > frame || !walk->layout.frame_window)
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

	switch (walk->layout.position_kind) {
	case POSITION_LASTI_BYTES:
		units = (__u32)(lasti + 2) >> 1;
		break;
	case POSITION_LASTI_UNITS:
		units = (__u32)(lasti + 1);
		break;
	default:
		units = (raw + 2 - code - walk->layout.code_adaptive) >> 1;
	}
	return units < POSITION_UNKNOWN ? units : POSITION_UNKNOWN;
}

static __always_inline int push_frame(struct walk *walk, __u64 code, __u64 position)
{
	__u64 raw = raw_frame(code, frame_position(walk, code, position));
	__u32 depth = walk->raw_depth;

	if (code >> USER_ADDRESS_BITS) {
		walk->record.status = STACK_TORN;
		return WALK_ON;
	}
	if (depth >= MAX_FRAMES) {
		walk->record.status = STACK_TRUNCATED;
		return WALK_DONE;
	}
	walk->frames[depth & (MAX_FRAMES - 1)] = raw;
	if (depth)
		walk->callers = mix(walk->callers, raw);
	walk->raw_depth = depth + 1;
	return WALK_ON;
}

static __always_inline int walk_frame(struct walk *walk)
{
	const struct python_layout *layout = &walk->layout;
	__u64 at, code, position;
	__u8 owner;

	if (!walk->frame)
		return WALK_DONE;
	if ((walk->frame < walk->window_start || walk->frame > walk->window_last) &&
	    fill_window(walk)) {
		walk->record.status = STACK_UNREADABLE;
		return WALK_DONE;
	}
	at = walk->frame - walk->window_start;
	walk->frame = window_u64(walk, at, layout->frame_previous);
	code = window_u64(walk, at, layout->frame_code) & ~3ULL; /* 3.14: _PyStackRef, tagged */
	position = window_u64(walk, at, layout->frame_position);
	owner = walk->window[(at + layout->frame_owner) & (2 * WINDOW_BYTES - 1)];
	if (layout->shim_owner && owner >= layout->shim_owner)
		return WALK_ON;
	return push_frame(walk, code, position);
}

/* A few frames. A global function, so that the verifier follows it once and not in every turn. */
__weak int walk_frames(__u32 unused)
{
	struct walk *walk = walk_scratch();

	if (!walk)
		return WALK_DONE + (unused & 0);
	for (int i = 0; i < FRAMES_PER_STEP; i++)
		if (walk_frame(walk) == WALK_DONE)
			return WALK_DONE;
	return WALK_ON;
}

/* The pointer at the end of a path; 0 when there is none (yet). */
static __always_inline __u64 follow_path(const struct thread_path *path, __u64 thread_pointer)
{
	__u64 value = thread_pointer;

	for (__u32 i = 0; i < 3; i++) {
		if (i >= path->reads)
			break;
		if (read_user(&value, sizeof(value), value + (__s64)path->offsets[i]) || !value)
			return 0;
	}
	return value;
}

/* True when the thread state says itself that it belongs to this thread. */
static __always_inline bool is_thread_state(const struct walk *walk, __u64 tstate,
					    __u64 thread_pointer)
{
	__u64 thread_id = 0;

	if (!tstate || read_user(&thread_id, 8, tstate + walk->layout.tstate_thread_id))
		return false;
	return thread_id == thread_pointer; /* pthread_self() in glibc and musl on x86-64 */
}

static __always_inline __u64 try_path(struct walk *walk, struct python_process *python,
				      __u64 thread_pointer, struct thread_path path)
{
	__u64 tstate = follow_path(&path, thread_pointer);

	if (!is_thread_state(walk, tstate, thread_pointer))
		return 0;
	python->path = path;
	python->path_verified = 1;
	return tstate;
}

/* Tries where the C libraries are known to keep the value of CPython's autoTSSkey. */
static __always_inline __u64 calibrate_by_key(struct walk *walk, struct python_process *python,
					      __u64 thread_pointer)
{
	struct {
		__u32 initialized, key; /* Py_tss_t */
	} tss = {};
	__u64 tstate;

	if (walk->layout.runtime_autoTSSkey == ~0U ||
	    read_user(&tss, sizeof(tss), walk->runtime + walk->layout.runtime_autoTSSkey) ||
	    !tss.initialized || tss.key > 1024)
		return 0;
	__s32 in_block = tss.key % GLIBC_KEYS_PER_BLOCK * 16 + 8;
	__s32 block = tss.key / GLIBC_KEYS_PER_BLOCK * 8;
	struct thread_path glibc_first = {.offsets = {GLIBC_KEYS + in_block}, .reads = 1};
	struct thread_path glibc = {.offsets = {GLIBC_KEY_BLOCKS + block, in_block}, .reads = 2};
	struct thread_path musl = {.offsets = {MUSL_KEYS, tss.key * 8}, .reads = 2};

	tstate = try_path(walk, python, thread_pointer, block ? glibc : glibc_first);
	return tstate ?: try_path(walk, python, thread_pointer, musl);
}

/* The thread state whose thread_id is ours, from the list of all of them. */
static __always_inline __u64 find_in_list(struct walk *walk, __u64 thread_pointer)
{
	const struct python_layout *layout = &walk->layout;
	__u64 interp = 0, tstate = 0;

	if (read_user(&interp, 8, walk->runtime + layout->runtime_interpreters_head))
		return 0;
	if (interp && read_user(&tstate, 8, interp + layout->interp_threads_head))
		return 0;
	for (int i = 0; i < MAX_THREADS && interp; i++) {
		if (is_thread_state(walk, tstate, thread_pointer))
			return tstate;
		if (tstate && read_user(&tstate, 8, tstate + layout->tstate_next))
			return 0;
		if (tstate)
			continue;
		if (read_user(&interp, 8, interp + layout->interp_next))
			return 0;
		if (interp && read_user(&tstate, 8, interp + layout->interp_threads_head))
			return 0;
	}
	return 0;
}

/* A global function for the verifier's sake: 0, or 1 with the thread state in walk->frame. */
__weak int search_thread_state(__u64 thread_pointer, __u32 pid)
{
	struct python_process *python = python_at(pid);
	struct walk *walk = walk_scratch();
	__u64 tstate = 0;

	if (!walk || !python)
		return 0;
	if (python->path.reads)
		tstate = try_path(walk, python, thread_pointer, python->path);
	if (!tstate)
		tstate = calibrate_by_key(walk, python, thread_pointer);
	if (!tstate)
		tstate = find_in_list(walk, thread_pointer);
	walk->frame = tstate;
	return tstate != 0;
}

static __always_inline __u64 thread_state(struct walk *walk, struct python_process *python,
					  __u64 thread_pointer, __u32 pid)
{
	if (python->path_verified)
		return follow_path(&python->path, thread_pointer);
	return search_thread_state(thread_pointer, pid) ? walk->frame : 0;
}

/* True when the interpreter has at least one thread: then a thread without a state is a native one.
 */
static __always_inline bool interpreter_is_up(const struct walk *walk)
{
	__u64 interp = 0, tstate = 0;

	return !read_user(&interp, 8, walk->runtime + walk->layout.runtime_interpreters_head) &&
	       interp && !read_user(&tstate, 8, interp + walk->layout.interp_threads_head) &&
	       tstate;
}

/* The address of the innermost frame into walk->frame; non-zero when it cannot be read. */
static __always_inline long enter_frames(struct walk *walk, __u64 tstate)
{
	const struct python_layout *layout = &walk->layout;
	__u64 frame = 0;

	if (read_user(&frame, 8, tstate + layout->tstate_frame))
		return -1;
	if (layout->cframe_frame != NO_FIELD && read_user(&frame, 8, frame + layout->cframe_frame))
		return -1;
	walk->frame = frame;
	return 0;
}

/* Reads the frames of the thread whose thread pointer this is. */
static __always_inline void read_frames(struct walk *walk, struct python_process *python,
					__u64 thread_pointer, __u32 pid)
{
	__u64 tstate = thread_state(walk, python, thread_pointer, pid);

	if (!tstate) {
		walk->record.status =
			interpreter_is_up(walk) ? STACK_NATIVE_THREAD : STACK_STARTING;
		return;
	}
	if (enter_frames(walk, tstate)) {
		walk->record.status = STACK_UNREADABLE;
		return;
	}
	if (!walk->frame) {
		walk->record.status = STACK_STARTING;
		return;
	}
	for (int i = 0; i <= MAX_FRAMES / FRAMES_PER_STEP * 2; i++)
		if (walk_frames(i) == WALK_DONE)
			return;
	walk->record.status = STACK_TRUNCATED;
}

/* Fills walk->record with status and name of the thread's Python stack. */
static __always_inline void walk_python(struct walk *walk, struct python_process *python,
					__u64 thread_pointer, __u32 pid)
{
	walk->runtime = python->runtime;
	walk->code_type = python->code_type;
	walk->window_start = walk->window_last = 0;
	walk->window_wanted = FIRST_WINDOW;
	walk->callers = walk->space;
	read_frames(walk, python, thread_pointer, pid);
	name_stack(walk);
}

#endif
