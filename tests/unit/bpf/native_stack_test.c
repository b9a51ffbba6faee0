// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* Walks over a stack of our own making; native_walk_test.c has real ones. */
#include <stddef.h>
#include <sys/user.h>

#include "made_stack.h"

/* With a frame of FUNCTION_LEAF the return address is where the stack pointer points to. */
static void each_kind_of_row_leads_to_the_caller(void)
{
	begin();
	put(10, in(FUNCTION_ROOT));
	check_str(walked(in(FUNCTION_LEAF), slot(10), 0), "7:1000 7:1034");
	put(13, in(FUNCTION_ROOT));
	check_str(walked(in(FUNCTION_RSP), slot(10), 0), "7:1010 7:1034");
	put(21, in(FUNCTION_ROOT));
	check_str(walked(in(FUNCTION_RBP), slot(10), slot(20)), "7:1020 7:1034");
	check_str(walked(in(FUNCTION_ROOT), slot(10), 0), "7:1030");
	check_uint(host.native.cut, 0);
	put(10, in(FUNCTION_ROOT));
	check_str(walked(CODE + FUNCTION_PLT + 10, slot(10), 0), "7:104a 7:1034");
	put(10, 0);
	put(11, in(FUNCTION_ROOT));
	check_str(walked(CODE + FUNCTION_PLT + 11, slot(10), 0), "7:104b 7:1034");
	check_str(walked(CODE + FUNCTION_PLT + 15, slot(10), 0), "7:104f 7:1034");
	host_done();
}

static void rbp_is_handed_on_from_frame_to_frame(void)
{
	begin();
	put(10, in(FUNCTION_RSP)); /* slots 11 to 14 */
	put(13, slot(20));
	put(14, in(FUNCTION_LEAF)); /* slot 15: leaves rbp alone */
	put(15, in(FUNCTION_RBP));
	put(20, slot(30));
	put(21, in(FUNCTION_RBP));
	put(31, in(FUNCTION_ROOT));
	check_str(walked(in(FUNCTION_LEAF), slot(10), 1),
		  "7:1000 7:1014 7:1004 7:1024 7:1024 7:1034");
	host_done();
}

/* A call may be a function's last instruction: its return address is in the next function. */
static void a_return_address_belongs_to_the_call_before_it(void)
{
	begin();
	put(10, CODE + FUNCTION_ROOT);
	put(21, in(FUNCTION_ROOT));
	check_str(walked(in(FUNCTION_LEAF), slot(10), slot(20)), "7:1000 7:102f 7:1034");
	check_str(walked(CODE + FUNCTION_ROOT, slot(10), slot(20)), "7:1030");
	host_done();
}

static void a_return_address_of_0_ends_the_stack(void)
{
	begin();
	check_str(walked(in(FUNCTION_LEAF), slot(10), 0), "7:1000");
	check_uint(host.native.cut, 0);
	check_str(walked(in(FUNCTION_LEAF), slot(10), 1), "7:1000 gap:4:7"); /* rbp is not 0 */
	check_str(walked(0, slot(10), 0), "jit:0 gap:1:0");
	host_done();
}

static void without_a_row_rbp_is_believed_when_it_leads_into_an_image(void)
{
	begin();
	put(20, 0);
	put(21, in(FUNCTION_ROOT));
	check_str(walked(in(FUNCTION_UNKNOWN), slot(10), slot(20)), "7:1055 7:1034");
	check_str(walked(in(FUNCTION_UNKNOWN), slot(20), slot(20)), "7:1055 7:1034");
	check_str(walked(in(FUNCTION_BEYOND), slot(10), slot(20)), "7:3005 7:1034");
	check_str(walked(in(FUNCTION_NONE)-0x700, slot(10), slot(20)), "7:105 7:1034");
	put(20, slot(30));
	put(21, in(FUNCTION_RBP));
	put(31, in(FUNCTION_ROOT));
	check_str(walked(in(FUNCTION_UNKNOWN), slot(10), slot(20)), "7:1055 7:1024 7:1034");
	host_done();
}

