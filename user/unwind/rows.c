// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/rows.h"

#include <errno.h>
#include <stdlib.h>

#include "base/map64.h"

enum {
	/* Functions are aligned to 16 bytes at most: less than that between two is padding. */
	PADDING_BYTES = 16,
	NO_ROW = 0xff, /* a kind that no row has */
};

/* A row without its address. */
#define ROW(kind)	 ((uint64_t)(kind) << UNWIND_KIND_SHIFT)
#define ROW_OPERAND(row) ((uint64_t)(uint16_t)(row) << UNWIND_OPERAND_SHIFT)

struct making {
	struct unwind_table *table;
	code_read *read;
	void *context;
	struct map64 rule_of;  /* the hash of a rule: its index */
	uint64_t previous_end; /* of the function before */
	/* of the function at hand: */
	const struct fde *fde;
	bool is_signal, code_read;
	uint64_t last; /* the last row, without address */
};

/* mov $15, %rax; syscall: the function that the kernel lets signal handlers return to (glibc's and
 * musl's __restore_rt). */
static bool returns_from_signal(const struct making *making, uint64_t vaddr)
{
	static const uint8_t code[] = {0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05};
	uint8_t found[sizeof(code)];

	return making->read &&
	       making->read(making->context, vaddr, found, sizeof(found)) == sizeof(found) &&
	       !memcmp(found, code, sizeof(code));
}

/*
 * A return address is looked up less one, which for a handler's is one before its function. glibc
 * has its FDE begin there (sysdeps/unix/sysv/linux/x86_64/libc_sigaction.c, do_cfi).
 */
static uint64_t first_address(const struct making *making)
{
	uint64_t start = making->fde->start;

	if (!making->is_signal || start <= making->previous_end ||
	    start == making->table->base_vaddr || returns_from_signal(making, start + 1))
		return start;
	return start - 1;
}

static int append(struct making *making, uint64_t address, uint64_t row)
{
	struct unwind_table *table = making->table;

	if (table->rows.count == MAX_UNWIND_ROWS)
		return -ENOMEM;
	return vec_push(&table->rows, (address - table->base_vaddr) | row);
}

/* CFA = rsp or rbp + a multiple of 8, the return address below it, rbp there too or untouched. */
static bool plain_row(const struct cfi_state *state, uint64_t *row)
{
	const struct frame_cfa *cfa = &state->cfa;
	const struct frame_place *rbp = &state->rbp;
	bool rbp_saved = rbp->place == PLACE_CFA;

	if (state->ra.place != PLACE_CFA || state->ra.offset != -8 || rbp->offset % 8 ||
	    (rbp_saved ? !rbp->offset || rbp->offset / 8 != (int8_t)(rbp->offset / 8)
		       : rbp->place != PLACE_SAME))
		return false;
	*row = (uint64_t)(uint8_t)(rbp->offset / 8) << UNWIND_RBP_SHIFT;
	if (cfa->kind == CFA_PLT) {
		*row |= ROW(UNWIND_PLT) | ROW_OPERAND(cfa->offset);
		return true;
	}
	*row |= ROW(cfa->reg == DWARF_RSP ? UNWIND_RSP : UNWIND_RBP) | ROW_OPERAND(cfa->offset / 8);
	return cfa->kind == CFA_REGISTER && (cfa->reg == DWARF_RSP || cfa->reg == DWARF_RBP) &&
	       cfa->offset % 8 == 0 && cfa->offset / 8 == (int16_t)(cfa->offset / 8);
}

static struct unwind_rule rule_of(const struct cfi_state *state, bool is_signal)
{
	return (struct unwind_rule){
		.cfa_reg = state->cfa.reg,
		.cfa_deref = state->cfa.kind == CFA_MEMORY,
		.cfa_offset = state->cfa.offset,
		.cfa_add = state->cfa.add,
		.rbp_place = state->rbp.place,
		.rbp_reg = state->rbp.reg,
		.rbp_offset = state->rbp.offset,
		.ra_place = state->ra.place,
		.ra_reg = state->ra.reg,
		.ra_offset = state->ra.offset,
		.is_signal = is_signal,
	};
}

