/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_FRAME_TITLE_H
#define LTSBPF_OUTPUT_FRAME_TITLE_H
/* The name of a frame in formats that have fields of their own for file and line. */
#include "profile/frame.h"

/*
 * A Python function's name alone, the whole label of every other frame; printable, never "".
 * Owned by the caller; NULL when memory is out.
 */
char *frame_title(const struct frame *frame);

/* The line that belongs to the frame: where it is in views by line, else its first; 0 = none. */
uint32_t frame_title_line(const struct frame *frame);

#endif
