// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/spans.h"

#include <errno.h>

#include "base/cleanup.h"
#include "elf/section.h"
#include "unwind/elf_frames.h"

static int take_spans(const struct fdes *fdes, struct spans *spans)
{
	for (size_t i = 0; i < fdes->items.count; i++) {
		const struct fde *fde = &fdes->items.items[i];
		if (vec_push(&spans->list, ((struct span){fde->start, fde->end}))) {
			spans_done(spans);
			return -ENOMEM;
		}
	}
	return 0;
}

int spans_read(int fd, struct spans *spans)
{
	CLEANUP(fdes_done) struct fdes fdes = {0};
	struct elf_frames frames;
	int err;

	elf_version(EV_CURRENT);
	CLEANUP(elf_endp) Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!elf)
		return -ENOEXEC;
	err = elf_frames_find(elf, &frames);
	if (!err && frames.eh_frame.at)
		err = eh_frame_read(frames.eh_frame, frames.eh_format, frames.text_start,
				    frames.text_end, &fdes);
	if (err)
		return err;
	fdes_sort(&fdes);
	return take_spans(&fdes, spans);
}

const struct span *spans_find(const struct spans *spans, uint64_t vaddr)
{
	size_t low = vec_up_to(&spans->list, end, vaddr);

	return low < spans->list.count && spans->list.items[low].start <= vaddr
		       ? &spans->list.items[low]
		       : NULL;
}

void spans_done(struct spans *spans)
{
	vec_done(&spans->list);
}
