// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <zlib.h>

#include "check.h"
#include "folder.h"
#include "memory.h"

static const uint8_t id[20] = {0xab, 0xcd, 0x01};
static const char id_name[] = "abcd010000000000000000000000000000000000.unwind";

/* Of the file, as cache.c writes it. */
enum {
	AT_VERSION = 8,
	AT_CRC = 12,
	AT_ROWS = 16,
	AT_RULES = 24,
	HEAD_BYTES = 56,
	FILE_BYTES = HEAD_BYTES + 3 * 8 + 24,
};

struct fixture {
	struct folder folder;
	struct unwind_cache *cache;
	struct unwind_table table;
};

static void table_make(struct unwind_table *table)
{
	const struct unwind_rule rule = {.cfa_reg = 7, .cfa_offset = 24, .ra_place = PLACE_CFA};

	*table = (struct unwind_table){.base_vaddr = 0x400000, .fdes = 2, .unsupported = 1};
	check_ok(vec_push(&table->rows, 0x10 | 1ull << 48 | 1ull << 32));
	check_ok(vec_push(&table->rows, 0x20 | (uint64_t)UNWIND_RULE << 32));
	check_ok(vec_push(&table->rows, 0x30));
	check_ok(vec_push(&table->rules, rule));
}

static bool start(struct fixture *fixture, uint64_t limit_bytes)
{
	*fixture = (struct fixture){0};
	table_make(&fixture->table);
	return folder_make(&fixture->folder) &&
	       check_ok(unwind_cache_open(fixture->folder.path, limit_bytes, &fixture->cache));
}

static void finish(struct fixture *fixture)
{
	unwind_cache_free(fixture->cache);
	unwind_table_done(&fixture->table);
	folder_remove(&fixture->folder);
}

static int store(const struct fixture *fixture)
{
	return unwind_cache_store(fixture->cache, id, sizeof(id), &fixture->table);
}

static void path_of(const struct fixture *fixture, const char *name, char path[256])
{
	snprintf(path, 256, "%s/%s", fixture->folder.path, name);
}

/* The table that is loaded; it must be empty when loading fails. */
static int load(const struct fixture *fixture)
{
	struct unwind_table loaded = {0};
	const struct unwind_table *table = &fixture->table;
	int err = unwind_cache_load(fixture->cache, id, sizeof(id), &loaded);

	if (err) {
		check_null(loaded.rows.items);
		check_null(loaded.rules.items);
		check_uint(loaded.fdes, 0);
	} else if (check_uint(loaded.rows.count, table->rows.count) &&
		   check_uint(loaded.rules.count, table->rules.count)) {
		check_true(!memcmp(loaded.rows.items, table->rows.items, 8 * table->rows.count));
		check_true(!memcmp(loaded.rules.items, table->rules.items,
				   sizeof(struct unwind_rule) * table->rules.count));
		check_uint(loaded.base_vaddr, table->base_vaddr);
		check_uint(loaded.fdes, table->fdes);
		check_uint(loaded.unsupported, table->unsupported);
	}
	unwind_table_done(&loaded);
	return err;
}

static void what_is_stored_is_loaded(void)
{
	struct fixture fixture;

	if (!start(&fixture, 1 << 20))
		return;
	check_int(load(&fixture), -ENOENT);
	check_ok(store(&fixture));
	check_int(folder_size_of(&fixture.folder, id_name), FILE_BYTES);
	check_ok(load(&fixture));
	fixture.table.fdes = 3;
	check_ok(store(&fixture));
	check_ok(load(&fixture));
	finish(&fixture);
}

static void an_empty_table_is_one_too(void)
{
	struct fixture fixture;
	struct unwind_table loaded = {0};
	const struct unwind_table empty = {0};

	if (!start(&fixture, 1 << 20))
		return;
	check_ok(unwind_cache_store(fixture.cache, id, 1, &empty));
	check_int(folder_size_of(&fixture.folder, "ab.unwind"), HEAD_BYTES);
	check_ok(unwind_cache_load(fixture.cache, id, 1, &loaded));
	check_uint(loaded.rows.count, 0);
	unwind_table_done(&loaded);
	finish(&fixture);
}

static void the_folder_is_made(void)
{
	struct folder folder;
	struct unwind_cache *cache = NULL;
	char path[128];

	if (!folder_make(&folder))
		return;
	snprintf(path, sizeof(path), "%s/new/er", folder.path);
	check_ok(unwind_cache_open(path, 1, &cache));
	unwind_cache_free(cache);
	folder_put(&folder, "file", "", 0);
	snprintf(path, sizeof(path), "%s/file", folder.path);
	cache = NULL;
	check_int(unwind_cache_open(path, 1, &cache), -ENOTDIR);
	check_null(cache);
	unwind_cache_free(NULL);
	folder_remove(&folder);
}

