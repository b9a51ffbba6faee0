// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/cfi.h"

#include <errno.h>

#include "check.h"
#include "unwind/cfi_instruction.h"

enum {
	START = 0x1000,
	END = 0x1100,
	VADDR = 0x500 /* of the instructions */
};

#define CODE(...) (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})
/* Checks what instructions make of a function whose CIE says: CFA = rsp+8, ra at CFA-8. */
#define check_rows(expected, ...) check_str(rows(CODE(__VA_ARGS__)), expected)

static const struct cfi_factors factors = {1, -8, POINTER_UDATA4, DWARF_RETURN_ADDRESS};

struct told {
	char text[2048];
	size_t length;
	unsigned int stop_after;
};

static void tell_place(struct told *told, const char *name, const struct frame_place *place)
{
	static const char *const words[] = {
		[PLACE_SAME] = "same",	 [PLACE_CFA] = "cfa",	[PLACE_MEMORY] = "mem",
		[PLACE_REGISTER] = "in", [PLACE_LOST] = "lost", [PLACE_UNSUPPORTED] = "?",
		[PLACE_IS_CFA] = "cfa",
	};

	told->length +=
		(size_t)sprintf(told->text + told->length, " %s:%s", name, words[place->place]);
	if (place->place == PLACE_MEMORY || place->place == PLACE_REGISTER)
		told->length += (size_t)sprintf(told->text + told->length, "(r%u)", place->reg);
	if (place->place == PLACE_MEMORY || place->place == PLACE_CFA)
		told->length += (size_t)sprintf(told->text + told->length, "%+d", place->offset);
}

/* Only what is not as it usually is: rsp is the CFA, rbp the same, and ra at CFA-8. */
static int tell(void *context, uint64_t address, const struct cfi_state *state)
{
	struct told *told = context;
	char *at = told->text + told->length;

	told->length +=
		(size_t)(state->cfa.kind == CFA_REGISTER
				 ? sprintf(at, "%s%" PRIx64 " r%u%+d", told->length ? "; " : "",
					   address, state->cfa.reg, state->cfa.offset)
				 : sprintf(at, "%s%" PRIx64 " %s", told->length ? "; " : "",
					   address,
					   state->cfa.kind == CFA_UNSUPPORTED ? "?" : "expr"));
	if (state->rsp.place != PLACE_IS_CFA)
		tell_place(told, "rsp", &state->rsp);
	if (state->rbp.place != PLACE_SAME)
		tell_place(told, "rbp", &state->rbp);
	if (state->ra.place != PLACE_CFA || state->ra.offset != -8)
		tell_place(told, "ra", &state->ra);
	return told->stop_after && !--told->stop_after ? -E2BIG : 0;
}

static struct bytes code(const uint8_t *at, size_t size)
{
	return (struct bytes){.at = at, .end = at + size, .end_vaddr = VADDR + size};
}

static struct cfi_state usual(void)
{
	static const uint8_t instructions[] = {CFA_DEF_CFA, 7, 8, CFA_OFFSET | 16, 1};

	return cfi_initial(code(instructions, sizeof(instructions)), factors);
}

static const char *rows(const uint8_t *at, size_t size)
{
	static struct told told;
	struct cfi_state initial = usual();
	struct cfi_program program = {code(at, size), factors, &initial, START, END};

	told = (struct told){0};
	check_ok(cfi_run(&program, tell, &told));
	return told.text;
}

static void a_function_begins_as_its_cie_says(void)
{
	check_rows("1000 r7+8", CFA_NOP);
	check_rows("1000 r7+8", CFA_NOP, CFA_GNU_ARGS_SIZE, 0x80, 1, CFA_NOP);
}

static void addresses_advance(void)
{
	check_rows("1000 r7+8; 1004 r7+8", CFA_ADVANCE_LOC | 4);
	check_rows("1000 r7+8; 10f0 r7+8", CFA_ADVANCE_LOC1, 0xf0);
	check_rows("1000 r7+8; 1001 r7+8", CFA_ADVANCE_LOC2, 1, 0);
	check_rows("1000 r7+8; 1001 r7+8", CFA_ADVANCE_LOC4, 1, 0, 0, 0);
	check_rows("1000 r7+8; 1001 r7+8", CFA_MIPS_ADVANCE_LOC8, 1, 0, 0, 0, 0, 0, 0, 0);
	check_rows("1000 r7+8; 1020 r7+8", CFA_SET_LOC, 0x20, 0x10, 0, 0);
	check_rows("1000 r7+16", CFA_ADVANCE_LOC | 0, CFA_DEF_CFA_OFFSET, 16);
}

static void what_is_behind_the_function_is_not_told(void)
{
	check_rows("1000 r7+8", CFA_ADVANCE_LOC2, 0, 1, CFA_DEF_CFA_OFFSET, 16);
	check_rows("1000 r7+8; 10ff r7+8", CFA_ADVANCE_LOC1, 0xff, CFA_ADVANCE_LOC | 1);
}

