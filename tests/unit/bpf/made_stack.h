/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_MADE_STACK_H
#define LTSBPF_TESTS_MADE_STACK_H
/*
 * A thread of our own making: one image with a function for each kind of row, a stack, and some
 * bytes of JIT code in no image. A walk over it comes out as a text, a word of the stack each:
 *	7:1000	address in the image
 *	jit:900000	address of JIT code, or of nothing
 *	gap:n:7	enum frame_gap, image
 *	join:2	so many Python frames
 */
#include "machine.h"

enum {
	IMAGE = 7,
	STACK_WORDS = 8192,
	JIT_BYTES = 64,
	WALK_TEXT_BYTES = 32768,
};
#define CODE  0x400000ull
#define JIT   0x900000ull
#define STACK 0x7ffd00000000ull
#define ALT   0x7ffe00000000ull /* another stack, above, as long */

/* Functions of the image, 16 bytes each. The return address of a call in one is within it. */
enum made_function {
	FUNCTION_NONE = 0x800,
	FUNCTION_LEAF = 0x1000,	   /* CFA = rsp + 8 */
	FUNCTION_RSP = 0x1010,	   /* CFA = rsp + 32, rbp at CFA - 16 */
	FUNCTION_RBP = 0x1020,	   /* CFA = rbp + 16, rbp at CFA - 16 */
	FUNCTION_ROOT = 0x1030,	   /* the outermost one */
	FUNCTION_PLT = 0x1040,	   /* operand 11 */
	FUNCTION_UNKNOWN = 0x1050, /* no unwind information */
	FUNCTION_BELOW = 0x1060,   /* CFA = rsp - 8 */
	FUNCTION_RULE = 0x1070,	   /* by the rule of the test */
	FUNCTION_FAR = 0x2ff0,	   /* CFA = rsp + 8 * 32767 */
	FUNCTION_BEYOND = 0x3000,  /* nothing rules from here on */
	IMAGE_BYTES = 0x4000,
};

static struct {
	__u64 stack[STACK_WORDS], alt[STACK_WORDS];
	__u8 jit[JIT_BYTES];
	__u64 hole; /* the page that holds it cannot be read; 0 = none */
	__u32 reads;
	struct segments segments;
	__u32 raw_depth;
	char text[WALK_TEXT_BYTES];
} made;

static inline bool read_from(void *out, __u32 size, __u64 address, const void *bytes, __u64 start,
			     __u64 whole)
{
	if (address < start || address - start > whole || size > whole - (address - start))
		return false;
	memcpy(out, (const char *)bytes + (address - start), size);
	return true;
}

static inline long read_made(void *out, __u32 size, __u64 address)
{
	made.reads++;
	if (made.hole && address >> 12 <= made.hole >> 12 &&
	    (address + size - 1) >> 12 >= made.hole >> 12)
		return -1;
	return read_from(out, size, address, made.stack, STACK, sizeof(made.stack)) ||
			       read_from(out, size, address, made.alt, ALT, sizeof(made.alt)) ||
			       read_from(out, size, address, made.jit, JIT, sizeof(made.jit))
		       ? 0
		       : -1;
}

/* A place in a stack, in words from its start. */
static inline __u64 slot(__u64 word)
{
	return STACK + 8 * word;
}

static inline void put(__u64 word, __u64 value)
{
	made.stack[word] = value;
}

static inline __u64 in(enum made_function function)
{
	return CODE + function + 5;
}

static inline void begin_walk(struct unwind_rule rule)
{
	int number;

	host_done();
	memset(&host, 0, sizeof(host));
	memset(&made, 0, sizeof(made));
	host.read = read_made;
	put_rule((struct unwind_rule){0});
	number = put_rule(rule);
	const __u64 rows[] = {
		row(FUNCTION_NONE, UNWIND_NONE, 0, 0),	    row(FUNCTION_LEAF, UNWIND_RSP, 0, 1),
		row(FUNCTION_RSP, UNWIND_RSP, -2, 4),	    row(FUNCTION_RBP, UNWIND_RBP, -2, 2),
		row(FUNCTION_ROOT, UNWIND_END, 0, 0),	    row(FUNCTION_PLT, UNWIND_PLT, 0, 11),
		row(FUNCTION_UNKNOWN, UNWIND_NONE, 0, 0),   row(FUNCTION_BELOW, UNWIND_RSP, 0, -1),
		row(FUNCTION_RULE, UNWIND_RULE, 0, number), row(FUNCTION_FAR, UNWIND_RSP, 0, 32767),
	};
	put_range(put_rows(rows, sizeof(rows) / sizeof(*rows)), CODE, CODE + IMAGE_BYTES, CODE,
		  IMAGE);
}

/* Functions that the rule is not for. */
static inline void begin(void)
{
	begin_walk((struct unwind_rule){.ra_place = PLACE_LOST});
}

/* A segment of Python frames up to that one, whose C call holds the anchor. */
static inline void put_segment(__u64 anchor, __u32 end)
{
	made.segments.list[made.segments.count++] = (struct segment){anchor, end, 0};
	made.raw_depth = end;
}

static inline size_t tell_word(char *out, size_t room, __u64 word)
{
	unsigned int image = word >> FRAME_IMAGE_SHIFT & FRAME_IMAGE_MASK;
	unsigned long long rest = word & FRAME_ID_MASK;

	switch (word >> FRAME_KIND_SHIFT) {
	case FRAME_WORD_NATIVE:
		return snprintf(out, room, " %u:%llx", image, rest);
	case FRAME_WORD_JIT:
		return snprintf(out, room, " jit:%llx", rest);
	case FRAME_WORD_GAP:
		return snprintf(out, room, " gap:%llu:%u", rest, image);
	case FRAME_WORD_JOIN:
		return snprintf(out, room, " join:%llu", rest);
	default:
		return snprintf(out, room, " ?");
	}
}

/* What host.native.registers lead to. */
static inline const char *walked_on(void)
{
	size_t used = 0;

	host.native.depth = 0;
	walk_native(&host.native, &made.segments, made.raw_depth);
	for (__u32 i = 0; i < host.native.depth && used < sizeof(made.text) - 64; i++)
		used += tell_word(made.text + used, sizeof(made.text) - used, host.native.words[i]);
	return made.text + 1;
}

static inline const char *walked(__u64 ip, __u64 sp, __u64 bp)
{
	host.native.registers[REGISTER_IP] = ip;
	host.native.registers[REGISTER_SP] = sp;
	host.native.registers[REGISTER_BP] = bp;
	return walked_on();
}

#endif