/* The index of a rule, which is added when it is new. 0, -ENOMEM or -ENOSPC. */
static int rule_add(struct making *making, const struct unwind_rule *rule, uint64_t *index)
{
	struct unwind_table *table = making->table;
	uint64_t words[sizeof(*rule) / 8], hash = 0;

	memcpy(words, rule, sizeof(words));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		hash = hash64(hash, words[i]);
	for (; map64_get(&making->rule_of, hash, index); hash++)
		if (!memcmp(&table->rules.items[*index], rule, sizeof(*rule)))
			return 0;
	if (table->rules.count == MAX_UNWIND_RULES)
		return -ENOSPC;
	*index = table->rules.count;
	if (vec_push(&table->rules, *rule) || map64_put(&making->rule_of, hash, *index))
		return -ENOMEM;
	return 0;
}

/* In memory at the CFA + offset, said without the CFA. */
static void place_detach(struct frame_place *place, const struct frame_cfa *cfa)
{
	if (place->place != PLACE_CFA)
		return;
	place->place = PLACE_MEMORY;
	place->reg = cfa->reg;
	if (cfa->kind != CFA_REGISTER ||
	    __builtin_add_overflow(place->offset, cfa->offset, &place->offset))
		place->place = PLACE_UNSUPPORTED;
}

/* Makes the caller's rsp the CFA. */
static void cfa_from_rsp(struct cfi_state *state)
{
	struct frame_cfa old = state->cfa, new = {.kind = CFA_UNSUPPORTED};

	place_detach(&state->rsp, &old);
	place_detach(&state->rbp, &old);
	place_detach(&state->ra, &old);
	new.offset = state->rsp.offset;
	new.reg = state->rsp.place == PLACE_SAME ? DWARF_RSP : state->rsp.reg;
	if (state->rsp.place == PLACE_MEMORY)
		new.kind = CFA_MEMORY;
	else if (state->rsp.place == PLACE_REGISTER || state->rsp.place == PLACE_SAME)
		new.kind = CFA_REGISTER;
	state->cfa = new;
}

/* What a signal frame tells of rsp is what its CFA is. */
static bool rsp_is_cfa(const struct cfi_state *state)
{
	const struct frame_place *rsp = &state->rsp;

	return rsp->place == PLACE_IS_CFA ||
	       (rsp->place == PLACE_MEMORY && state->cfa.kind == CFA_MEMORY &&
		rsp->reg == state->cfa.reg && rsp->offset == state->cfa.offset && !state->cfa.add);
}

/* A function with the code of a signal frame whose CIE does not say so. Only what finds the return
 * address in other memory than a call's can be one: the others need not be read. */
static void signal_recognise(struct making *making, const struct cfi_state *state)
{
	if (making->is_signal || making->code_read || state->ra.place != PLACE_MEMORY)
		return;
	making->code_read = true;
	making->is_signal = returns_from_signal(making, making->fde->start) ||
			    returns_from_signal(making, making->fde->start + 1);
}

/* A row with a rule of its own, or UNWIND_NONE when none stands for the state. 0 or -ENOMEM. */
static int rule_row(struct making *making, const struct cfi_state *state, uint64_t *row)
{
	uint64_t index = 0;

	*row = ROW(UNWIND_NONE);
	if ((state->cfa.kind != CFA_REGISTER && state->cfa.kind != CFA_MEMORY) ||
	    state->rbp.place == PLACE_UNSUPPORTED || state->ra.place == PLACE_UNSUPPORTED ||
	    state->ra.place == PLACE_SAME)
		return 0;
	struct unwind_rule rule = rule_of(state, making->is_signal);
	int err = rule_add(making, &rule, &index);
	if (!err)
		*row = ROW(UNWIND_RULE) | ROW_OPERAND(index);
	return err == -ENOSPC ? 0 : err;
}

