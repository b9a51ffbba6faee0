// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/jitdump.h"

#include <errno.h>
#include <fcntl.h>

#include "folder.h"
#include "memory.h"

enum {
	LOAD,
	MOVE,
	DEBUG_INFO,
	CLOSE,
	UNWINDING_INFO
};

/* A dump in the making. */
struct made {
	char bytes[4096];
	size_t size;
};

static void put(struct made *made, const void *bytes, size_t size)
{
	memcpy(made->bytes + made->size, bytes, size);
	made->size += size;
}

static void put_head(struct made *made)
{
	uint32_t words[6] = {0x4A695444, 1, 40, 62, 0, 4711};
	uint64_t rest[2] = {0};

	put(made, words, sizeof(words));
	put(made, rest, sizeof(rest));
}

/* The beginning of a record, with `more` bytes to follow. */
static void put_record(struct made *made, uint32_t kind, size_t more)
{
	uint32_t words[2] = {kind, (uint32_t)(16 + more)};
	uint64_t timestamp = 1;

	put(made, words, sizeof(words));
	put(made, &timestamp, sizeof(timestamp));
}

static void put_load(struct made *made, uint64_t address, uint64_t size, uint64_t index,
		     const char *name)
{
	uint64_t words[5] = {0, address, address, size, index};

	put_record(made, LOAD, sizeof(words) + strlen(name) + 1 + size);
	put(made, words, sizeof(words));
	put(made, name, strlen(name) + 1);
	memset(made->bytes + made->size, 'c', size);
	made->size += size;
}

static void put_move(struct made *made, uint64_t from, uint64_t to, uint64_t size, uint64_t index)
{
	uint64_t words[6] = {0, to, from, to, size, index};

	put_record(made, MOVE, sizeof(words));
	put(made, words, sizeof(words));
}

static const char *name_at(const struct jitdump *dump, uint64_t address)
{
	const char *name = "-";

	jitdump_find(dump, address, &name);
	return name;
}

static int64_t take(struct jitdump *dump, const void *bytes, size_t size)
{
	int64_t taken = jitdump_take(dump, bytes, size);

	check_ok(code_ranges_settle(&dump->ranges));
	return taken;
}

static void code_is_named(void)
{
	struct jitdump dump = {0};
	struct made made = {0};

	put_head(&made);
	put_load(&made, 0x1000, 16, 1, "py::f:/a b.py");
	put_record(&made, DEBUG_INFO, 100);
	made.size += 100;
	put_record(&made, UNWINDING_INFO, 24);
	made.size += 24;
	put_record(&made, 77, 0);
	put_load(&made, 0x2000, 32, 2, "g");
	put_record(&made, CLOSE, 0);
	check_int(take(&dump, made.bytes, made.size), (int64_t)made.size);
	check_str(name_at(&dump, 0xfff), "-");
	check_str(name_at(&dump, 0x1000), "py::f:/a b.py");
	check_str(name_at(&dump, 0x100f), "py::f:/a b.py");
	check_str(name_at(&dump, 0x1010), "-");
	check_str(name_at(&dump, 0x201f), "g");
	jitdump_done(&dump);
}

static void later_code_lies_over_earlier_code(void)
{
	struct jitdump dump = {0};
	struct made made = {0};

	put_head(&made);
	put_load(&made, 0x1000, 64, 1, "old");
	put_load(&made, 0x1010, 16, 2, "new");
	take(&dump, made.bytes, made.size);
	check_str(name_at(&dump, 0x100f), "old");
	check_str(name_at(&dump, 0x1010), "new");
	check_str(name_at(&dump, 0x1020), "old");
	jitdump_done(&dump);
}

static void code_that_moves_takes_its_name_along(void)
{
	struct jitdump dump = {0};
	struct made made = {0};

	put_head(&made);
	put_load(&made, 0x1000, 64, 5, "f");
	put_move(&made, 0x1000, 0x1020, 64, 5);
	put_move(&made, 0x9000, 0x8000, 64, 6);
	take(&dump, made.bytes, made.size);
	check_str(name_at(&dump, 0x101f), "-");
	check_str(name_at(&dump, 0x1020), "f");
	check_str(name_at(&dump, 0x105f), "f");
	check_str(name_at(&dump, 0x8000), "-");
	jitdump_done(&dump);
}