static void an_rbp_that_is_no_frame_pointer_is_not_believed(void)
{
	static const char *gap = "7:1055 gap:0:7";
	const __u64 pc = in(FUNCTION_UNKNOWN);

	begin();
	put(9, slot(30));
	put(10, in(FUNCTION_ROOT));
	check_str(walked(pc, slot(10), slot(9)), gap); /* below the stack pointer */
	put(20, slot(30));
	put(21, in(FUNCTION_ROOT));
	check_str(walked(pc, slot(10), slot(20)), "7:1055 7:1034");
	check_str(walked(pc, slot(10), slot(20) + 4), gap);
	made.alt[1] = in(FUNCTION_ROOT);
	check_str(walked(pc, slot(10), ALT), gap);
	check_str(walked(pc, slot(10), slot(STACK_WORDS - 1)), gap); /* half of it readable */
	check_str(walked(pc, slot(10), 0), gap);
	put(20, slot(20)); /* the caller's would not be above */
	check_str(walked(pc, slot(10), slot(20)), gap);
	put(20, slot(30));
	put(21, CODE + IMAGE_BYTES + 1);
	check_str(walked(pc, slot(10), slot(20)), gap);
	put(21, CODE + IMAGE_BYTES); /* behind the image's last call */
	check_str(walked(pc, slot(10), slot(20)), "7:1055 7:3fff gap:0:7");
	put(21, CODE);
	check_str(walked(pc, slot(10), slot(20)), gap);
	put(21, 0);
	check_str(walked(pc, slot(10), slot(20)), gap);
	check_uint(host.native.cut, 1);
	host_done();
}

/* The ABI has _start clear rbp: what was called with rbp 0 and has no rows is the outermost. */
static void rbp_0_is_the_root_of_code_without_rows(void)
{
	begin();
	put(10, in(FUNCTION_UNKNOWN));
	check_str(walked(in(FUNCTION_LEAF), slot(10), 0), "7:1000 7:1054");
	check_uint(host.native.cut, 0);
	check_str(walked(in(FUNCTION_LEAF), slot(10), 1), "7:1000 7:1054 gap:0:7");
	host_done();
}

static void frames_go_upwards_or_the_walk_ends(void)
{
	begin_walk(
		(struct unwind_rule){.cfa_reg = DWARF_RSP, .ra_place = PLACE_CFA, .ra_offset = -8});
	put(8, in(FUNCTION_ROOT));
	check_str(walked(in(FUNCTION_BELOW), slot(10), 0), "7:1060 gap:4:7");
	put(9, in(FUNCTION_ROOT));
	/* Code may have taken its return address off the stack, but not while it calls. */
	check_str(walked(in(FUNCTION_RULE), slot(10), 0), "7:1070 7:1034");
	put(9, in(FUNCTION_RULE));
	check_str(walked(in(FUNCTION_LEAF), slot(9), 0), "7:1000 7:1074 gap:4:7");
	begin_walk(
		(struct unwind_rule){.cfa_reg = DWARF_RBP, .ra_place = PLACE_CFA, .ra_offset = -8});
	made.alt[0] = in(FUNCTION_ROOT);
	check_str(walked(in(FUNCTION_RULE), ALT - LARGEST_FRAME, ALT + 8), "7:1070 gap:4:7");
	check_str(walked(in(FUNCTION_RULE), ALT + 8 - LARGEST_FRAME, ALT + 8), "7:1070 7:1034");
	host_done();
}

static void memory_that_cannot_be_read_is_told(void)
{
	begin();
	check_str(walked(in(FUNCTION_LEAF), slot(STACK_WORDS), 0), "7:1000 gap:2:7");
	check_str(walked(in(FUNCTION_LEAF), ~7ull, 0), "7:1000 gap:2:7");
	check_str(walked(in(FUNCTION_LEAF), 0, 0), "7:1000 gap:2:7");
	check_str(walked(in(FUNCTION_RSP), slot(STACK_WORDS - 3), 0), "7:1010 gap:2:7");
	put(510, in(FUNCTION_RSP)); /* its return address is in the second page */
	put(513, in(FUNCTION_ROOT));
	put(514, in(FUNCTION_ROOT));
	check_str(walked(in(FUNCTION_LEAF), slot(510), 0), "7:1000 7:1014 7:1034");
	made.hole = slot(512);
	check_str(walked(in(FUNCTION_LEAF), slot(510), 0), "7:1000 7:1014 gap:2:7");
	host_done();
}