static void build_ids_of_no_length_are_refused(void)
{
	static const uint8_t long_id[UNWIND_CACHE_ID_BYTES + 1] = {1};
	struct unwind_table loaded = {0};
	struct fixture fixture;

	if (!start(&fixture, 1 << 20))
		return;
	check_int(unwind_cache_store(fixture.cache, id, 0, &fixture.table), -EINVAL);
	check_int(unwind_cache_store(fixture.cache, long_id, sizeof(long_id), &fixture.table),
		  -EINVAL);
	check_int(unwind_cache_load(fixture.cache, id, 0, &loaded), -ENOENT);
	check_int(unwind_cache_load(fixture.cache, long_id, sizeof(long_id), &loaded), -ENOENT);
	check_ok(unwind_cache_store(fixture.cache, long_id, UNWIND_CACHE_ID_BYTES, &fixture.table));
	check_ok(unwind_cache_load(fixture.cache, long_id, UNWIND_CACHE_ID_BYTES, &loaded));
	unwind_table_done(&loaded);
	finish(&fixture);
}

static void file_read(const struct fixture *fixture, uint8_t bytes[static FILE_BYTES])
{
	char path[256];

	path_of(fixture, id_name, path);
	FILE *stream = fopen(path, "r");
	check_uint(fread(bytes, 1, FILE_BYTES, stream), FILE_BYTES);
	fclose(stream);
}

static void every_changed_byte_is_seen(void)
{
	struct fixture fixture;
	uint8_t bytes[FILE_BYTES];

	if (!start(&fixture, 1 << 20))
		return;
	check_ok(store(&fixture));
	file_read(&fixture, bytes);
	for (size_t i = 0; i < FILE_BYTES; i++) {
		bytes[i] ^= 0x10;
		folder_put(&fixture.folder, id_name, bytes, FILE_BYTES);
		check_int(load(&fixture), -ENOENT);
		bytes[i] ^= 0x10;
	}
	folder_put(&fixture.folder, id_name, bytes, FILE_BYTES);
	check_ok(load(&fixture));
	finish(&fixture);
}

static void every_other_size_is_seen(void)
{
	struct fixture fixture;
	uint8_t bytes[FILE_BYTES + 8] = {0};

	if (!start(&fixture, 1 << 20))
		return;
	check_ok(store(&fixture));
	file_read(&fixture, bytes);
	for (size_t size = 0; size <= sizeof(bytes); size++) {
		folder_put(&fixture.folder, id_name, bytes, size);
		check_int(load(&fixture), size == FILE_BYTES ? 0 : -ENOENT);
	}
	check_ok(store(&fixture));
	check_ok(load(&fixture));
	finish(&fixture);
}

/* Writes the bytes with the checksum that belongs to them. */
static int load_forged(const struct fixture *fixture, uint8_t bytes[static FILE_BYTES])
{
	uint32_t crc = (uint32_t)crc32(0, bytes + AT_ROWS, FILE_BYTES - AT_ROWS);

	memcpy(bytes + AT_CRC, &crc, sizeof(crc));
	folder_put(&fixture->folder, id_name, bytes, FILE_BYTES);
	return load(fixture);
}

static void a_right_checksum_is_not_enough(void)
{
	struct fixture fixture;
	uint8_t good[FILE_BYTES], bytes[FILE_BYTES];

	if (!start(&fixture, 1 << 20))
		return;
	check_ok(store(&fixture));
	file_read(&fixture, good);
	check_ok(load_forged(&fixture, memcpy(bytes, good, FILE_BYTES)));
	bytes[HEAD_BYTES] = 0x20; /* two rows with one address */
	check_int(load_forged(&fixture, bytes), -ENOENT);
	memcpy(bytes, good, FILE_BYTES);
	bytes[HEAD_BYTES + 8 + 6] = 1; /* a rule that is not there */
	check_int(load_forged(&fixture, bytes), -ENOENT);
	memcpy(bytes, good, FILE_BYTES);
	bytes[HEAD_BYTES + 3 * 8] = 200; /* a register that is not there */
	check_int(load_forged(&fixture, bytes), -ENOENT);
	memcpy(bytes, good, FILE_BYTES);
	bytes[AT_ROWS + 7] = 0x20; /* 2^61 rows: their bytes would be as many as before */
	check_int(load_forged(&fixture, bytes), -ENOENT);
	memcpy(bytes, good, FILE_BYTES);
	bytes[AT_ROWS] = 0, bytes[AT_RULES] = 2; /* the same bytes, taken otherwise */
	check_int(load_forged(&fixture, bytes), -ENOENT);
	finish(&fixture);
}

