// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/cfi.h"

#include "unwind/cfi_instruction.h"

enum {
	MAX_REMEMBERED = 32
};

struct machine {
	struct bytes code;
	struct cfi_factors factors;
	const struct cfi_state *initial;
	struct cfi_state state;
	struct cfi_state remembered[MAX_REMEMBERED];
	unsigned int depth;
	uint64_t address;
};

static const struct cfi_state unsupported = {
	.cfa = {.kind = CFA_UNSUPPORTED},
	.rsp = {.place = PLACE_UNSUPPORTED},
	.rbp = {.place = PLACE_UNSUPPORTED},
	.ra = {.place = PLACE_UNSUPPORTED},
};

/* What nothing was said about: calls preserve rbp and rsp (System V ABI), the rest is not known. */
static const struct cfi_state unspecified = {
	.cfa = {.kind = CFA_UNSUPPORTED},
	.rsp = {.place = PLACE_IS_CFA},
	.rbp = {.place = PLACE_SAME},
	.ra = {.place = PLACE_UNSUPPORTED},
};

/* The register's place in a state; NULL for those that are skipped. */
static struct frame_place *place_in(const struct machine *machine, struct cfi_state *state,
				    uint64_t reg)
{
	if (reg == DWARF_RBP)
		return &state->rbp;
	if (reg == DWARF_RSP)
		return &state->rsp;
	return reg == machine->factors.ra_column ? &state->ra : NULL;
}

static void set_place(struct machine *machine, uint64_t reg, struct frame_place place)
{
	struct frame_place *of = place_in(machine, &machine->state, reg);

	if (of)
		*of = place;
}

static void set_offset(struct machine *machine, uint64_t reg, int64_t factored)
{
	struct frame_place place = {.place = PLACE_CFA};
	int64_t offset;

	if (__builtin_mul_overflow(factored, machine->factors.data_align, &offset) ||
	    offset != (int32_t)offset)
		place.place = PLACE_UNSUPPORTED;
	else
		place.offset = (int32_t)offset;
	set_place(machine, reg, place);
}

/* An unsigned operand, as what can be multiplied. */
static int64_t uleb128_positive(struct bytes *code)
{
	uint64_t number = bytes_uleb128(code);

	if (number > INT64_MAX)
		bytes_spoil(code);
	return (int64_t)number;
}

static void set_in_register(struct machine *machine, uint64_t reg, uint64_t other)
{
	struct frame_place place = {.place = PLACE_UNSUPPORTED};

	if (other < DWARF_REGISTERS)
		place = (struct frame_place){.place = PLACE_REGISTER, .reg = (uint8_t)other};
	set_place(machine, reg, place);
}

static void restore(struct machine *machine, uint64_t reg)
{
	struct cfi_state initial = *machine->initial;
	struct frame_place *place = place_in(machine, &initial, reg);

	if (place)
		set_place(machine, reg, *place);
}

static void define_cfa(struct machine *machine, uint64_t reg, int64_t offset)
{
	struct frame_cfa *cfa = &machine->state.cfa;

	*cfa = (struct frame_cfa){.kind = CFA_UNSUPPORTED};
	if (reg < DWARF_REGISTERS && offset == (int32_t)offset)
		*cfa = (struct frame_cfa){CFA_REGISTER, (uint8_t)reg, (int32_t)offset, 0};
}

/* One half of a CFA that must be a register and an offset already. */
static void redefine_cfa(struct machine *machine, bool is_register, uint64_t reg, int64_t offset)
{
	const struct frame_cfa cfa = machine->state.cfa;

	if (cfa.kind != CFA_REGISTER)
		machine->state.cfa = (struct frame_cfa){.kind = CFA_UNSUPPORTED};
	else if (is_register)
		define_cfa(machine, reg, cfa.offset);
	else
		define_cfa(machine, cfa.reg, offset);
}

static int64_t factored_sleb128(struct machine *machine)
{
	int64_t offset = 0;

	if (__builtin_mul_overflow(bytes_sleb128(&machine->code), machine->factors.data_align,
				   &offset))
		bytes_spoil(&machine->code);
	return offset;
}

static void remember(struct machine *machine)
{
	if (machine->depth == MAX_REMEMBERED)
		bytes_spoil(&machine->code);
	else
		machine->remembered[machine->depth++] = machine->state;
}

static void recall(struct machine *machine)
{
	if (!machine->depth)
		bytes_spoil(&machine->code);
	else
		machine->state = machine->remembered[--machine->depth];
}

static void set_expression(struct machine *machine, bool is_value)
{
	uint64_t reg = bytes_uleb128(&machine->code);
	struct bytes expression = bytes_take(&machine->code, bytes_uleb128(&machine->code));

	if (place_in(machine, &machine->state, reg))
		set_place(machine, reg, expression_place(expression, is_value));
}

/* Instructions on the CFA. False: it is none of them. */
static bool change_cfa(struct machine *machine, uint8_t instruction)
{
	struct bytes *code = &machine->code;
	uint64_t reg;

	switch (instruction) {
	case CFA_DEF_CFA:
		reg = bytes_uleb128(code);
		define_cfa(machine, reg, uleb128_positive(code));
		return true;
	case CFA_DEF_CFA_SF:
		reg = bytes_uleb128(code);
		define_cfa(machine, reg, factored_sleb128(machine));
		return true;
	case CFA_DEF_CFA_REGISTER:
		redefine_cfa(machine, true, bytes_uleb128(code), 0);
		return true;
	case CFA_DEF_CFA_OFFSET:
		redefine_cfa(machine, false, 0, uleb128_positive(code));
		return true;
	case CFA_DEF_CFA_OFFSET_SF:
		redefine_cfa(machine, false, 0, factored_sleb128(machine));
		return true;
	case CFA_DEF_CFA_EXPRESSION:
		machine->state.cfa = expression_cfa(bytes_take(code, bytes_uleb128(code)));
		return true;
	default:
		return false;
	}
}