/* At the end of the address space a word's end is address 0. */
static void what_was_read_before_is_not_taken_for_the_last_word(void)
{
	begin_walk(
		(struct unwind_rule){.cfa_reg = DWARF_RSP, .ra_place = PLACE_CFA, .ra_offset = -8});
	for (int i = 0; i < 1024; i++)
		put(i, in(FUNCTION_ROOT));
	check_str(walked(in(FUNCTION_LEAF), slot(512), 0), "7:1000 7:1034");
	check_str(walked(in(FUNCTION_RULE), 0, 0), "7:1070 gap:2:7");
	host_done();
}

static void frames_next_to_each_other_are_read_at_once(void)
{
	begin();
	for (int i = 0; i < 127; i++)
		put(512 + i, in(FUNCTION_LEAF));
	put(512 + 127, in(FUNCTION_ROOT));
	walked(in(FUNCTION_LEAF), slot(512), 0);
	check_uint(host.native.depth, 129);
	check_uint(made.reads, 1);
	host_done();
}

/* A page that is there may be followed by one that is not. */
static void a_page_is_read_to_its_end_and_no_further(void)
{
	begin();
	made.hole = slot(1024);
	for (__u64 first = 512; first < 1024; first++) {
		for (__u64 i = first; i < 1023; i++)
			put(i, in(FUNCTION_LEAF));
		put(1023, in(FUNCTION_ROOT));
		walked(in(FUNCTION_LEAF), slot(first), 0);
		check_uint(host.native.depth, 1025 - first);
		check_uint(host.native.cut, 0);
	}
	host_done();
}

static void a_stack_pointer_need_not_be_aligned(void)
{
	__u64 at = 10, returns[] = {in(FUNCTION_LEAF), in(FUNCTION_LEAF), in(FUNCTION_ROOT)};

	for (int i = 1; i < 8; i++) {
		begin();
		memcpy((char *)&made.stack[at] + i, returns, sizeof(returns));
		check_str(walked(in(FUNCTION_LEAF), slot(at) + i, 0),
			  "7:1000 7:1004 7:1004 7:1034");
	}
	begin();
	memcpy((char *)&made.stack[511] + 4, returns, sizeof(returns)); /* over two pages */
	check_str(walked(in(FUNCTION_LEAF), slot(511) + 4, 0), "7:1000 7:1004 7:1004 7:1034");
	host_done();
}

static void of_many_frames_the_innermost_1024_are_taken(void)
{
	begin();
	for (int i = 0; i < 1022; i++)
		put(i, in(FUNCTION_LEAF));
	put(1022, in(FUNCTION_ROOT));
	walked(in(FUNCTION_LEAF), slot(0), 0);
	check_uint(host.native.depth, 1024);
	check_uint(host.native.cut, 0);
	put(1022, in(FUNCTION_LEAF));
	put(1023, in(FUNCTION_ROOT));
	walked(in(FUNCTION_LEAF), slot(0), 0);
	check_uint(host.native.depth, 1025);
	check_uint(host.native.words[1024], frame_word(FRAME_WORD_GAP, 0, GAP_TRUNCATED));
	check_uint(host.native.cut, 1);
	for (int i = 0; i < STACK_WORDS; i++)
		put(i, in(FUNCTION_LEAF));
	walked(in(FUNCTION_LEAF), slot(0), 0);
	check_uint(host.native.depth, 1025);
	host_done();
}

/* Where struct pt_regs has the registers is asked of <sys/user.h>, whose struct is as it. */
#define PLACE_OF(name) (offsetof(struct user_regs_struct, name) / 8)

static const size_t register_places[DWARF_REGISTERS] = {
	PLACE_OF(rax), PLACE_OF(rdx), PLACE_OF(rcx), PLACE_OF(rbx), PLACE_OF(rsi), PLACE_OF(rdi),
	PLACE_OF(rbp), PLACE_OF(rsp), PLACE_OF(r8),  PLACE_OF(r9),  PLACE_OF(r10), PLACE_OF(r11),
	PLACE_OF(r12), PLACE_OF(r13), PLACE_OF(r14), PLACE_OF(r15)};

