// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/expression.h"

/* DWARF 5, table 7.9 */
enum operation {
	OP_DEREF = 0x06,
	OP_CONST1U = 0x08,
	OP_CONST1S = 0x09,
	OP_CONST2U = 0x0a,
	OP_CONST2S = 0x0b,
	OP_CONST4U = 0x0c,
	OP_CONST4S = 0x0d,
	OP_CONST8U = 0x0e,
	OP_CONST8S = 0x0f,
	OP_CONSTU = 0x10,
	OP_CONSTS = 0x11,
	OP_MINUS = 0x1c,
	OP_PLUS = 0x22,
	OP_PLUS_UCONST = 0x23,
	OP_LIT0 = 0x30,
	OP_LIT31 = 0x4f,
	OP_BREG0 = 0x70,
	OP_BREG31 = 0x8f,
	OP_BREGX = 0x92,
};

enum term_kind {
	TERM_CONSTANT,	 /* add */
	TERM_CFA,	 /* CFA + add */
	TERM_REGISTER,	 /* reg + add */
	TERM_MEMORY,	 /* what is in memory at reg + offset, + add */
	TERM_CFA_MEMORY, /* what is in memory at CFA + offset, + add */
};

/* What is on the stack of an expression, as a formula. */
struct term {
	enum term_kind kind;
	uint64_t reg;
	int64_t offset, add;
};

enum {
	MAX_TERMS = 8
};

struct evaluation {
	struct bytes code;
	struct term terms[MAX_TERMS];
	unsigned int count;
};

static void push(struct evaluation *evaluation, struct term term)
{
	if (evaluation->count == MAX_TERMS)
		bytes_spoil(&evaluation->code);
	else
		evaluation->terms[evaluation->count++] = term;
}

static void push_constant(struct evaluation *evaluation, uint64_t value)
{
	push(evaluation, (struct term){.kind = TERM_CONSTANT, .add = (int64_t)value});
}

static void push_register(struct evaluation *evaluation, uint64_t reg)
{
	int64_t add = bytes_sleb128(&evaluation->code);

	push(evaluation, (struct term){.kind = TERM_REGISTER, .reg = reg, .add = add});
}

/* A term of its own, so that nothing is there to be changed when the stack is empty. */
static struct term pop(struct evaluation *evaluation)
{
	if (evaluation->count)
		return evaluation->terms[--evaluation->count];
	bytes_spoil(&evaluation->code);
	return (struct term){0};
}

static void add(struct evaluation *evaluation, int64_t amount)
{
	struct term term = pop(evaluation);

	if (__builtin_add_overflow(term.add, amount, &term.add))
		bytes_spoil(&evaluation->code);
	push(evaluation, term);
}

static void add_terms(struct evaluation *evaluation)
{
	struct term second = pop(evaluation), first = pop(evaluation);

	if (second.kind != TERM_CONSTANT && first.kind != TERM_CONSTANT)
		bytes_spoil(&evaluation->code);
	push(evaluation, second.kind == TERM_CONSTANT ? first : second);
	add(evaluation, second.kind == TERM_CONSTANT ? second.add : first.add);
}

static void subtract(struct evaluation *evaluation)
{
	struct term amount = pop(evaluation);

	if (amount.kind != TERM_CONSTANT || amount.add == INT64_MIN)
		bytes_spoil(&evaluation->code);
	else
		add(evaluation, -amount.add);
}

static void dereference(struct evaluation *evaluation)
{
	struct term term = pop(evaluation);

	if (term.kind != TERM_REGISTER && term.kind != TERM_CFA)
		bytes_spoil(&evaluation->code);
	term.kind = term.kind == TERM_CFA ? TERM_CFA_MEMORY : TERM_MEMORY;
	term.offset = term.add;
	term.add = 0;
	push(evaluation, term);
}

static uint64_t constant(struct bytes *code, uint8_t operation)
{
	switch (operation) {
	case OP_CONST1U:
		return bytes_number(code, 1);
	case OP_CONST1S:
		return (uint64_t)(int8_t)bytes_number(code, 1);
	case OP_CONST2U:
		return bytes_number(code, 2);
	case OP_CONST2S:
		return (uint64_t)(int16_t)bytes_number(code, 2);
	case OP_CONST4U:
		return bytes_number(code, 4);
	case OP_CONST4S:
		return (uint64_t)(int32_t)bytes_number(code, 4);
	case OP_CONST8U:
	case OP_CONST8S:
		return bytes_number(code, 8);
	case OP_CONSTU:
		return bytes_uleb128(code);
	default:
		return (uint64_t)bytes_sleb128(code);
	}
}

