/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_UNWIND_CACHE_H
#define LTSBPF_UNWIND_CACHE_H
/*
 * Unwind tables kept in a folder, one file each, named by the build-id of the ELF file that it was
 * made from. Files appear whole or not at all, and several processes may use one folder. Foreign
 * bytes in it do no harm: what is not in order is as if it were not there. No link is followed.
 * Everything acts with the effective identity of the calling thread. Nothing prints.
 */
#include <stddef.h>
#include <stdint.h>

#include "unwind/table.h"

enum {
	UNWIND_CACHE_ID_BYTES = 32 /* the longest build-id that is kept (usual: 20) */
};

struct unwind_cache;

/*
 * Makes the folder when it is missing (mode 0700; also what is missing on the way). After each
 * store its tables take limit_bytes at most. 0, or -errno with *cache untouched; the caller's to
 * free.
 */
int unwind_cache_open(const char *folder, uint64_t limit_bytes, struct unwind_cache **cache);

/*
 * Fills in the table, which must be empty. 0, -ENOENT (also when the file is not in order) or
 * -ENOMEM; the table stays empty on failure.
 */
int unwind_cache_load(const struct unwind_cache *cache, const uint8_t *build_id, size_t id_bytes,
		      struct unwind_table *table);

/*
 * Writes the table, over an older one, and then removes the tables that were written longest ago
 * until the limit is kept. 0 or -errno; -EINVAL: no build-id of 1 to UNWIND_CACHE_ID_BYTES.
 */
int unwind_cache_store(const struct unwind_cache *cache, const uint8_t *build_id, size_t id_bytes,
		       const struct unwind_table *table);

/* Takes NULL too. */
void unwind_cache_free(struct unwind_cache *cache);

#endif