/* Instructions on all registers, or on none that matters. False: it is none of them. */
static bool change_all(struct machine *machine, uint8_t instruction)
{
	switch (instruction) {
	case CFA_NOP:
		return true;
	case CFA_GNU_ARGS_SIZE:
		bytes_uleb128(&machine->code);
		return true;
	case CFA_REMEMBER_STATE:
		remember(machine);
		return true;
	case CFA_RESTORE_STATE:
		recall(machine);
		return true;
	case CFA_EXPRESSION:
	case CFA_VAL_EXPRESSION:
		set_expression(machine, instruction == CFA_VAL_EXPRESSION);
		return true;
	default:
		return false;
	}
}

/* What is left: instructions whose first operand is a register. */
static void change_register(struct machine *machine, uint8_t instruction)
{
	struct bytes *code = &machine->code;
	uint64_t reg = bytes_uleb128(code);

	switch (instruction) {
	case CFA_OFFSET_EXTENDED:
		set_offset(machine, reg, uleb128_positive(code));
		break;
	case CFA_OFFSET_EXTENDED_SF:
		set_offset(machine, reg, bytes_sleb128(code));
		break;
	case CFA_GNU_NEGATIVE_OFFSET_EXTENDED:
		set_offset(machine, reg, -uleb128_positive(code));
		break;
	case CFA_RESTORE_EXTENDED:
		restore(machine, reg);
		break;
	case CFA_UNDEFINED:
		set_place(machine, reg, (struct frame_place){.place = PLACE_LOST});
		break;
	case CFA_SAME_VALUE:
		set_place(machine, reg, (struct frame_place){.place = PLACE_SAME});
		break;
	case CFA_IN_REGISTER:
		set_in_register(machine, reg, bytes_uleb128(code));
		break;
	case CFA_VAL_OFFSET:
	case CFA_VAL_OFFSET_SF:
		instruction == CFA_VAL_OFFSET ? uleb128_positive(code) : bytes_sleb128(code);
		set_place(machine, reg, (struct frame_place){.place = PLACE_UNSUPPORTED});
		break;
	default:
		bytes_spoil(code);
	}
}

static void change(struct machine *machine, uint8_t instruction)
{
	uint8_t operand = instruction & CFA_OPERAND;

	if ((instruction & ~CFA_OPERAND) == CFA_OFFSET)
		set_offset(machine, operand, uleb128_positive(&machine->code));
	else if ((instruction & ~CFA_OPERAND) == CFA_RESTORE)
		restore(machine, operand);
	else if (!change_cfa(machine, instruction) && !change_all(machine, instruction))
		change_register(machine, instruction);
}

static void advance(struct machine *machine, uint64_t factored)
{
	uint64_t amount;

	if (__builtin_mul_overflow(factored, machine->factors.code_align, &amount) ||
	    __builtin_add_overflow(machine->address, amount, &machine->address))
		bytes_spoil(&machine->code);
}

static void set_address(struct machine *machine)
{
	uint64_t address = bytes_pointer(&machine->code, machine->factors.pointer_encoding);

	if (address < machine->address)
		bytes_spoil(&machine->code);
	else
		machine->address = address;
}

/* Instructions on the address. False: it is none of them. */
static bool move(struct machine *machine, uint8_t instruction)
{
	struct bytes *code = &machine->code;

	if ((instruction & ~CFA_OPERAND) == CFA_ADVANCE_LOC)
		advance(machine, instruction & CFA_OPERAND);
	else if (instruction == CFA_ADVANCE_LOC1)
		advance(machine, bytes_number(code, 1));
	else if (instruction == CFA_ADVANCE_LOC2)
		advance(machine, bytes_number(code, 2));
	else if (instruction == CFA_ADVANCE_LOC4)
		advance(machine, bytes_number(code, 4));
	else if (instruction == CFA_MIPS_ADVANCE_LOC8)
		advance(machine, bytes_number(code, 8));
	else if (instruction == CFA_SET_LOC)
		set_address(machine);
	else
		return false;
	return true;
}

/* Runs up to the next address, where code is not bad; *address is that of the state now. */
static void run_row(struct machine *machine, uint64_t *address)
{
	*address = machine->address;
	while (machine->code.at < machine->code.end) {
		uint8_t instruction = (uint8_t)bytes_number(&machine->code, 1);
		if (!move(machine, instruction))
			change(machine, instruction);
		else if (machine->address != *address)
			return;
	}
}

struct cfi_state cfi_initial(struct bytes instructions, struct cfi_factors factors)
{
	struct machine machine;
	uint64_t address;

	machine.code = instructions;
	machine.factors = factors;
	machine.initial = &unspecified;
	machine.state = unspecified;
	machine.depth = 0;
	machine.address = 0;
	run_row(&machine, &address);
	return machine.code.bad || machine.address ? unsupported : machine.state;
}

int cfi_run(const struct cfi_program *program, cfi_row *row, void *context)
{
	struct machine machine; /* not zeroed: what is remembered is large and rarely used */
	uint64_t address;
	int err = 0;

	machine.code = program->instructions;
	machine.factors = program->factors;
	machine.initial = program->initial;
	machine.state = *program->initial;
	machine.depth = 0;
	machine.address = program->start;
	do {
		run_row(&machine, &address);
		err = row(context, address, machine.code.bad ? &unsupported : &machine.state);
	} while (!err && !machine.code.bad && machine.address != address &&
		 machine.address < program->end);
	return err;
}