static void operate(struct evaluation *evaluation)
{
	struct bytes *code = &evaluation->code;
	uint8_t operation = (uint8_t)bytes_number(code, 1);

	if (operation >= OP_BREG0 && operation <= OP_BREG31)
		push_register(evaluation, operation - OP_BREG0);
	else if (operation == OP_BREGX)
		push_register(evaluation, bytes_uleb128(code));
	else if (operation >= OP_LIT0 && operation <= OP_LIT31)
		push_constant(evaluation, operation - OP_LIT0);
	else if (operation >= OP_CONST1U && operation <= OP_CONSTS)
		push_constant(evaluation, constant(code, operation));
	else if (operation == OP_DEREF)
		dereference(evaluation);
	else if (operation == OP_PLUS_UCONST)
		add(evaluation, (int64_t)bytes_uleb128(code));
	else if (operation == OP_PLUS)
		add_terms(evaluation);
	else if (operation == OP_MINUS)
		subtract(evaluation);
	else
		bytes_spoil(code);
}

/* False when the expression is broken or its value is none of the formulas. */
static bool evaluate(struct evaluation *evaluation, struct term *value)
{
	while (evaluation->code.at < evaluation->code.end)
		operate(evaluation);
	*value = pop(evaluation);
	return !evaluation->code.bad && value->reg < DWARF_REGISTERS &&
	       value->offset == (int32_t)value->offset && value->add == (int32_t)value->add;
}

/* breg7 8, breg16 0, lit15, and, litN, ge, lit3, shl, plus */
static bool plt_threshold(const struct bytes *expression, int32_t *threshold)
{
	static const uint8_t head[] = {0x77, 8, 0x80, 0, 0x3f, 0x1a},
			     tail[] = {0x2a, 0x33, 0x24, 0x22};
	const uint8_t *literal = expression->at + sizeof(head);

	if (bytes_left(expression) != sizeof(head) + 1 + sizeof(tail) ||
	    memcmp(expression->at, head, sizeof(head)) != 0 ||
	    memcmp(literal + 1, tail, sizeof(tail)) != 0 || *literal < OP_LIT0 ||
	    *literal > OP_LIT31)
		return false;
	*threshold = *literal - OP_LIT0;
	return true;
}

struct frame_cfa expression_cfa(struct bytes expression)
{
	struct evaluation evaluation = {.code = expression};
	struct frame_cfa cfa = {.kind = CFA_PLT, .reg = DWARF_RSP};
	struct term value;

	if (plt_threshold(&expression, &cfa.offset))
		return cfa;
	if (!evaluate(&evaluation, &value))
		return (struct frame_cfa){.kind = CFA_UNSUPPORTED};
	cfa.reg = (uint8_t)value.reg;
	if (value.kind == TERM_REGISTER) {
		cfa.kind = CFA_REGISTER;
		cfa.offset = (int32_t)value.add;
	} else if (value.kind == TERM_MEMORY) {
		cfa.kind = CFA_MEMORY;
		cfa.offset = (int32_t)value.offset;
		cfa.add = (int32_t)value.add;
	} else {
		cfa = (struct frame_cfa){.kind = CFA_UNSUPPORTED};
	}
	return cfa;
}

/* The place where a value of this formula is found as it is. */
static struct frame_place value_place(const struct term *value)
{
	struct frame_place place = {.place = PLACE_UNSUPPORTED};

	if (value->add || value->kind == TERM_CONSTANT || value->kind == TERM_CFA)
		return place;
	place.reg = (uint8_t)value->reg;
	place.offset = (int32_t)value->offset;
	place.place = value->kind == TERM_REGISTER ? PLACE_REGISTER
		      : value->kind == TERM_MEMORY ? PLACE_MEMORY
						   : PLACE_CFA;
	return place;
}

struct frame_place expression_place(struct bytes expression, bool is_value)
{
	struct evaluation evaluation = {
		.code = expression, .terms = {{.kind = TERM_CFA}}, .count = 1};
	struct term value;

	if (!is_value) {
		while (evaluation.code.at < evaluation.code.end)
			operate(&evaluation);
		dereference(&evaluation);
	}
	if (!evaluate(&evaluation, &value))
		return (struct frame_place){.place = PLACE_UNSUPPORTED};
	return value_place(&value);
}