static void links_are_not_followed(void)
{
	struct fixture fixture;
	char path[256], other[256];

	if (!start(&fixture, 1 << 20))
		return;
	check_ok(store(&fixture));
	path_of(&fixture, id_name, path);
	path_of(&fixture, "other", other);
	check_ok(rename(path, other));
	check_ok(symlink("other", path));
	check_int(load(&fixture), -ENOENT);
	check_ok(truncate(other, 0));
	check_ok(store(&fixture)); /* replaces the link, not what it points to */
	check_int(folder_size_of(&fixture.folder, "other"), 0);
	check_ok(load(&fixture));
	finish(&fixture);
}

static void what_is_no_file_is_none(void)
{
	struct fixture fixture;
	char path[256];

	if (!start(&fixture, 1 << 20))
		return;
	path_of(&fixture, id_name, path);
	check_ok(mkfifo(path, 0600));
	check_int(load(&fixture), -ENOENT);
	check_ok(unlink(path));
	check_ok(mkdir(path, 0700));
	check_int(load(&fixture), -ENOENT);
	check_int(store(&fixture), -EISDIR);
	finish(&fixture);
}

/* As if it had been written so long ago. */
static void age(const struct fixture *fixture, const char *name, time_t seconds)
{
	char path[256];

	path_of(fixture, name, path);
	check_ok(utimensat(AT_FDCWD, path,
			   (struct timespec[]){{.tv_nsec = UTIME_OMIT}, {.tv_sec = seconds}}, 0));
}

static void the_oldest_files_go_when_there_are_too_many(void)
{
	struct fixture fixture;
	uint8_t one_id[1];

	if (!start(&fixture, 3 * FILE_BYTES))
		return;
	folder_put(&fixture.folder, "foreign", "something larger than the limit", 31);
	for (one_id[0] = 1; one_id[0] <= 3; one_id[0]++)
		check_ok(unwind_cache_store(fixture.cache, one_id, 1, &fixture.table));
	age(&fixture, "01.unwind", 300);
	age(&fixture, "02.unwind", 100);
	age(&fixture, "03.unwind", 200);
	check_ok(store(&fixture));
	check_int(folder_size_of(&fixture.folder, "01.unwind"), FILE_BYTES);
	check_int(folder_size_of(&fixture.folder, "02.unwind"), -1);
	check_int(folder_size_of(&fixture.folder, "03.unwind"), FILE_BYTES);
	check_int(folder_size_of(&fixture.folder, id_name), FILE_BYTES);
	folder_put(&fixture.folder, ".ltsbpf-0123456789abcdef", "left by a crash", 15);
	age(&fixture, ".ltsbpf-0123456789abcdef", 50);
	check_ok(store(&fixture));
	check_int(folder_size_of(&fixture.folder, ".ltsbpf-0123456789abcdef"), -1);
	check_int(folder_size_of(&fixture.folder, "03.unwind"), FILE_BYTES);
	check_int(folder_size_of(&fixture.folder, "foreign"), 31);
	finish(&fixture);
}

static void memory_runs_out(void)
{
	struct fixture fixture;

	if (!start(&fixture, 1 << 20))
		return;
	check_ok(store(&fixture));
	for (unsigned int nth = 1;; nth++) {
		struct unwind_table loaded = {0};

		memory_fail_at(nth);
		int err = unwind_cache_load(fixture.cache, id, sizeof(id), &loaded);
		bool failed = memory_failed();
		unwind_table_done(&loaded);
		if (!failed)
			break;
		check_int(err, -ENOMEM);
	}
	for (unsigned int nth = 1;; nth++) {
		memory_fail_at(nth);
		int err = store(&fixture);
		if (!memory_failed())
			break;
		check_int(err, -ENOMEM);
	}
	finish(&fixture);
}

CU_TestInfo cache_tests[] = {
	TEST(what_is_stored_is_loaded),
	TEST(an_empty_table_is_one_too),
	TEST(the_folder_is_made),
	TEST(build_ids_of_no_length_are_refused),
	TEST(every_changed_byte_is_seen),
	TEST(every_other_size_is_seen),
	TEST(a_right_checksum_is_not_enough),
	TEST(links_are_not_followed),
	TEST(what_is_no_file_is_none),
	TEST(the_oldest_files_go_when_there_are_too_many),
	TEST(memory_runs_out),
	CU_TEST_INFO_NULL,
};
