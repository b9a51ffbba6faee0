/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_CAPTURE_UNWIND_TABLES_H
#define LTSBPF_CAPTURE_UNWIND_TABLES_H
/*
 * The rows of all images in memory that is shared with the kernel side, in shards that are made as
 * they are needed (bpf/unwind.h has the form). What was added stays until the end.
 */
#include <stddef.h>
#include <stdint.h>

#include "unwind.h"

struct bpf_map;
struct unwind_tables;

/* Maps of the programs, loaded; borrowed. 0 or -errno. */
int unwind_tables_new(struct bpf_map *shards, struct bpf_map *rules, struct unwind_tables **tables);
void unwind_tables_free(struct unwind_tables *tables);

/* The rows of one image, sorted by address; the operands of UNWIND_RULE index its own rules. */
struct unwind_source {
	const uint64_t *rows;
	const struct unwind_rule *rules;
	size_t row_count, rule_count;
};

/*
 * Adds an image, in range->index and range->pages. 0; -ENOSPC: the tables are full (rules that find
 * no room do not count: their rows then rule nothing); or -errno.
 */
int unwind_tables_add(struct unwind_tables *tables, const struct unwind_source *source,
		      struct image_range *range);

/* Makes room for what may come, when there is time: the kernel waits for each shard until no
 * program looks at the map of shards. 0 or -errno. */
int unwind_tables_prepare(struct unwind_tables *tables);

#endif
