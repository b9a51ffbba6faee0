/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef NATIVE_WALK_BPF_H
#define NATIVE_WALK_BPF_H
/* The state of one walk over the frames of machine code. */
#include "ltsbpf.h"
#include "unwind.h"

enum {
	MAX_SEGMENTS = 256,
	STACK_WINDOW_BYTES = 1024,
	USER_REGISTERS = 21, /* struct pt_regs of asm/ptrace.h, x86-64 */
};

/* Places in it. */
enum user_register {
	REGISTER_BP = 4,
	REGISTER_IP = 16,
	REGISTER_CS = 17,
	REGISTER_SP = 19,
};

/*
 * Python frames that run in one C call of the interpreter. The call's own stack frame holds the
 * object at `anchor`: the frame that links it to its caller (shim_owner), or in 3.11 a _PyCFrame.
 */
struct segment {
	__u64 anchor;
	__u32 end, padding; /* of the stack's raw frames those before this one, and not before */
};

/* The innermost first. Of Pythons up to 3.10 there are none. */
struct segments {
	__u64 cframe; /* of the segment that is being read; 3.11 */
	__u32 count, padding;
	struct segment list[MAX_SEGMENTS];
};

/* What was found at an address that was returned to, on this CPU: programs come by the same calls
 * again and again. */
struct row_slot {
	__u64 address, version; /* of the set; 0 = unused */
	__u64 row, word;
};

struct native_walk {
	__u64 pc, sp, bp;
	__u64 lowest;	 /* value of sp so far: no frame was below */
	__u32 is_return; /* pc is where a call returns to: the call is before it */
	__u32 bp_known, is_innermost;
	__u32 depth, frames; /* words; native frames among them */
	__u32 segment;	     /* the next one to find the place of */
	__u32 joined;	     /* raw frames that have their place */
	__u32 cut;	     /* 1 = the root was not reached */
	__u64 name;	     /* hash over the words */
	struct image_set set;
	struct image_range range; /* where the last pc was found */
	__u64 window_start, window_end;
	__u64 registers[USER_REGISTERS];
	__u8 window[2 * STACK_WINDOW_BYTES];
	__u64 words[MAX_NATIVE_WORDS];
};

#endif
