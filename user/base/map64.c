// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/map64.h"

#include <errno.h>
#include <stdlib.h>

static bool is_used(const struct map64 *map, size_t slot)
{
	return map->used[slot / 64] >> slot % 64 & 1;
}

/* The key's slot, or the free one where it would go. The map is never full: the search ends. */
static size_t slot_of(const struct map64 *map, uint64_t key)
{
	size_t mask = map->capacity - 1;
	size_t slot = hash64(0, key) & mask;

	while (is_used(map, slot) && map->entries[slot].key != key)
		slot = (slot + 1) & mask;
	return slot;
}

bool map64_get(const struct map64 *map, uint64_t key, uint64_t *value)
{
	if (!map->capacity)
		return false;
	size_t slot = slot_of(map, key);
	if (!is_used(map, slot))
		return false;
	*value = map->entries[slot].value;
	return true;
}

static void put_into(struct map64 *map, uint64_t key, uint64_t value)
{
	size_t slot = slot_of(map, key);

	map->count += !is_used(map, slot);
	map->used[slot / 64] |= 1ULL << slot % 64;
	map->entries[slot] = (struct map64_entry){key, value};
}

static int grow(struct map64 *map)
{
	struct map64 larger = {.capacity = map->capacity ? map->capacity * 2 : 64};
	const struct map64_entry *entry;

	larger.entries = calloc(larger.capacity, sizeof(*larger.entries));
	larger.used = calloc(larger.capacity / 64, sizeof(*larger.used));
	if (!larger.entries || !larger.used) {
		map64_done(&larger);
		return -ENOMEM;
	}
	for (size_t slot = 0; (entry = map64_next(map, &slot));)
		put_into(&larger, entry->key, entry->value);
	map64_done(map);
	*map = larger;
	return 0;
}

int map64_put(struct map64 *map, uint64_t key, uint64_t value)
{
	if ((map->count + 1) * 4 > map->capacity * 3) {
		int err = grow(map);
		if (err)
			return err;
	}
	put_into(map, key, value);
	return 0;
}

int map64_add(struct map64 *map, uint64_t key, uint64_t amount)
{
	size_t slot = map->capacity ? slot_of(map, key) : 0;

	if (!map->capacity || !is_used(map, slot))
		return map64_put(map, key, amount);
	map->entries[slot].value += amount;
	return 0;
}

const struct map64_entry *map64_next(const struct map64 *map, size_t *slot)
{
	while (*slot < map->capacity && !is_used(map, *slot))
		++*slot;
	return *slot < map->capacity ? &map->entries[(*slot)++] : NULL;
}

void map64_done(struct map64 *map)
{
	free(map->entries);
	free(map->used);
	*map = (struct map64){0};
}
