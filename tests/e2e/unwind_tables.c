// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * unwind_tables FILE [SPOIL] <FUNCTIONS: at every address of the functions "START END"
 * (hexadecimal) that stdin names, our rows must find the caller where libdw finds it. Both rules
 * are carried out, by a walker and an evaluator of DWARF that know nothing of each other, with
 * made-up registers and memory: the values must be equal. Prints the counts; status 1 when anything
 * differs. SPOIL: the row in that part of the table, in per mille, is changed first, which must be
 * found out.
 */
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/map64.h"
#include "unwind/table_build.h"

enum {
	SHOWN = 10,
	WORLDS = 18,
	PADDING = 16
};

/* Where the caller is: what a walker needs. rsp is the CFA, but in longjmp. `end`: it has none. */
struct caller {
	bool covered, end, is_signal, rbp_lost;
	uint64_t rsp, rbp, ra;
};

/* Made-up registers; memory is a hash of the address. */
struct world {
	uint64_t registers[17];
};

static struct unwind_table table;
static uint64_t wrong, compared;

static uint64_t memory(uint64_t address)
{
	return hash64(12345, address);
}

/* Each of 16 in a row has another rip % 16, which the rule of .plt looks at; the first two: 0, 15.
 */
static struct world world(unsigned int nth)
{
	struct world made;

	for (unsigned int i = 0; i < 17; i++)
		made.registers[i] = hash64(nth + 1, i) & 0x7fffffffffffull;
	made.registers[DWARF_RSP] &= ~15ull;
	made.registers[16] = (made.registers[16] & ~15ull) + nth * 15 % 16;
	return made;
}

static void report(uint64_t address, const char *what)
{
	if (wrong++ < SHOWN)
		printf("%#" PRIx64 ": %s\n", address, what);
}

/* ---- ours ---- */

