// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "capture/unwind_tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "base/map64.h"

enum {
	SHARD_BYTES = SHARD_ROWS * 8
};

struct unwind_tables {
	struct bpf_map *shards;
	struct unwind_rule *rules;  /* shared */
	uint64_t *shard, *spare;    /* the one that is filled, and the next; shared, or NULL */
	uint32_t shard_count, used; /* used: words of all shards */
	uint32_t rule_count;
	struct map64 rule_by_hash;
};

static void unmap_shard(uint64_t *shard)
{
	if (shard)
		munmap(shard, SHARD_BYTES);
}

int unwind_tables_new(struct bpf_map *shards, struct bpf_map *rules, struct unwind_tables **tables)
{
	struct unwind_tables *made = calloc(1, sizeof(*made));
	void *shared;

	if (!made)
		return -ENOMEM;
	shared = mmap(NULL, MAX_UNWIND_RULES * sizeof(struct unwind_rule), PROT_READ | PROT_WRITE,
		      MAP_SHARED, bpf_map__fd(rules), 0);
	if (shared == MAP_FAILED) {
		free(made);
		return -errno;
	}
	made->shards = shards;
	made->rules = shared;
	*tables = made;
	return 0;
}

void unwind_tables_free(struct unwind_tables *tables)
{
	if (!tables)
		return;
	munmap(tables->rules, MAX_UNWIND_RULES * sizeof(struct unwind_rule));
	unmap_shard(tables->shard);
	unmap_shard(tables->spare);
	map64_done(&tables->rule_by_hash);
	free(tables);
}

static int add_shard(struct unwind_tables *tables)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);
	uint32_t number = tables->shard_count;
	void *shared;
	int err;

	if (number == MAX_SHARDS)
		return -ENOSPC;
	CLEANUP(closep)
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "unwind_shard", sizeof(uint32_t),
				sizeof(uint64_t), SHARD_ROWS, &options);
	if (fd < 0)
		return fd;
	shared = mmap(NULL, SHARD_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (shared == MAP_FAILED)
		return -errno;
	err = bpf_map__update_elem(tables->shards, &number, sizeof(number), &fd, sizeof(fd),
				   BPF_ANY);
	if (err) {
		unmap_shard(shared);
		return err;
	}
	tables->spare = shared;
	tables->shard_count++;
	return 0;
}

int unwind_tables_prepare(struct unwind_tables *tables)
{
	uint32_t begun = tables->used % SHARD_ROWS;

	if (tables->spare || (tables->shard && begun && begun < SHARD_ROWS / 2))
		return 0;
	return add_shard(tables);
}

static int next_shard(struct unwind_tables *tables)
{
	int err = tables->spare ? 0 : add_shard(tables);

	if (err)
		return err;
	unmap_shard(tables->shard);
	tables->shard = TAKE(tables->spare);
	return 0;
}

static int append(struct unwind_tables *tables, uint64_t word)
{
	if (tables->used % SHARD_ROWS == 0) {
		int err = next_shard(tables);
		if (err)
			return err;
	}
	tables->shard[tables->used++ % SHARD_ROWS] = word;
	return 0;
}

static uint64_t hash_rule(const struct unwind_rule *rule)
{
	uint64_t words[sizeof(*rule) / sizeof(uint64_t)], hash = 0;

	memcpy(words, rule, sizeof(words));
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		hash = hash64(hash, words[i]);
	return hash;
}

/* The number of an equal rule among all; -ENOSPC when it is new and there is no room. */
static int64_t enter_rule(struct unwind_tables *tables, const struct unwind_rule *rule)
{
	uint64_t hash = hash_rule(rule), number;

	while (map64_get(&tables->rule_by_hash, hash, &number)) {
		if (!memcmp(&tables->rules[number], rule, sizeof(*rule)))
			return (int64_t)number;
		hash++;
	}
	if (tables->rule_count == MAX_UNWIND_RULES)
		return -ENOSPC;
	if (map64_put(&tables->rule_by_hash, hash, tables->rule_count))
		return -ENOMEM;
	tables->rules[tables->rule_count] = *rule;
	return tables->rule_count++;
}

static uint64_t place_row(struct unwind_tables *tables, const struct unwind_source *source,
			  uint64_t row)
{
	uint64_t operand = row >> UNWIND_OPERAND_SHIFT;
	int64_t number;

	if ((row >> UNWIND_KIND_SHIFT & 0xff) != UNWIND_RULE)
		return row;
	number = operand < source->rule_count ? enter_rule(tables, &source->rules[operand]) : -1;
	if (number < 0)
		return (uint32_t)row | (uint64_t)UNWIND_NONE << UNWIND_KIND_SHIFT;
	return (row & ((1ULL << UNWIND_OPERAND_SHIFT) - 1)) | (uint64_t)number
								      << UNWIND_OPERAND_SHIFT;
}

static int append_index(struct unwind_tables *tables, const struct unwind_source *source,
			uint32_t pages)
{
	uint32_t first = tables->used + pages + 2; /* of the rows that rule something */
	size_t row = 0;
	int err = 0;

	for (uint64_t page = 0; page <= pages && !err; page++) {
		while (row < source->row_count &&
		       (uint32_t)source->rows[row] < page << IMAGE_PAGE_SHIFT)
			row++;
		err = append(tables, first + row);
	}
	return err;
}

int unwind_tables_add(struct unwind_tables *tables, const struct unwind_source *source,
		      struct image_range *range)
{
	uint32_t index = tables->used, pages;
	int err;

	if (!source->row_count)
		return 0;
	pages = ((uint32_t)source->rows[source->row_count - 1] >> IMAGE_PAGE_SHIFT) + 1;
	err = append_index(tables, source, pages);
	if (!err)
		err = append(tables, 0);
	for (size_t i = 0; i < source->row_count && !err; i++)
		err = append(tables, place_row(tables, source, source->rows[i]));
	if (err)
		return err;
	range->index = index;
	range->pages = pages;
	return 0;
}