static void factors_multiply(void)
{
	static const uint8_t instructions[] = {CFA_ADVANCE_LOC | 4, CFA_OFFSET | 6, 3};
	struct cfi_state initial = usual();
	struct cfi_program program = {code(instructions, sizeof(instructions)),
				      {4, 16, POINTER_UDATA4, DWARF_RETURN_ADDRESS},
				      &initial,
				      START,
				      END};
	struct told told = {0};

	check_ok(cfi_run(&program, tell, &told));
	check_str(told.text, "1000 r7+8; 1010 r7+8 rbp:cfa+48");
}

static void the_cfa_is_defined(void)
{
	check_rows("1000 r6+16", CFA_DEF_CFA, 6, 16);
	check_rows("1000 r6-16", CFA_DEF_CFA_SF, 6, 2);
	check_rows("1000 r6+8", CFA_DEF_CFA_REGISTER, 6);
	check_rows("1000 r7+256", CFA_DEF_CFA_OFFSET, 0x80, 2);
	check_rows("1000 r7+16", CFA_DEF_CFA_OFFSET_SF, 0x7e);
	check_rows("1000 r10+0", CFA_DEF_CFA, 10, 0);
	check_rows("1000 expr", CFA_DEF_CFA_EXPRESSION, 3, 0x76, 0x78, 0x06);
	check_rows("1000 r7+24", CFA_DEF_CFA_EXPRESSION, 2, 0x77, 24);
}

static void a_cfa_that_cannot_be_said_is_unsupported(void)
{
	check_rows("1000 ?", CFA_DEF_CFA, 16, 8);
	check_rows("1000 ?", CFA_DEF_CFA, 7, 0x80, 0x80, 0x80, 0x80, 8);
	check_rows("1000 ?", CFA_DEF_CFA_EXPRESSION, 1, 0x96);
	/* an expression has no halves */
	check_rows("1000 ?", CFA_DEF_CFA_EXPRESSION, 3, 0x76, 0x78, 0x06, CFA_DEF_CFA_OFFSET, 8);
	check_rows("1000 ?", CFA_DEF_CFA_EXPRESSION, 3, 0x76, 0x78, 0x06, CFA_DEF_CFA_REGISTER, 7);
	check_rows("1000 ?; 1001 r7+8", CFA_DEF_CFA_EXPRESSION, 1, 0x96, CFA_ADVANCE_LOC | 1,
		   CFA_DEF_CFA, 7, 8);
}

static void registers_are_found(void)
{
	check_rows("1000 r7+8 rbp:cfa-16", CFA_OFFSET | 6, 2);
	check_rows("1000 r7+8 rbp:cfa-16", CFA_OFFSET_EXTENDED, 6, 2);
	check_rows("1000 r7+8 rbp:cfa+16", CFA_OFFSET_EXTENDED_SF, 6, 0x7e);
	check_rows("1000 r7+8 rbp:cfa+16", CFA_GNU_NEGATIVE_OFFSET_EXTENDED, 6, 2);
	check_rows("1000 r7+8 ra:lost", CFA_UNDEFINED, 16);
	check_rows("1000 r7+8 rbp:lost", CFA_UNDEFINED, 6);
	check_rows("1000 r7+8 ra:same", CFA_SAME_VALUE, 16);
	check_rows("1000 r7+8 ra:in(r1)", CFA_IN_REGISTER, 16, 1);
	check_rows("1000 r7+8 rsp:in(r8)", CFA_IN_REGISTER, 7, 8);
	check_rows("1000 r7+8 rbp:mem(r7)+120", CFA_EXPRESSION, 6, 3, 0x77, 0xf8, 0);
	check_rows("1000 r7+8 rbp:in(r3)", CFA_VAL_EXPRESSION, 6, 2, 0x73, 0);
}

static void places_that_cannot_be_said_are_unsupported(void)
{
	check_rows("1000 r7+8 rbp:?", CFA_VAL_OFFSET, 6, 2);
	check_rows("1000 r7+8 ra:?", CFA_VAL_OFFSET_SF, 16, 0xff, 0x7f);
	check_rows("1000 r7+8 rbp:?", CFA_IN_REGISTER, 6, 17);
	check_rows("1000 r7+8 rbp:?", CFA_EXPRESSION, 6, 1, 0x96);
	check_rows("1000 r7+8 rbp:?", CFA_OFFSET | 6, 0x80, 0x80, 0x80, 0x80, 2);
}

static void other_registers_are_skipped(void)
{
	check_rows("1000 r7+8", CFA_OFFSET | 3, 2, CFA_OFFSET_EXTENDED, 0x85, 1, 2, CFA_UNDEFINED,
		   12, CFA_IN_REGISTER, 5, 10, CFA_EXPRESSION, 8, 2, 0x77, 40, CFA_VAL_EXPRESSION,
		   8, 1, 0x96, CFA_RESTORE | 3, CFA_RESTORE_EXTENDED, 0x85, 1);
}

