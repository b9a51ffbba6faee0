/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_CAPTURE_IMAGE_RANGES_H
#define LTSBPF_CAPTURE_IMAGE_RANGES_H
/* What one process has mapped: ranges sorted by address, none over another. */
#include <stddef.h>

#include "base/vec.h"
#include "unwind.h"

/* Zeroed = empty. */
struct image_ranges {
	VEC(struct image_range) list;
};

/* Makes them these, which are sorted. 0 or -ENOMEM. */
int image_ranges_set(struct image_ranges *ranges, const struct image_range *from, size_t count);

/* Adds one; what it covers of others is gone. 0 or -ENOMEM (then give them up). */
int image_ranges_lay_over(struct image_ranges *ranges, const struct image_range *over);

/* JITs map their code piece by piece: what is of no image and lies side by side becomes one. */
void image_ranges_join(struct image_ranges *ranges);

void image_ranges_done(struct image_ranges *ranges);

#endif
