// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/table_build.h"

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