static void restoring_goes_back_to_the_cie(void)
{
	check_rows("1000 r7+8 rbp:cfa-16; 1001 r7+8", CFA_OFFSET | 6, 2, CFA_ADVANCE_LOC | 1,
		   CFA_RESTORE | 6);
	check_rows("1000 r7+8 ra:lost; 1001 r7+8", CFA_UNDEFINED, 16, CFA_ADVANCE_LOC | 1,
		   CFA_RESTORE_EXTENDED, 16);
}

static void states_are_remembered(void)
{
	check_rows("1000 r7+16 rbp:cfa-16; 1001 r7+8; 1002 r7+16 rbp:cfa-16", CFA_DEF_CFA_OFFSET,
		   16, CFA_OFFSET | 6, 2, CFA_REMEMBER_STATE, CFA_ADVANCE_LOC | 1, CFA_RESTORE | 6,
		   CFA_DEF_CFA_OFFSET, 8, CFA_ADVANCE_LOC | 1, CFA_RESTORE_STATE);
	check_rows("1000 ? rsp:? rbp:? ra:?", CFA_RESTORE_STATE);
}

static void more_states_than_are_kept_are_an_error(void)
{
	uint8_t instructions[40];

	memset(instructions, CFA_REMEMBER_STATE, sizeof(instructions));
	check_str(rows(instructions, 32), "1000 r7+8");
	check_str(rows(instructions, 33), "1000 ? rsp:? rbp:? ra:?");
}

static void from_a_broken_instruction_on_nothing_is_known(void)
{
	check_rows("1000 r7+8; 1001 ? rsp:? rbp:? ra:?", CFA_ADVANCE_LOC | 1, 0x3f);
	check_rows("1000 r7+8; 1001 ? rsp:? rbp:? ra:?", CFA_ADVANCE_LOC | 1, CFA_DEF_CFA, 7);
	check_rows("1000 ? rsp:? rbp:? ra:?", CFA_ADVANCE_LOC4, 1, 0, 0);
	check_rows("1000 ? rsp:? rbp:? ra:?", CFA_DEF_CFA_EXPRESSION, 0xff, 0xff, 0xff, 1);
	check_rows("1000 ? rsp:? rbp:? ra:?", CFA_MIPS_ADVANCE_LOC8, 0, 0xf0, 0xff, 0xff, 0xff,
		   0xff, 0xff, 0xff);
	check_rows("1000 r7+8; 1001 ? rsp:? rbp:? ra:?", CFA_ADVANCE_LOC | 1, CFA_SET_LOC, 0, 0x10,
		   0, 0);
}

static void a_broken_cie_knows_nothing(void)
{
	static const uint8_t moving[] = {CFA_DEF_CFA, 7, 8, CFA_ADVANCE_LOC | 1};
	struct cfi_state state = cfi_initial(code(moving, sizeof(moving)), factors);

	check_int(state.cfa.kind, CFA_UNSUPPORTED);
	check_int(state.ra.place, PLACE_UNSUPPORTED);
	state = cfi_initial(code(moving, 2), factors);
	check_int(state.cfa.kind, CFA_UNSUPPORTED);
	check_int(state.rbp.place, PLACE_UNSUPPORTED);
}

static void nothing_is_known_of_what_a_cie_does_not_say(void)
{
	struct cfi_state state = cfi_initial(code(NULL, 0), factors);

	check_int(state.cfa.kind, CFA_UNSUPPORTED);
	check_int(state.rsp.place, PLACE_IS_CFA);
	check_int(state.rbp.place, PLACE_SAME);
	check_int(state.ra.place, PLACE_UNSUPPORTED);
}

static void a_run_ends_when_it_is_told_to(void)
{
	static const uint8_t instructions[] = {CFA_ADVANCE_LOC | 1, CFA_ADVANCE_LOC | 1};
	struct cfi_state initial = usual();
	struct cfi_program program = {code(instructions, sizeof(instructions)), factors, &initial,
				      START, END};
	struct told told = {.stop_after = 2};

	check_int(cfi_run(&program, tell, &told), -E2BIG);
	check_str(told.text, "1000 r7+8; 1001 r7+8");
}

CU_TestInfo cfi_tests[] = {
	TEST(a_function_begins_as_its_cie_says),
	TEST(addresses_advance),
	TEST(what_is_behind_the_function_is_not_told),
	TEST(factors_multiply),
	TEST(the_cfa_is_defined),
	TEST(a_cfa_that_cannot_be_said_is_unsupported),
	TEST(registers_are_found),
	TEST(places_that_cannot_be_said_are_unsupported),
	TEST(other_registers_are_skipped),
	TEST(restoring_goes_back_to_the_cie),
	TEST(states_are_remembered),
	TEST(more_states_than_are_kept_are_an_error),
	TEST(from_a_broken_instruction_on_nothing_is_known),
	TEST(a_broken_cie_knows_nothing),
	TEST(nothing_is_known_of_what_a_cie_does_not_say),
	TEST(a_run_ends_when_it_is_told_to),
	CU_TEST_INFO_NULL,
};