static void the_innermost_frame_has_all_registers(void)
{
	_Static_assert(sizeof(struct user_regs_struct) >= USER_REGISTERS * 8, "pt_regs");
	for (__u8 reg = 0; reg <= DWARF_REGISTERS; reg++) {
		begin_walk((struct unwind_rule){
			.cfa_reg = reg, .ra_place = PLACE_CFA, .ra_offset = -8, .cfa_offset = 16});
		put(21, in(FUNCTION_ROOT));
		for (__u64 i = 0; i < USER_REGISTERS; i++)
			host.native.registers[i] = 8 * i;
		host.native.registers[REGISTER_IP] = in(FUNCTION_RULE);
		host.native.registers[REGISTER_SP] = slot(10);
		if (reg < DWARF_REGISTERS)
			host.native.registers[register_places[reg]] = slot(20);
		check_str(walked_on(), reg < DWARF_REGISTERS ? "7:1070 7:1034" : "7:1070 gap:3:7");
	}
	check_uint(PLACE_OF(rip), REGISTER_IP);
	check_uint(PLACE_OF(cs), REGISTER_CS);
	host_done();
}

static void other_frames_have_rsp_and_rbp_only(void)
{
	for (__u8 reg = 0; reg < DWARF_REGISTERS; reg++) {
		begin_walk((struct unwind_rule){
			.cfa_reg = reg, .ra_place = PLACE_CFA, .ra_offset = -8, .cfa_offset = 16});
		put(10, in(FUNCTION_RULE));
		put(12, in(FUNCTION_ROOT)); /* of rsp */
		put(21, in(FUNCTION_ROOT));
		for (__u64 i = 0; i < USER_REGISTERS; i++)
			host.native.registers[i] = slot(20);
		bool known = reg == DWARF_RSP || reg == DWARF_RBP;
		check_str(walked(in(FUNCTION_LEAF), slot(10), slot(20)),
			  known ? "7:1000 7:1074 7:1034" : "7:1000 7:1074 gap:3:7");
	}
	host_done();
}

/* Enough for now; what the rules can say follows. */
static const struct unwind_rule plain = {
	.cfa_reg = DWARF_RSP, .ra_place = PLACE_CFA, .ra_offset = -8, .cfa_offset = 32};

/* Walks from FUNCTION_RULE, whose CFA is slot(14), on to FUNCTION_RBP. */
static const char *walked_with_rbp(struct unwind_rule rule)
{
	begin_walk(rule);
	put(12, slot(30));
	put(13, in(FUNCTION_RBP));
	for (__u64 frame = 20; frame <= 40; frame += 10)
		put(frame + 1, in(FUNCTION_ROOT) + frame / 10);
	host.native.registers[register_places[3]] = slot(40); /* rbx */
	return walked(in(FUNCTION_RULE), slot(10), slot(20));
}

static void rbp_can_be_in_every_place(void)
{
	struct unwind_rule rule = plain;

	check_str(walked_with_rbp(rule), "7:1070 7:1024 7:1036");
	rule.rbp_place = PLACE_CFA;
	rule.rbp_offset = -16;
	check_str(walked_with_rbp(rule), "7:1070 7:1024 7:1037");
	rule.rbp_place = PLACE_MEMORY;
	rule.rbp_reg = DWARF_RSP;
	rule.rbp_offset = 16;
	check_str(walked_with_rbp(rule), "7:1070 7:1024 7:1037");
	rule.rbp_place = PLACE_REGISTER;
	rule.rbp_reg = 3;
	check_str(walked_with_rbp(rule), "7:1070 7:1024 7:1038");
	rule.rbp_place = PLACE_LOST;
	check_str(walked_with_rbp(rule), "7:1070 7:1024 gap:3:7");
	rule.rbp_place = PLACE_MEMORY;
	rule.rbp_reg = DWARF_REGISTERS;
	check_str(walked_with_rbp(rule), "7:1070 7:1024 gap:3:7");
	rule.rbp_reg = DWARF_RSP;
	rule.rbp_offset = INT32_MIN;
	check_str(walked_with_rbp(rule), "7:1070 7:1024 gap:3:7");
	host_done();
}

