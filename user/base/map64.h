/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_BASE_MAP64_H
#define LTSBPF_BASE_MAP64_H
/*
 * A hash map from u64 to u64, open addressing, no removal. A zeroed struct is an empty map.
 * Memory: 21 to 44 bytes an entry. To look one up is to touch one line of a large map.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map64_entry {
	uint64_t key, value;
};

struct map64 {
	struct map64_entry *entries;
	uint64_t *used; /* a bit for each entry */
	size_t count, capacity;
};

/* True and *value when the key is there; *value is untouched otherwise. */
bool map64_get(const struct map64 *map, uint64_t key, uint64_t *value);

/* Adds the key or replaces its value. 0 or -ENOMEM with the map unchanged. */
int map64_put(struct map64 *map, uint64_t key, uint64_t value);

/* Adds to the value of a key that starts at 0. 0 or -ENOMEM. */
int map64_add(struct map64 *map, uint64_t key, uint64_t amount);

/*
 * All entries, in no order: the next one from *slot on, which begins with 0; NULL at the end. Valid
 * until something is put.
 */
const struct map64_entry *map64_next(const struct map64 *map, size_t *slot);

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