/* The row of a state, without its address. 0 or -ENOMEM. */
static int row_of(struct making *making, const struct cfi_state *state, uint64_t *row)
{
	struct cfi_state changed;

	if (state->ra.place == PLACE_LOST) {
		*row = ROW(UNWIND_END);
		return 0;
	}
	signal_recognise(making, state);
	if (!rsp_is_cfa(state)) {
		changed = *state;
		cfa_from_rsp(&changed);
		state = &changed;
	}
	if (!making->is_signal && plain_row(state, row))
		return 0;
	return rule_row(making, state, row);
}

static int state_seen(void *context, uint64_t address, const struct cfi_state *state)
{
	struct making *making = context;
	uint64_t row;
	int err = row_of(making, state, &row);

	if (err || row == making->last)
		return err;
	making->last = row;
	if (row == ROW(UNWIND_NONE))
		making->table->unsupported++;
	return append(making, address == making->fde->start ? first_address(making) : address, row);
}

/*
 * The bytes of one stub of a PLT, when the "function" is a row of them: "jmp *GOT(%rip)", with or
 * without endbr64 and bnd before it (binutils 2.40, bfd/elfxx-x86.c: .plt.sec and .plt.got).
 */
static uint64_t stub_bytes(const struct making *making, const struct fde *fde)
{
	static const uint8_t endbr64[] = {0xf3, 0x0f, 0x1e, 0xfa};
	uint8_t code[8];

	if (fde->end - fde->start < 2 * sizeof(code) || (fde->end - fde->start) % sizeof(code) ||
	    !making->read ||
	    making->read(making->context, fde->start, code, sizeof(code)) != sizeof(code))
		return 0;
	if (!memcmp(code, endbr64, sizeof(endbr64)))
		return (code[4] == 0xff && code[5] == 0x25) ||
				       (code[4] == 0xf2 && code[5] == 0xff && code[6] == 0x25)
			       ? 16
			       : 0;
	return code[0] == 0xff && code[1] == 0x25 ? sizeof(code) : 0;
}

/* A row's address names the function, so each stub has its own. */
static int stub_rows(struct making *making)
{
	uint64_t bytes = stub_bytes(making, making->fde);
	int err = 0;

	if (!bytes)
		return 0;
	for (uint64_t at = making->fde->start + bytes; at < making->fde->end && !err; at += bytes)
		err = append(making, at, making->last);
	return err;
}

static int function_rows(struct making *making, const struct fdes *fdes, const struct fde *fde)
{
	struct cfi_program program = fde_program(fdes, fde);
	size_t before = making->table->rows.count;
	int err;

	making->fde = fde;
	making->is_signal = fdes->cies.items[fde->cie].is_signal;
	making->code_read = false;
	making->last = ROW(NO_ROW);
	making->table->fdes++;
	err = cfi_run(&program, state_seen, making);
	if (!err && making->table->rows.count == before + 1 &&
	    making->last == (ROW(UNWIND_RSP) | ROW_OPERAND(1)))
		err = stub_rows(making);
	return err;
}

/* How many of the functions are near enough to the base. */
static size_t near_count(const struct fdes *fdes, uint64_t base_vaddr)
{
	size_t count = fdes->items.count;

	while (count && fdes->items.items[count - 1].end - base_vaddr > UINT32_MAX)
		count--;
	return count;
}

int rows_make(const struct fdes *fdes, code_read *read, void *context, struct unwind_table *table)
{
	struct making making = {.table = table, .read = read, .context = context};
	size_t count = near_count(fdes, table->base_vaddr);
	int err = 0;

	for (size_t i = 0; i < count && !err; i++) {
		const struct fde *fde = &fdes->items.items[i];
		err = function_rows(&making, fdes, fde);
		making.previous_end = fde->end;
		if (!err && (i + 1 == count || fde[1].start - fde->end >= PADDING_BYTES))
			err = append(&making, fde->end, ROW(UNWIND_NONE));
	}
	map64_done(&making.rule_of);
	return err;
}