/* The index of the row that rules an address, -1 before the first. */
static long row_at(uint64_t address)
{
	size_t low = 0, high = table.rows.count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if ((uint32_t)table.rows.items[middle] + table.base_vaddr <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return (long)low - 1;
}

static uint64_t row_address(long row)
{
	return (uint32_t)table.rows.items[row] + table.base_vaddr;
}

static uint8_t row_kind(long row)
{
	return row < 0 ? UNWIND_NONE : (uint8_t)(table.rows.items[row] >> UNWIND_KIND_SHIFT);
}

static uint64_t placed(const struct world *world, uint64_t cfa, uint64_t same, uint8_t place,
		       uint8_t reg, int32_t offset)
{
	switch (place) {
	case PLACE_SAME:
		return same;
	case PLACE_CFA:
		return memory(cfa + (uint64_t)(int64_t)offset);
	case PLACE_MEMORY:
		return memory(world->registers[reg] + (uint64_t)(int64_t)offset);
	default:
		return world->registers[reg];
	}
}

static struct caller rule_caller(const struct unwind_rule *rule, const struct world *world)
{
	struct caller caller = {.covered = true, .is_signal = rule->is_signal};

	caller.rsp = world->registers[rule->cfa_reg] + (uint64_t)(int64_t)rule->cfa_offset;
	if (rule->cfa_deref)
		caller.rsp = memory(caller.rsp) + (uint64_t)(int64_t)rule->cfa_add;
	caller.end = rule->ra_place == PLACE_LOST;
	caller.ra = placed(world, caller.rsp, 0, rule->ra_place, rule->ra_reg, rule->ra_offset);
	caller.rbp_lost = rule->rbp_place == PLACE_LOST;
	caller.rbp = placed(world, caller.rsp, world->registers[DWARF_RBP], rule->rbp_place,
			    rule->rbp_reg, rule->rbp_offset);
	return caller;
}

static struct caller our_caller(long row, const struct world *world)
{
	uint64_t word = table.rows.items[row];
	int64_t operand = (int16_t)(word >> UNWIND_OPERAND_SHIFT);
	int64_t rbp = (int8_t)(word >> UNWIND_RBP_SHIFT);
	struct caller caller = {.covered = true};

	switch (row_kind(row)) {
	case UNWIND_NONE:
		return (struct caller){0};
	case UNWIND_END:
		return (struct caller){.covered = true, .end = true};
	case UNWIND_RULE:
		return rule_caller(&table.rules.items[(uint16_t)operand], world);
	case UNWIND_PLT:
		caller.rsp = world->registers[DWARF_RSP] + 8 +
			     (world->registers[16] % 16 >= (uint64_t)operand ? 8 : 0);
		break;
	default:
		caller.rsp = world->registers[row_kind(row) == UNWIND_RSP ? DWARF_RSP : DWARF_RBP] +
			     8 * (uint64_t)operand;
	}
	caller.ra = memory(caller.rsp - 8);
	caller.rbp = rbp ? memory(caller.rsp + 8 * (uint64_t)rbp) : world->registers[DWARF_RBP];
	return caller;
}

/* ---- libdw's ---- */

struct evaluation {
	uint64_t stack[16];
	int top;
	bool is_value, failed;
};

static uint64_t *slot(struct evaluation *evaluation, int nth)
{
	static uint64_t nowhere;

	if (evaluation->top < nth || evaluation->top - nth >= 16) {
		evaluation->failed = true;
		return &nowhere;
	}
	return &evaluation->stack[evaluation->top - nth];
}

static void push(struct evaluation *evaluation, uint64_t value)
{
	evaluation->top++;
	*slot(evaluation, 1) = value;
}

static void binary(struct evaluation *evaluation, uint8_t atom)
{
	uint64_t second = *slot(evaluation, 1), *first = slot(evaluation, 2);

	evaluation->top--;
	if (atom == DW_OP_plus)
		*first += second;
	else if (atom == DW_OP_minus)
		*first -= second;
	else if (atom == DW_OP_and)
		*first &= second;
	else if (atom == DW_OP_ge)
		*first = (int64_t)*first >= (int64_t)second;
	else if (atom == DW_OP_shl)
		*first <<= second & 63;
	else
		evaluation->failed = true;
}

static void operate(struct evaluation *evaluation, const Dwarf_Op *op, const struct world *world,
		    uint64_t cfa)
{
	if (op->atom >= DW_OP_breg0 && op->atom <= DW_OP_breg16)
		push(evaluation, world->registers[op->atom - DW_OP_breg0] + op->number);
	else if (op->atom == DW_OP_bregx && op->number <= 16)
		push(evaluation, world->registers[op->number] + op->number2);
	else if (op->atom >= DW_OP_lit0 && op->atom <= DW_OP_lit31)
		push(evaluation, op->atom - DW_OP_lit0);
	else if (op->atom >= DW_OP_const1u && op->atom <= DW_OP_consts)
		push(evaluation, op->number);
	else if (op->atom == DW_OP_call_frame_cfa)
		push(evaluation, cfa);
	else if (op->atom == DW_OP_deref)
		*slot(evaluation, 1) = memory(*slot(evaluation, 1));
	else if (op->atom == DW_OP_plus_uconst)
		*slot(evaluation, 1) += op->number;
	else if (op->atom == DW_OP_stack_value)
		evaluation->is_value = true;
	else
		binary(evaluation, op->atom);
}

static bool evaluate(const Dwarf_Op *ops, size_t count, const struct world *world, uint64_t cfa,
		     struct evaluation *evaluation)
{
	*evaluation = (struct evaluation){0};
	for (size_t i = 0; i < count; i++)
		operate(evaluation, &ops[i], world, cfa);
	return !evaluation->failed && evaluation->top > 0;
}

/* False when it is undefined; *known turns false when it cannot be told. */
static bool dw_register(Dwarf_Frame *frame, int reg, const struct world *world, uint64_t cfa,
			uint64_t *value, bool *known)
{
	struct evaluation evaluation;
	Dwarf_Op memory_of[3], *ops;
	size_t count;

	*value = world->registers[reg];
	if (dwarf_frame_register(frame, reg, memory_of, &ops, &count)) {
		*known = false;
		return true;
	}
	if (!count)
		return !ops;
	if (count == 1 && ops->atom >= DW_OP_reg0 && ops->atom <= DW_OP_reg16) {
		*value = world->registers[ops->atom - DW_OP_reg0];
	} else if (count == 1 && ops->atom == DW_OP_regx && ops->number <= 16) {
		*value = world->registers[ops->number];
	} else if (evaluate(ops, count, world, cfa, &evaluation)) {
		*value = *slot(&evaluation, 1);
		if (!evaluation.is_value)
			*value = memory(*value);
	} else {
		*known = false;
	}
	return true;
}

static bool dw_caller(Dwarf_Frame *frame, bool is_signal, const struct world *world,
		      struct caller *caller)
{
	struct evaluation evaluation;
	bool known = true;
	Dwarf_Op *ops;
	size_t count;

	*caller = (struct caller){.covered = true, .is_signal = is_signal};
	caller->end = !dw_register(frame, 16, world, 0, &caller->ra, &known);
	if (caller->end)
		return true;
	if (dwarf_frame_cfa(frame, &ops, &count) || !evaluate(ops, count, world, 0, &evaluation))
		return false;
	uint64_t cfa = *slot(&evaluation, 1);
	dw_register(frame, 16, world, cfa, &caller->ra, &known);
	caller->rbp_lost = !dw_register(frame, DWARF_RBP, world, cfa, &caller->rbp, &known);
	dw_register(frame, DWARF_RSP, world, cfa, &caller->rsp, &known);
	return known;
}

/* ---- the two ---- */

static const char *difference(const struct caller *ours, const struct caller *theirs)
{
	if (!ours->covered)
		return "no row of ours";
	if (ours->end != theirs->end)
		return "one has a caller, the other has none";
	if (ours->end)
		return NULL;
	if (ours->rsp != theirs->rsp)
		return "rsp";
	if (ours->ra != theirs->ra)
		return "return address";
	if (ours->rbp_lost != theirs->rbp_lost || (!ours->rbp_lost && ours->rbp != theirs->rbp))
		return "rbp";
	return ours->is_signal != theirs->is_signal ? "signal frame" : NULL;
}

static void compare(Dwarf_Frame *frame, bool is_signal, long row, uint64_t address)
{
	const char *found = row < 0 ? "no row of ours" : NULL;

	compared++;
	for (unsigned int nth = 0; nth < WORLDS && !found; nth++) {
		const struct world made = world(nth);
		struct caller ours = our_caller(row, &made), theirs;

		if (dw_caller(frame, is_signal, &made, &theirs))
			found = difference(&ours, &theirs);
		else if (ours.covered)
			found = "a rule that this test cannot carry out";
		if (row_kind(row) != UNWIND_PLT && nth == 1)
			break;
	}
	if (found)
		report(address, found);
}

/* Each row of ours is compared with each of libdw's that it shares an address with. */
static void compare_function(Dwarf_CFI *cfi, uint64_t start, uint64_t end)
{
	for (uint64_t at = start; at < end;) {
		Dwarf_Frame *frame;
		Dwarf_Addr from, to;
		bool is_signal = false;

		if (dwarf_cfi_addrframe(cfi, at, &frame)) {
			report(at, dwarf_errmsg(-1));
			return;
		}
		dwarf_frame_info(frame, &from, &to, &is_signal);
		if (to > end)
			to = end;
		long row = row_at(at);
		compare(frame, is_signal, row, at);
		while (++row < (long)table.rows.count && row_address(row) < to)
			compare(frame, is_signal, row, row_address(row));
		free(frame);
		at = to;
	}
}

/* Stubs of a PLT have a row each, though all are ruled alike: by 8 or 16 bytes. */
static bool begins_stub(long row, uint64_t start)
{
	uint64_t rule = (uint64_t)UNWIND_RSP | 1ULL << (UNWIND_OPERAND_SHIFT - UNWIND_KIND_SHIFT);
	uint64_t bytes = row_address(row) - row_address(row - 1);

	return table.rows.items[row] >> UNWIND_KIND_SHIFT == rule && (bytes == 8 || bytes == 16) &&
	       (row_address(row) - start) % bytes == 0;
}

/* The function has rows of its own, and nothing rules what lies behind it. */
static void check_bounds(uint64_t start, uint64_t end, uint64_t next)
{
	long row = row_at(start);

	if (row < 0 || (row_address(row) != start && row_address(row) != start - 1))
		report(start, "no row begins with the function");
	for (row++; row < (long)table.rows.count && row_address(row) < end; row++)
		if (table.rows.items[row] >> 32 == table.rows.items[row - 1] >> 32 &&
		    !begins_stub(row, start))
			report(row_address(row), "a row like the one before");
	if (next - end < PADDING)
		return;
	if (row_kind(row_at(end)) != UNWIND_NONE || row_kind(row_at(next - 2)) != UNWIND_NONE)
		report(end, "something rules what no function covers");
}

struct function {
	uint64_t start, end;
};

static int by_start(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return a < b ? -1 : a > b;
}

static int compare_all(Elf *elf)
{
	VEC(struct function) functions = {0};
	uint64_t start, end;

	Dwarf_CFI *cfi = dwarf_getcfi_elf(elf);
	if (!cfi) {
		printf("libdw: %s\n", dwarf_errmsg(-1));
		return 1;
	}
	while (scanf("%" SCNx64 " %" SCNx64, &start, &end) == 2) {
		if (vec_push(&functions, ((struct function){start, end})))
			return 1;
	}
	if (functions.count)
		qsort(functions.items, functions.count, sizeof(functions.items[0]), by_start);
	if (functions.count != table.fdes)
		report(0, "not as many functions as readelf finds");
	for (size_t i = 0; i < functions.count; i++) {
		check_bounds(functions.items[i].start, functions.items[i].end,
			     i + 1 < functions.count ? functions.items[i + 1].start : UINT64_MAX);
		compare_function(cfi, functions.items[i].start, functions.items[i].end);
	}
	vec_done(&functions);
	dwarf_cfi_end(cfi);
	return 0;
}

/* Another kind, another offset or another place of rbp, by turns. */
static void spoil(unsigned long per_mille)
{
	size_t row = table.rows.count * per_mille / 1000;
	static const uint64_t changes[] = {
		1ull << UNWIND_KIND_SHIFT,
		1ull << UNWIND_OPERAND_SHIFT,
		1ull << UNWIND_RBP_SHIFT,
	};

	while (row_kind((long)row) != UNWIND_RSP && row_kind((long)row) != UNWIND_RBP)
		row--;
	table.rows.items[row] ^= changes[per_mille % 3];
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int count, char **arguments)
{
	int fd = count > 1 ? open(arguments[1], O_RDONLY | O_CLOEXEC) : -1;
	double start = seconds();
	int err = unwind_table_build(fd, &table);
	double built = seconds() - start;

	if (err) {
		printf("no table: %d\n", err);
		return 1;
	}
	if (!unwind_table_valid(&table))
		report(0, "the table is not valid");
	if (count > 2)
		spoil(strtoul(arguments[2], NULL, 10));
	Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	err = compare_all(elf);
	printf("%" PRIu64 " functions, %zu rows, %zu rules, %" PRIu64 " unsupported, %.1f ms; "
	       "%" PRIu64 " compared, %" PRIu64 " wrong\n",
	       table.fdes, table.rows.count, table.rules.count, table.unsupported, built * 1e3,
	       compared, wrong);
	elf_end(elf);
	close(fd);
	unwind_table_done(&table);
	return err || wrong || !compared;
}