static void the_return_address_can_be_in_every_place(void)
{
	struct unwind_rule rule = plain;

	rule.ra_place = PLACE_MEMORY;
	rule.ra_reg = DWARF_RBP;
	rule.ra_offset = 8;
	check_str(walked_with_rbp(rule), "7:1070 7:1036");
	rule.ra_place = PLACE_REGISTER;
	rule.ra_reg = 3;
	walked_with_rbp(rule);
	host.native.registers[register_places[3]] = in(FUNCTION_ROOT) + 1;
	check_str(walked_on(), "7:1070 7:1035");
	rule.ra_reg = DWARF_REGISTERS;
	check_str(walked_with_rbp(rule), "7:1070 gap:3:7");
	rule.ra_place = PLACE_LOST;
	check_str(walked_with_rbp(rule), "7:1070");
	check_uint(host.native.cut, 0);
	host_done();
}

/* Realigned stacks keep the CFA on the stack: DW_OP_breg6; DW_OP_deref. */
static void the_cfa_can_be_in_memory(void)
{
	struct unwind_rule rule = plain;

	rule.cfa_reg = DWARF_RBP;
	rule.cfa_offset = -8;
	rule.cfa_deref = 1;
	rule.cfa_add = 16;
	begin_walk(rule);
	put(19, slot(22));
	put(23, in(FUNCTION_ROOT));
	check_str(walked(in(FUNCTION_RULE), slot(10), slot(20)), "7:1070 7:1034");
	put(19, STACK - 64);
	check_str(walked(in(FUNCTION_RULE), slot(10), slot(20)), "7:1070 gap:2:7");
	check_str(walked(in(FUNCTION_RULE), slot(10), STACK), "7:1070 gap:2:7");
	host_done();
}

static void a_rule_that_is_not_there_ends_the_walk(void)
{
	begin();
	host.words.items[host.words.count - 2] |= 0xffffull << UNWIND_OPERAND_SHIFT;
	put(0, in(FUNCTION_ROOT));
	check_true(walked(in(FUNCTION_RULE), slot(0), 0) && host.native.depth == 2);
	check_uint(host.native.cut, 1);
	host_done();
}

/* As glibc's __restore_rt: rip, rsp and rbp of the interrupted code are in memory above rsp. */
static const struct unwind_rule signal_rule = {.cfa_reg = DWARF_RSP,
					       .cfa_deref = 1,
					       .cfa_offset = 16,
					       .ra_place = PLACE_MEMORY,
					       .ra_reg = DWARF_RSP,
					       .ra_offset = 8,
					       .rbp_place = PLACE_MEMORY,
					       .rbp_reg = DWARF_RSP,
					       .is_signal = 1};

static void put_interrupted(__u64 *frame, __u64 ip, __u64 sp, __u64 bp)
{
	frame[0] = in(FUNCTION_RULE);
	frame[1] = bp;
	frame[2] = ip;
	frame[3] = sp;
}

static void what_a_signal_interrupted_is_no_call(void)
{
	begin_walk(signal_rule);
	put_interrupted(&made.stack[10], CODE + FUNCTION_ROOT, slot(20), 0);
	check_str(walked(in(FUNCTION_LEAF), slot(10), 1), "7:1000 7:1075 7:1030");
	put_interrupted(&made.stack[10], in(FUNCTION_RBP), slot(20), slot(30));
	put(31, in(FUNCTION_ROOT));
	check_str(walked(in(FUNCTION_LEAF), slot(10), 1), "7:1000 7:1075 7:1020 7:1034");
	put_interrupted(&made.stack[10], CODE + FUNCTION_PLT + 11, slot(20), 0);
	put(21, in(FUNCTION_ROOT));
	check_str(walked(in(FUNCTION_LEAF), slot(10), 1), "7:1000 7:1075 7:104b 7:1034");
	host_done();
}

/* Not a register is handed on but the three. */
static void interrupted_code_has_rsp_and_rbp_only(void)
{
	begin_walk(signal_rule);
	put_interrupted(&made.stack[10], in(FUNCTION_UNKNOWN), slot(20), slot(30));
	put(31, in(FUNCTION_ROOT));
	check_str(walked(in(FUNCTION_LEAF), slot(10), 1), "7:1000 7:1075 7:1055 7:1034");
	put_interrupted(&made.stack[10], in(FUNCTION_UNKNOWN), slot(20), 0);
	check_str(walked(in(FUNCTION_LEAF), slot(10), 1), "7:1000 7:1075 7:1055 gap:0:7");
	host_done();
}

