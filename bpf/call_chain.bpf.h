/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef CALL_CHAIN_BPF_H
#define CALL_CHAIN_BPF_H
/* A function's callers as the interpreter's frames tell them, and how the open calls of the thread
 * are brought in line with them where entries or returns were not seen. */
#include "call_stack.bpf.h"
#include "code_object.bpf.h"
#include "maps.bpf.h"

enum {
	OWNER_UNKNOWN = 0xff
};

/* Reads the interpreter frame; the address of its code object, 0 when there is none. */
static __always_inline __u64 read_frame(struct call_thread *thread, __u64 frame)
{
	const struct python_layout *layout = &thread->reader.layout;
	__u32 size = layout->frame_bytes & 0xff;

	if (size > sizeof(thread->frame) || read_user(thread->frame, size, frame))
		return 0;
	return *(__u64 *)(thread->frame + (layout->frame_code & 0x78)) & ~3ULL;
}

static __always_inline __u64 frame_previous(const struct call_thread *thread)
{
	return *(__u64 *)(thread->frame + (thread->reader.layout.frame_previous & 0x78));
}

static __always_inline __u8 frame_owner(const struct call_thread *thread)
{
	__u16 offset = thread->reader.layout.frame_owner;

	return offset == NO_FIELD ? OWNER_UNKNOWN : thread->frame[offset & 0x7f];
}

static __always_inline bool is_shim(const struct call_thread *thread)
{
	__u8 shim = thread->reader.layout.shim_owner;

	return shim && frame_owner(thread) != OWNER_UNKNOWN && frame_owner(thread) >= shim;
}

/* 3.13 on: what a specialised call of a class goes through is no function. Its code object has one
 * text as its name and as its file (_Py_InitCleanup, Python/specialize.c). */
static __always_inline bool is_init_shim(struct call_thread *thread, __u64 code)
{
	const struct python_layout *layout = &thread->reader.layout;
	__u64 name = 0, file = 0;

	return layout->version_minor >= 13 && !read_user(&name, 8, code + layout->code_name) &&
	       !read_user(&file, 8, code + layout->code_filename) && name == file;
}

/* The frame at thread->reader.frame goes to the chain, unless it is the innermost open call's. */
__weak int follow_chain(struct call_thread *thread)
{
	__u32 length, depth;
	__u64 frame, code;

	if (!thread)
		return 0;
	frame = thread->reader.frame;
	length = thread->chain_length;
	depth = thread->depth;
	if (!frame || length >= MAX_CALL_DEPTH ||
	    (depth && open_call_at(thread, depth - 1)->frame == frame) ||
	    !(code = read_frame(thread, frame)))
		return 0;
	thread->reader.frame = frame_previous(thread);
	if (is_shim(thread) || is_init_shim(thread, code))
		return 1;
	thread->chain[within_depth(length)] = frame;
	thread->chain_length = length + 1;
	return 1;
}

/* The outermost frame of the chain goes onto the stack. */
__weak int open_chain(struct call_thread *thread, __u64 clock_ns)
{
	__u64 frame, code, fingerprint;
	struct open_call *call;
	__u32 length;

	if (!thread || !thread->chain_length)
		return 0;
	length = thread->chain_length - 1;
	thread->chain_length = length;
	frame = thread->chain[within_depth(length)];
	code = read_frame(thread, frame);
	fingerprint = code ? code_fingerprint(&thread->reader, code) : 0;
	if (!fingerprint || !push_call(thread, frame, code, fingerprint))
		return 0;
	call = open_call_at(thread, thread->depth - 1);
	call->began_ns = clock_ns;
	call->was_unseen = 1;
	return 1;
}

/* An inner call that was left without a return. One whose entry was not seen either may not have
 * run: a generator through which throw() went. */
__weak int leave_innermost(struct call_thread *thread, __u64 clock_ns)
{
	if (!thread || !thread->depth)
		return 0;
	if (!open_call_at(thread, thread->depth - 1)->was_unseen)
		return end_innermost(thread, clock_ns);
	thread->shared = 0;
	return forget_innermost(thread);
}

/* The outermost frame of the chain, when the open call in its place is the same. */
__weak int share_outermost(struct call_thread *thread)
{
	__u32 length, shared;

	if (!thread)
		return 0;
	length = thread->chain_length;
	shared = thread->shared;
	if (!length || shared >= thread->depth ||
	    thread->chain[within_depth(length - 1)] != open_call_at(thread, shared)->frame)
		return 0;
	thread->chain_length = length - 1;
	thread->shared = shared + 1;
	return 1;
}

/* The chain reached the root without meeting the innermost open call: what they share stays open.
 */
static __always_inline void meet_at_root(struct call_thread *thread)
{
	thread->shared = 0;
	for (int i = 0; i < MAX_CALL_DEPTH; i++)
		if (!share_outermost(thread))
			break;
	if (!thread->shared)
		return;
	for (int i = 0; i < MAX_CALL_DEPTH; i++)
		if (!forget_innermost(thread))
			break;
}

/*
 * Pushes the frame and those of its callers that are not there. A chain that has nothing in common
 * with the open calls was cut: up to 3.11 a generator through which throw() reaches another one has
 * no caller, and does not run itself. Then so many of its frames are pushed, innermost first.
 */
__weak int open_missing(struct call_thread *thread, __u64 frame, __u64 clock_ns, __u32 of_cut)
{
	if (!thread)
		return 0;
	thread->chain_length = 0;
	thread->reader.frame = frame;
	for (int i = 0; i < MAX_CALL_DEPTH * 2; i++)
		if (!follow_chain(thread))
			break;
	if (!thread->reader.frame && thread->depth) {
		meet_at_root(thread);
		if (!thread->shared && thread->chain_length > of_cut)
			thread->chain_length = of_cut;
	}
	for (int i = 0; i < MAX_CALL_DEPTH; i++)
		if (!open_chain(thread, clock_ns))
			break;
	return 1;
}

/* Before a function enters: its caller is to be the innermost open call, whatever was left or
 * entered unseen. */
static __always_inline void settle_caller(struct call_thread *thread, __u64 caller, __u64 clock_ns)
{
	int above = find_open(thread, caller);

	if (above < 0)
		open_missing(thread, caller, clock_ns, 0);
	for (int i = 0; i < NEAR_THE_TOP && i < above; i++)
		leave_innermost(thread, clock_ns);
}

#endif