/* Given byte by byte it is the same, and code need not be there for its name to be. */
static void records_come_in_pieces(void)
{
	struct made made = {0};

	put_head(&made);
	put_load(&made, 0x1000, 16, 1, "f");
	put_load(&made, 0x2000, 16, 2, "g");
	put_move(&made, 0x1000, 0x3000, 16, 1);
	for (size_t cut = 0; cut < made.size; cut++) {
		struct jitdump dump = {0};
		int64_t taken = take(&dump, made.bytes, cut);

		if (!check_true(taken >= 0))
			return;
		if ((size_t)taken < made.size)
			taken += take(&dump, made.bytes + taken, made.size - (size_t)taken);
		check_int(taken, (int64_t)made.size);
		check_str(name_at(&dump, 0x2000), "g");
		check_str(name_at(&dump, 0x3000), "f");
		check_str(name_at(&dump, 0x1000), "-");
		jitdump_done(&dump);
	}
}

static void other_files_are_refused(void)
{
	struct jitdump dump = {0};
	struct made made = {0};

	put_head(&made);
	struct made swapped = made, newer = made, small = made;
	memcpy(swapped.bytes, "JiTD", 4);
	newer.bytes[4] = 2;
	small.bytes[8] = 39;
	check_int(take(&dump, swapped.bytes, swapped.size), -EINVAL);
	check_int(take(&dump, newer.bytes, newer.size), -EINVAL);
	check_int(take(&dump, small.bytes, small.size), -EINVAL);
	check_int(take(&dump, made.bytes, 39), 0);
	check_int(take(&dump, made.bytes, 40), 40);
	jitdump_done(&dump);
}

static void broken_records_end_it_or_are_left_out(void)
{
	struct jitdump dump = {0};
	struct made made = {0};
	uint32_t no_size[4] = {LOAD, 15};

	put_head(&made);
	put_record(&made, LOAD, 39);
	made.size += 39;
	put_record(&made, LOAD, 40);
	made.size += 40;
	put_record(&made, LOAD, 44);
	memset(made.bytes + made.size, 'n', 44);
	made.size += 44;
	put_record(&made, MOVE, 47);
	made.size += 47;
	put_load(&made, 0x2000, 16, 2, "");
	put_load(&made, 0x1000, 16, 1, "f");
	size_t whole = made.size;
	put(&made, no_size, sizeof(no_size));
	check_int(take(&dump, made.bytes, made.size), (int64_t)whole);
	check_str(name_at(&dump, 0x1000), "f");
	check_str(name_at(&dump, 0x2000), "-");
	check_int(take(&dump, made.bytes + whole, made.size - whole), -EINVAL);
	check_str(name_at(&dump, 0x1000), "f");
	jitdump_done(&dump);
}

static int open_in(const struct folder *folder, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static void a_dump_grows_and_is_replaced(void)
{
	struct jitdump dump = {0};
	struct made made = {0};
	struct folder folder;

	if (!folder_make(&folder))
		return;
	check_int(jitdump_refresh(&dump, -1, getuid()), -ENOENT);
	put_head(&made);
	put_load(&made, 0x1000, 16, 1, "f");
	folder_put(&folder, "d", made.bytes, made.size);
	check_ok(jitdump_refresh(&dump, open_in(&folder, "d"), getuid()));
	check_str(name_at(&dump, 0x1000), "f");
	put_move(&made, 0x1000, 0x3000, 16, 1);
	folder_put(&folder, "d", made.bytes, made.size);
	check_ok(jitdump_refresh(&dump, -1, getuid()));
	check_str(name_at(&dump, 0x3000), "f");
	made.size = 0;
	put_head(&made);
	put_load(&made, 0x1000, 16, 1, "g");
	folder_put(&folder, "e", made.bytes, made.size);
	check_ok(jitdump_refresh(&dump, open_in(&folder, "e"), getuid()));
	check_str(name_at(&dump, 0x1000), "g");
	check_str(name_at(&dump, 0x3000), "-");
	jitdump_done(&dump);
	folder_remove(&folder);
}

static void memory_may_run_out(void)
{
	struct made made = {0};

	put_head(&made);
	put_load(&made, 0x1000, 16, 1, "f");
	for (unsigned int nth = 1;; nth++) {
		struct jitdump dump = {.begun = true};

		memory_fail_at(nth);
		int64_t taken = jitdump_take(&dump, made.bytes + 40, made.size - 40);
		bool failed = memory_failed();
		check_int(taken, failed ? -ENOMEM : (int64_t)made.size - 40);
		jitdump_done(&dump);
		if (!failed)
			break;
	}
}

CU_TestInfo jitdump_tests[] = {
	TEST(code_is_named),
	TEST(later_code_lies_over_earlier_code),
	TEST(code_that_moves_takes_its_name_along),
	TEST(records_come_in_pieces),
	TEST(other_files_are_refused),
	TEST(broken_records_end_it_or_are_left_out),
	TEST(a_dump_grows_and_is_replaced),
	TEST(memory_may_run_out),
	CU_TEST_INFO_NULL,
};
