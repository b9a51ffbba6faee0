// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * Input: what the rest is (a byte: 0 .eh_frame, 1 one of unknown size, 2 .debug_frame, 3 a file of
 * the cache), where it is in memory (u32) and where the text is (u32, u32: start and size); then
 * the section or file.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "unwind/cache.h"
#include "unwind/rows.h"

enum {
	CACHE_FILE = 3
};

struct head {
	uint8_t kind;
	uint32_t vaddr, text_start, text_bytes;
} __attribute__((packed));

static void check(const struct unwind_table *table, const struct fdes *fdes)
{
	const uint64_t *rows = table->rows.items;
	size_t none = 0;

	if (!unwind_table_valid(table) || table->fdes > fdes->items.count)
		abort();
	for (size_t i = 0; i < table->rows.count; i++)
		none += (rows[i] >> UNWIND_KIND_SHIFT & 0xff) == UNWIND_NONE;
	/* Besides those that are counted, there is one at most behind each function. */
	if (none < table->unsupported || none - table->unsupported > table->fdes)
		abort();
	if (table->rows.count && rows[table->rows.count - 1] >> UNWIND_KIND_SHIFT != UNWIND_NONE)
		abort();
}

static void check_functions(const struct fdes *fdes, uint64_t start, uint64_t end)
{
	for (size_t i = 0; i < fdes->items.count; i++) {
		const struct fde *fde = &fdes->items.items[i];
		if (fde->start < start || fde->end > end || fde->start >= fde->end ||
		    (i && fde[-1].end > fde->start))
			abort();
	}
}

/* Signal frames are told by this text everywhere, or nowhere. */
static size_t code_read_everywhere(void *context, uint64_t vaddr, void *out, size_t size)
{
	(void)context;
	if (vaddr % 2)
		return 0;
	memcpy(out, "\x48\xc7\xc0\x0f\0\0\0\x0f\x05", size < 9 ? size : 9);
	return size;
}

static void section_try(const struct head *head, const uint8_t *data, size_t size)
{
	uint64_t end = (uint64_t)head->text_start + head->text_bytes;
	struct bytes section = {data, data + size, head->vaddr + size, false};
	struct unwind_table table = {.base_vaddr = head->text_start & ~4095ull};
	struct fdes fdes = {0};

	if (!eh_frame_read(section, head->kind, head->text_start, end, &fdes)) {
		fdes_sort(&fdes);
		check_functions(&fdes, head->text_start, end);
		if (!rows_make(&fdes, head->vaddr % 2 ? code_read_everywhere : NULL, NULL, &table))
			check(&table, &fdes);
	}
	unwind_table_done(&table);
	fdes_done(&fdes);
}

/* What is loaded is valid, and is stored as the same bytes. */
static void cache_try(const uint8_t *data, size_t size)
{
	static const uint8_t id[] = {1};
	char folder[] = "/tmp/fuzz_eh_frame.XXXXXX", path[64];
	struct unwind_cache *cache = NULL;
	struct unwind_table table = {0};

	if (!mkdtemp(folder))
		return;
	snprintf(path, sizeof(path), "%s/01.unwind", folder);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0 && write(fd, data, size) == (ssize_t)size &&
	    !unwind_cache_open(folder, 1 << 30, &cache) &&
	    !unwind_cache_load(cache, id, sizeof(id), &table) &&
	    (!unwind_table_valid(&table) || unwind_cache_store(cache, id, sizeof(id), &table)))
		abort();
	close(fd);
	unwind_table_done(&table);
	unwind_cache_free(cache);
	unlink(path);
	rmdir(folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct head head;

	if (size < sizeof(head))
		return 0;
	memcpy(&head, data, sizeof(head));
	data += sizeof(head);
	size -= sizeof(head);
	head.kind %= CACHE_FILE + 1;
	/* A copy, so that ASan sees what is read beyond. */
	CLEANUP(freep) uint8_t *copy = malloc(size ? size : 1);
	if (!copy)
		return 0;
	memcpy(copy, data, size);
	if (head.kind == CACHE_FILE)
		cache_try(copy, size);
	else
		section_try(&head, copy, size);
	return 0;
}
