/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef PYTHON_THREAD_BPF_H
#define PYTHON_THREAD_BPF_H
/*
 * From the thread pointer of a thread to CPython's thread state, by a path that is found out and
 * verified once per process, and from there to the innermost frame.
 */
#include "maps.bpf.h"
#include "read_user.bpf.h"

enum {
	MAX_THREADS = 256
};

/* x86-64: where pthread_setspecific keeps the value of a key, from the thread pointer. */
enum {
	GLIBC_KEYS = 0x310,	  /* glibc 2.34..2.41: struct pthread.specific_1stblock */
	GLIBC_KEY_BLOCKS = 0x510, /* struct pthread.specific */
	GLIBC_KEYS_PER_BLOCK = 32,
	MUSL_KEYS = 0x80, /* musl 1.2: struct pthread.tsd */
};

/* True when the layout of this Python is in the reader. */
static __always_inline bool use_layout(struct reader *reader, const struct python_process *python)
{
	struct python_layout *layout;

	if (reader->layout_known == python->layout + 1)
		return true;
	layout = layout_at(python->layout);
	if (!layout)
		return false;
	reader->layout = *layout;
	reader->layout_known = python->layout + 1;
	return true;
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
static __always_inline bool is_thread_state(const struct reader *reader, __u64 tstate,
					    __u64 thread_pointer)
{
	__u64 thread_id = 0;

	if (!tstate || read_user(&thread_id, 8, tstate + reader->layout.tstate_thread_id))
		return false;
	return thread_id == thread_pointer; /* pthread_self() in glibc and musl on x86-64 */
}

static __always_inline __u64 try_path(struct reader *reader, struct python_process *python,
				      __u64 thread_pointer, struct thread_path path)
{
	__u64 tstate = follow_path(&path, thread_pointer);

	if (!is_thread_state(reader, tstate, thread_pointer))
		return 0;
	python->path = path;
	python->path_verified = 1;
	return tstate;
}

/* Tries where the C libraries are known to keep the value of CPython's autoTSSkey. */
static __always_inline __u64 calibrate_by_key(struct reader *reader, struct python_process *python,
					      __u64 thread_pointer)
{
	struct {
		__u32 initialized, key; /* Py_tss_t */
	} tss = {};
	__u64 tstate;

	if (reader->layout.runtime_autoTSSkey == ~0U ||
	    read_user(&tss, sizeof(tss), reader->runtime + reader->layout.runtime_autoTSSkey) ||
	    !tss.initialized || tss.key > 1024)
		return 0;
	__s32 in_block = tss.key % GLIBC_KEYS_PER_BLOCK * 16 + 8;
	__s32 block = tss.key / GLIBC_KEYS_PER_BLOCK * 8;
	struct thread_path glibc_first = {.offsets = {GLIBC_KEYS + in_block}, .reads = 1};
	struct thread_path glibc = {.offsets = {GLIBC_KEY_BLOCKS + block, in_block}, .reads = 2};
	struct thread_path musl = {.offsets = {MUSL_KEYS, tss.key * 8}, .reads = 2};

	tstate = try_path(reader, python, thread_pointer, block ? glibc : glibc_first);
	return tstate ?: try_path(reader, python, thread_pointer, musl);
}

enum {
	SEARCH_ON,
	SEARCH_FOUND,
	SEARCH_FAILED
};

/* One step through all thread states: looks at reader->list_tstate, which is in the list of
 * reader->list_interp, and goes on to the next. A global function: the verifier follows it once. */
__weak int search_step(struct reader *reader, __u64 thread_pointer)
{
	__u64 interp, tstate;

	if (!reader)
		return SEARCH_FAILED;
	interp = reader->list_interp;
	tstate = reader->list_tstate;
	if (is_thread_state(reader, tstate, thread_pointer))
		return SEARCH_FOUND;
	if (tstate && read_user(&tstate, 8, tstate + reader->layout.tstate_next))
		return SEARCH_FAILED;
	if (!tstate) {
		if (read_user(&interp, 8, interp + reader->layout.interp_next) || !interp)
			return SEARCH_FAILED;
		if (read_user(&tstate, 8, interp + reader->layout.interp_threads_head))
			return SEARCH_FAILED;
	}
	reader->list_interp = interp;
	reader->list_tstate = tstate;
	return SEARCH_ON;
}

/* The thread state whose thread_id is ours, from the list of all of them. */
static __always_inline __u64 find_in_list(struct reader *reader, __u64 thread_pointer)
{
	const struct python_layout *layout = &reader->layout;
	__u64 interp = 0, tstate = 0;
	int found = SEARCH_ON;

	if (read_user(&interp, 8, reader->runtime + layout->runtime_interpreters_head) || !interp ||
	    read_user(&tstate, 8, interp + layout->interp_threads_head))
		return 0;
	reader->list_interp = interp;
	reader->list_tstate = tstate;
	for (int i = 0; i < MAX_THREADS; i++) {
		found = search_step(reader, thread_pointer);
		if (found != SEARCH_ON)
			break;
	}
	return found == SEARCH_FOUND ? reader->list_tstate : 0;
}

/* A global function for the verifier's sake: 0, or 1 with the thread state in reader->frame. */
__weak int search_thread_state(struct reader *reader, __u64 thread_pointer)
{
	struct python_process *python;
	__u64 tstate = 0;

	if (!reader)
		return 0;
	python = python_at(reader->pid);
	if (!python)
		return 0;
	if (python->path.reads)
		tstate = try_path(reader, python, thread_pointer, python->path);
	if (!tstate)
		tstate = calibrate_by_key(reader, python, thread_pointer);
	if (!tstate)
		tstate = find_in_list(reader, thread_pointer);
	reader->frame = tstate;
	return tstate != 0;
}

static __always_inline __u64 thread_state(struct reader *reader, struct python_process *python,
					  __u64 thread_pointer)
{
	if (python->path_verified)
		return follow_path(&python->path, thread_pointer);
	return search_thread_state(reader, thread_pointer) ? reader->frame : 0;
}

/* True when the interpreter has at least one thread: then a thread without a state is a native one.
 */
static __always_inline bool interpreter_is_up(const struct reader *reader)
{
	__u64 interp = 0, tstate = 0;

	return !read_user(&interp, 8, reader->runtime + reader->layout.runtime_interpreters_head) &&
	       interp && !read_user(&tstate, 8, interp + reader->layout.interp_threads_head) &&
	       tstate;
}

/* The address of the thread's innermost frame; non-zero when it cannot be read. */
static __always_inline long innermost_frame(const struct python_layout *layout, __u64 tstate,
					    __u64 *frame)
{
	__u64 at = 0;

	if (read_user(&at, 8, tstate + layout->tstate_frame))
		return -1;
	if (layout->cframe_frame != NO_FIELD && read_user(&at, 8, at + layout->cframe_frame))
		return -1;
	*frame = at;
	return 0;
}

#endif