static void a_handler_may_have_a_stack_of_its_own(void)
{
	begin_walk(signal_rule);
	put_interrupted(&made.alt[10], in(FUNCTION_LEAF), slot(20), 0);
	put(20, in(FUNCTION_ROOT));
	check_str(walked(in(FUNCTION_LEAF), ALT + 80, 1), "7:1000 7:1075 7:1000 7:1034");
	put_interrupted(&made.stack[10], in(FUNCTION_LEAF), ALT + 160, 0);
	made.alt[20] = in(FUNCTION_ROOT);
	check_str(walked(in(FUNCTION_LEAF), slot(10), 1), "7:1000 7:1075 7:1000 7:1034");
	host_done();
}

/* CPython's Python/asm_trampoline.S: 3.12; and from 3.13 on, with a frame pointer. */
static const __u8 trampoline_3_12[] = {0x48, 0x83, 0xec, 0x08, 0xff, 0xd1,
				       0x48, 0x83, 0xc4, 0x08, 0xc3};
static const __u8 trampoline_3_13[] = {0x55, 0x48, 0x89, 0xe5, 0xff, 0xd1, 0x5d, 0xc3};

static void the_trampolines_of_perf_are_left(void)
{
	begin();
	memcpy(made.jit, trampoline_3_12, sizeof(trampoline_3_12));
	put(10, JIT + 6);
	put(12, in(FUNCTION_ROOT));
	check_str(walked(in(FUNCTION_LEAF), slot(10), 1), "7:1000 jit:900005 7:1034");
	put(12, CODE - 100);
	check_str(walked(in(FUNCTION_LEAF), slot(10), 1), "7:1000 jit:900005 gap:1:0");
	put(12, in(FUNCTION_ROOT));
	check_str(walked(JIT + 6, slot(11), 1), "jit:900006 gap:1:0");
	memcpy(made.jit, trampoline_3_13, sizeof(trampoline_3_13));
	check_str(walked(in(FUNCTION_LEAF), slot(10), 1), "7:1000 jit:900005 gap:1:0");
	put(11, slot(30));
	check_str(walked(in(FUNCTION_LEAF), slot(10), slot(11)), "7:1000 jit:900005 7:1034");
	host_done();
}

/* In the function that was called so, rbp goes through the trampoline unchanged. */
static void a_trampoline_leaves_rbp_alone(void)
{
	begin();
	memcpy(made.jit, trampoline_3_12, sizeof(trampoline_3_12));
	put(10, JIT + 6);
	put(12, in(FUNCTION_RBP));
	put(31, in(FUNCTION_ROOT));
	check_str(walked(in(FUNCTION_LEAF), slot(10), slot(30)), "7:1000 jit:900005 7:1024 7:1034");
	host_done();
}

CU_TestInfo native_stack_tests[] = {
	TEST(each_kind_of_row_leads_to_the_caller),
	TEST(rbp_is_handed_on_from_frame_to_frame),
	TEST(a_return_address_belongs_to_the_call_before_it),
	TEST(a_return_address_of_0_ends_the_stack),
	TEST(without_a_row_rbp_is_believed_when_it_leads_into_an_image),
	TEST(an_rbp_that_is_no_frame_pointer_is_not_believed),
	TEST(rbp_0_is_the_root_of_code_without_rows),
	TEST(frames_go_upwards_or_the_walk_ends),
	TEST(memory_that_cannot_be_read_is_told),
	TEST(what_was_read_before_is_not_taken_for_the_last_word),
	TEST(frames_next_to_each_other_are_read_at_once),
	TEST(a_page_is_read_to_its_end_and_no_further),
	TEST(a_stack_pointer_need_not_be_aligned),
	TEST(of_many_frames_the_innermost_1024_are_taken),
	TEST(the_innermost_frame_has_all_registers),
	TEST(other_frames_have_rsp_and_rbp_only),
	TEST(rbp_can_be_in_every_place),
	TEST(the_return_address_can_be_in_every_place),
	TEST(the_cfa_can_be_in_memory),
	TEST(a_rule_that_is_not_there_ends_the_walk),
	TEST(what_a_signal_interrupted_is_no_call),
	TEST(interrupted_code_has_rsp_and_rbp_only),
	TEST(a_handler_may_have_a_stack_of_its_own),
	TEST(the_trampolines_of_perf_are_left),
	TEST(a_trampoline_leaves_rbp_alone),
	CU_TEST_INFO_NULL,
};
