/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_CAPTURE_LAYOUTS_H
#define LTSBPF_CAPTURE_LAYOUTS_H
/* The kinds of interpreters that the kernel side knows of, by index. */
#include "ltsbpf.h"

struct bpf_map;

/* Zeroed = none. */
struct layouts {
	struct python_layout list[MAX_LAYOUTS];
	__u32 count;
};

/*
 * The index of this layout, entered into the kernel's map on first sight; MAX_LAYOUTS for NULL: a
 * version that is not known. -ENOSPC when there are MAX_LAYOUTS others, or -errno of the map.
 */
int layouts_enter(struct layouts *layouts, struct bpf_map *map, const struct python_layout *layout);

#endif
