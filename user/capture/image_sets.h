/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_CAPTURE_IMAGE_SETS_H
#define LTSBPF_CAPTURE_IMAGE_SETS_H
/*
 * Which code each process has mapped where, in memory that is shared with the kernel side. A set is
 * never changed: a process that maps more gets another one. Children share their parent's.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "unwind.h"

struct bpf_map;
struct image_sets;
struct tree;

/* The map of ranges, loaded, and the tree; borrowed. 0 or -errno. */
int image_sets_new(struct bpf_map *ranges, struct tree *tree, struct image_sets **sets);
void image_sets_free(struct image_sets *sets);

/*
 * Adds ranges that the process mapped at that time (CLOCK_MONOTONIC), later ones over earlier ones;
 * what they cover of others is gone. 0, -ESRCH (gone meanwhile), -ENOSPC (too many mappings) or
 * -errno.
 */
int image_sets_add(struct image_sets *sets, pid_t pid, uint64_t time_ns,
		   const struct image_range *ranges, size_t count);

/* The first range of an image in the process now; NULL = none. Borrowed until the next add. */
const struct image_range *image_sets_find_image(const struct image_sets *sets, pid_t pid,
						uint32_t image);

#endif
