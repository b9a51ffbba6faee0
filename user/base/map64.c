// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/map64.h"

#include <errno.h>
#include <stdlib.h>

/* The key's slot, or the free one where it would go. The map is never full: the search ends. */
static size_t slot_of(const struct map64 *map, uint64_t key)
{
	size_t mask = map->capacity - 1;
	size_t slot = hash64(0, key) & mask;

	while (map->used[slot] && map->keys[slot] != key)
		slot = (slot + 1) & mask;
	return slot;
}

bool map64_get(const struct map64 *map, uint64_t key, uint64_t *value)
{
	if (!map->capacity)
		return false;
	size_t slot = slot_of(map, key);
	if (!map->used[slot])
		return false;
	*value = map->values[slot];
	return true;
}

static void put_into(struct map64 *map, uint64_t key, uint64_t value)
{
	size_t slot = slot_of(map, key);

	map->count += !map->used[slot];
	map->used[slot] = 1;
	map->keys[slot] = key;
	map->values[slot] = value;
}

static int grow(struct map64 *map)
{
	struct map64 larger = {.capacity = map->capacity ? map->capacity * 2 : 64};

	larger.keys = calloc(larger.capacity, sizeof(*larger.keys));
	larger.values = calloc(larger.capacity, sizeof(*larger.values));
	larger.used = calloc(larger.capacity, sizeof(*larger.used));
	if (!larger.keys || !larger.values || !larger.used) {
		map64_done(&larger);
		return -ENOMEM;
	}
	for (size_t i = 0; i < map->capacity; i++)
		if (map->used[i])
			put_into(&larger, map->keys[i], map->values[i]);
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

	if (!map->capacity || !map->used[slot])
		return map64_put(map, key, amount);
	map->values[slot] += amount;
	return 0;
}

void map64_done(struct map64 *map)
{
	free(map->keys);
	free(map->values);
	free(map->used);
	*map = (struct map64){0};
}
