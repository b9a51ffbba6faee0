/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_SYMBOL_COLLECTIONS_H
#define LTSBPF_SYMBOL_COLLECTIONS_H
/*
 * Garbage collections of all processes, by generation. CPython has three generations
 * (NUM_GENERATIONS, Include/internal/pycore_gc.h, 3.11); a record of another one is of no Python
 * and is passed over. What gc__done tells is the objects that were found unreachable, freed and
 * uncollectable ones together (gc_collect_main, Modules/gcmodule.c, 3.11).
 */
#include <stdint.h>

#include "ltsbpf.h"

struct profile;

enum {
	COLLECTION_GENERATIONS = 3
};

/* Zeroed: none yet. It owns nothing. */
struct collections {
	struct collection_sum {
		uint64_t count, total_ns, longest_ns; /* wall time */
		uint64_t collected;
	} generations[COLLECTION_GENERATIONS];
};

void collections_add(struct collections *collections, const struct collection_record *record);

/* Fills profile->collections with the generations that were collected. 0 or -ENOMEM. */
int collections_fill(const struct collections *collections, struct profile *profile);

#endif
