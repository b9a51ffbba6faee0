// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/table.h"

#include <errno.h>

#include "base/cleanup.h"
#include "unwind/elf_frames.h"
#include "unwind/rows.h"

enum {
	/* What the linker and crt1.o bring alone: the program itself was built without .eh_frame.
	 */
	FEW_FDES = 8
};

static size_t code_at(void *elf, uint64_t vaddr, void *out, size_t size)
{
	return elf_frames_read(elf, vaddr, out, size);
}

static int fdes_read(const struct elf_frames *frames, struct fdes *fdes)
{
	int err = 0;

	if (frames->eh_frame.at)
		err = eh_frame_read(frames->eh_frame, frames->eh_format, frames->text_start,
				    frames->text_end, fdes);
	if (!err && frames->debug_frame.at && fdes->items.count < FEW_FDES)
		err = eh_frame_read(frames->debug_frame, FRAME_DEBUG, frames->text_start,
				    frames->text_end, fdes);
	if (!err && !fdes->items.count)
		err = -ENOENT;
	fdes_sort(fdes);
	return err;
}

static int table_of(Elf *elf, struct unwind_table *table)
{
	CLEANUP(fdes_done) struct fdes fdes = {0};
	struct elf_frames frames;
	int err = elf_frames_find(elf, &frames);

	if (!err)
		err = fdes_read(&frames, &fdes);
	if (err)
		return err;
	table->base_vaddr = frames.base_vaddr;
	err = rows_make(&fdes, code_at, elf, table);
	if (err)
		unwind_table_done(table);
	return err;
}

static int table_of_opened(Elf *elf, struct unwind_table *table)
{
	int err = elf ? table_of(elf, table) : -ENOEXEC;

	elf_end(elf);
	return err;
}

int unwind_table_build(int fd, struct unwind_table *table)
{
	elf_version(EV_CURRENT);
	return table_of_opened(elf_begin(fd, ELF_C_READ, NULL), table);
}

int unwind_table_build_memory(const void *elf, size_t size, struct unwind_table *table)
{
	elf_version(EV_CURRENT);
	return table_of_opened(elf_memory((char *)(uintptr_t)elf, size), table);
}

static bool rule_valid(const struct unwind_rule *rule)
{
	return rule->cfa_reg < DWARF_REGISTERS && rule->cfa_deref <= 1 &&
	       rule->rbp_place <= PLACE_LOST && rule->rbp_reg < DWARF_REGISTERS &&
	       rule->ra_place <= PLACE_LOST && rule->ra_place != PLACE_SAME &&
	       rule->ra_reg < DWARF_REGISTERS && rule->is_signal <= 1;
}

bool unwind_table_valid(const struct unwind_table *table)
{
	uint64_t next = 0;

	if (table->rows.count > MAX_UNWIND_ROWS || table->rules.count > MAX_UNWIND_RULES)
		return false;
	for (size_t i = 0; i < table->rows.count; i++) {
		uint64_t row = table->rows.items[i], address = (uint32_t)row;
		uint8_t kind = (uint8_t)(row >> UNWIND_KIND_SHIFT);
		if (address < next || kind > UNWIND_RULE ||
		    (kind == UNWIND_RULE && row >> UNWIND_OPERAND_SHIFT >= table->rules.count))
			return false;
		next = address + 1;
	}
	for (size_t i = 0; i < table->rules.count; i++)
		if (!rule_valid(&table->rules.items[i]))
			return false;
	return true;
}

void unwind_table_done(struct unwind_table *table)
{
	vec_done(&table->rows);
	vec_done(&table->rules);
	*table = (struct unwind_table){0};
}
