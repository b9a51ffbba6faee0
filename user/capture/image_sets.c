// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "capture/image_sets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "capture/image_ranges.h"
#include "capture/tree.h"

enum {
	RANGES_BYTES = MAX_IMAGE_RANGES * sizeof(struct image_range),
	MAX_RANGES = 4096, /* of one process: what the kernel side's search reaches */
	RECENT = 64,	   /* sets that a walk on another CPU may still be reading */
};

/* Used places of the pool: from..to - 1. */
struct span {
	uint32_t from, to;
};

struct spans {
	VEC(struct span) list;
};

struct image_sets {
	struct tree *tree;
	struct image_range *pool; /* shared */
	uint32_t next, limit;	  /* a part of it that no set uses */
	uint64_t versions;
	struct span recent[RECENT];
	size_t recents;
	struct image_ranges ranges; /* of the set being made */
};

static void spans_done(struct spans *spans)
{
	vec_done(&spans->list);
}

int image_sets_new(struct bpf_map *ranges, struct tree *tree, struct image_sets **sets)
{
	struct image_sets *made = calloc(1, sizeof(*made));
	void *shared;

	if (!made)
		return -ENOMEM;
	shared = mmap(NULL, RANGES_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(ranges),
		      0);
	if (shared == MAP_FAILED) {
		free(made);
		return -errno;
	}
	made->tree = tree;
	made->pool = shared;
	made->limit = MAX_IMAGE_RANGES;
	*sets = made;
	return 0;
}

void image_sets_free(struct image_sets *sets)
{
	if (!sets)
		return;
	munmap(sets->pool, RANGES_BYTES);
	image_ranges_done(&sets->ranges);
	free(sets);
}

static int compare_spans(const void *left, const void *right)
{
	const struct span *a = left, *b = right;

	return (a->from > b->from) - (a->from < b->from);
}

static int find_used(const struct image_sets *sets, struct spans *spans)
{
	struct bpf_map *map = sets->tree->image_sets;
	uint32_t key, *previous = NULL;
	struct image_set set;

	while (!bpf_map__get_next_key(map, previous, &key, sizeof(key))) {
		previous = &key;
		if (bpf_map__lookup_elem(map, &key, sizeof(key), &set, sizeof(set), 0))
			continue;
		if (vec_push(&spans->list, ((struct span){set.first, set.first + set.count})))
			return -ENOMEM;
	}
	for (size_t i = 0; i < RECENT; i++)
		if (vec_push(&spans->list, sets->recent[i]))
			return -ENOMEM;
	return vec_push(&spans->list, ((struct span){MAX_IMAGE_RANGES, MAX_IMAGE_RANGES}));
}

/* Looks for the largest part of the pool that no set uses. */
static int find_room(struct image_sets *sets)
{
	CLEANUP(spans_done) struct spans spans = {0};
	uint32_t end = 0, largest = 0;
	int err = find_used(sets, &spans);

	if (err)
		return err;
	qsort(spans.list.items, spans.list.count, sizeof(struct span), compare_spans);
	for (size_t i = 0; i < spans.list.count; i++) {
		const struct span *span = &spans.list.items[i];
		if (span->from > end && span->from - end > largest) {
			largest = span->from - end;
			sets->next = end;
			sets->limit = span->from;
		}
		end = span->to > end ? span->to : end;
	}
	return largest ? 0 : -ENOSPC;
}

static int publish(struct image_sets *sets, pid_t pid, const struct image_set *old)
{
	uint32_t count = (uint32_t)sets->ranges.list.count;
	struct image_set set = {.space = old->space, .count = count};
	int err = 0;

	if (count > MAX_RANGES)
		return -ENOSPC;
	if (sets->limit - sets->next < count)
		err = find_room(sets);
	if (err || sets->limit - sets->next < count)
		return err ? err : -ENOSPC;
	set.first = sets->next;
	set.version = ++sets->versions;
	memcpy(sets->pool + set.first, sets->ranges.list.items, count * sizeof(struct image_range));
	err = tree_set_images(sets->tree, pid, &set);
	if (err)
		return err;
	sets->next += count;
	sets->recent[sets->recents++ % RECENT] = (struct span){old->first, old->first + old->count};
	return 0;
}

int image_sets_add(struct image_sets *sets, pid_t pid, uint64_t time_ns,
		   const struct image_range *ranges, size_t count)
{
	struct image_set old;
	int err = tree_images(sets->tree, pid, time_ns, &old);

	if (err)
		return err;
	err = image_ranges_set(&sets->ranges, sets->pool + old.first, old.count);
	for (size_t i = 0; i < count && !err; i++)
		err = image_ranges_lay_over(&sets->ranges, &ranges[i]);
	image_ranges_join(&sets->ranges);
	return err ? err : publish(sets, pid, &old);
}

const struct image_range *image_sets_find_image(const struct image_sets *sets, pid_t pid,
						uint32_t image)
{
	struct image_set set;

	if (tree_images(sets->tree, pid, UINT64_MAX, &set))
		return NULL;
	for (uint32_t i = set.first; i < set.first + set.count; i++)
		if (sets->pool[i].image == image)
			return &sets->pool[i];
	return NULL;
}
