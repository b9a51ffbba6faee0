// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/frame_title.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

char *frame_title(const struct frame *frame)
{
	CLEANUP(freep) char *label = NULL;

	if (frame->kind == FRAME_PYTHON)
		return text_printable(*frame->name ? frame->name : "?", "");
	label = frame_label(frame);
	return label ? text_printable(*label ? label : "?", "") : NULL;
}

uint32_t frame_title_line(const struct frame *frame)
{
	return frame->line ? frame->line : frame->first_line;
}
