/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_BASE_MAP64_H
#define LTSBPF_BASE_MAP64_H
/*
 * A hash map from u64 to u64, open addressing, no removal. A zeroed struct is an empty map.
 * Memory: at most 2 x 17 bytes an entry after growth.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map64 {
	uint64_t *keys, *values;
	uint8_t *used;
	size_t count, capacity;
};

/* True and *value when the key is there; *value is untouched otherwise. */
bool map64_get(const struct map64 *map, uint64_t key, uint64_t *value);

/* Adds the key or replaces its value. 0 or -ENOMEM with the map unchanged. */
int map64_put(struct map64 *map, uint64_t key, uint64_t value);

/* Adds to the value of a key that starts at 0. 0 or -ENOMEM. */
int map64_add(struct map64 *map, uint64_t key, uint64_t amount);

void map64_done(struct map64 *map);

/* Mixes two words into one hash; the finaliser of MurmurHash3 (public domain) with a key. */
static inline uint64_t hash64(uint64_t seed, uint64_t word)
{
	uint64_t x = (seed ^ word) * 0xff51afd7ed558ccdULL;

	x ^= x >> 32;
	x *= 0xc4ceb9fe1a85ec53ULL;
	return x ^ x >> 29;
}

#endif
