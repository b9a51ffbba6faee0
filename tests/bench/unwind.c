// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "modes.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "unwind/cache.h"
#include "unwind/table_build.h"

enum {
	TIMES = 3,
	CACHE_BYTES = 256 << 20
};

struct made {
	uint64_t build_ns, load_ns;
	struct unwind_table table;
};

static uint64_t shorter(uint64_t a, uint64_t b)
{
	return a && a < b ? a : b;
}

static int build(int fd, struct made *made)
{
	int err = 0;

	for (int i = 0; i < TIMES && !err; i++) {
		unwind_table_done(&made->table);
		uint64_t begin = now_ns();
		err = unwind_table_build(fd, &made->table);
		made->build_ns = shorter(made->build_ns, now_ns() - begin);
	}
	return err;
}

/* Any id will do: each table is read back before the next one is kept. */
static int load(const struct unwind_cache *cache, struct made *made)
{
	static const uint8_t id[UNWIND_CACHE_ID_BYTES] = {1};
	int err = unwind_cache_store(cache, id, sizeof(id), &made->table);

	for (int i = 0; i < TIMES && !err; i++) {
		unwind_table_done(&made->table);
		uint64_t begin = now_ns();
		err = unwind_cache_load(cache, id, sizeof(id), &made->table);
		made->load_ns = shorter(made->load_ns, now_ns() - begin);
	}
	return err;
}

/* Rows with their index and rules, as the kernel side keeps them (unwind.h). */
static uint64_t kernel_bytes(const struct unwind_table *table)
{
	uint64_t last = (uint32_t)table->rows.items[table->rows.count - 1];

	return (table->rows.count + (last >> IMAGE_PAGE_SHIFT) + 2) * sizeof(uint64_t) +
	       table->rules.count * sizeof(struct unwind_rule);
}

static int measure_file(const struct unwind_cache *cache, const char *path)
{
	CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct made made = {0};
	int err = fd < 0 ? -errno : build(fd, &made);

	if (err == -ENOENT || err == -ENOEXEC)
		return 0;
	if (!err)
		err = load(cache, &made);
	if (!err && made.table.rows.count)
		printf("%" PRIu64 " %" PRIu64 " %zu %zu %" PRIu64 " %" PRIu64 " %s\n",
		       made.build_ns, made.load_ns, made.table.rows.count, made.table.rules.count,
		       made.table.fdes, kernel_bytes(&made.table), path);
	unwind_table_done(&made.table);
	return err ? fail(err, "cannot make the unwind table of '%s': %s", path, strerror(-err))
		   : 0;
}

int tables_measure(const char *folder, char **files)
{
	struct unwind_cache *cache = NULL;
	int err = unwind_cache_open(folder, CACHE_BYTES, &cache);

	if (err)
		return -fail(-1, "cannot keep unwind tables in '%s': %s", folder, strerror(-err));
	while (*files && !err)
		err = measure_file(cache, *files++);
	unwind_cache_free(cache);
	return err ? 1 : 0;
}
