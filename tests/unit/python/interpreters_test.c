// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* The process that maps files is the test itself. */
#include "python/interpreters.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "check.h"
#include "elf_file.h"
#include "memory.h"

/* A file on disk, mapped here. */
struct mapped {
	char path[64];
	struct stat status;
	void *memory;
};

static void write_elf(int fd, bool is_python)
{
	struct elf_made made;

	elf_make(&made, ET_DYN);
	if (is_python)
		elf_add_symbol(&made, "_PyRuntime", ELF_VADDR + ELF_AT_DATA);
	check_int(pwrite(fd, made.bytes, sizeof(made.bytes), 0), sizeof(made.bytes));
}

static void map(struct mapped *mapped, bool is_python)
{
	*mapped = (struct mapped){.path = "/tmp/ltsbpf-test-XXXXXX"};
	CLEANUP(closep) int fd = mkstemp(mapped->path);

	check_true(fd >= 0);
	write_elf(fd, is_python);
	check_ok(fstat(fd, &mapped->status));
	mapped->memory = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	check_true(mapped->memory != MAP_FAILED);
}

static void unmap(struct mapped *mapped)
{
	unlink(mapped->path);
	munmap(mapped->memory, 4096);
}

static int find(struct interpreters *interpreters, const struct mapped *mapped, const char *path,
		const struct interpreter **found)
{
	return interpreters_find(interpreters, getpid(), path, mapped->status.st_dev,
				 mapped->status.st_ino, found);
}

static void a_python_is_found_once(void)
{
	CLEANUP(interpreters_done) struct interpreters interpreters = {0};
	const struct interpreter *first = NULL, *second = NULL;
	struct mapped mapped;

	map(&mapped, true);
	check_ok(find(&interpreters, &mapped, mapped.path, &first));
	check_ok(find(&interpreters, &mapped, mapped.path, &second));
	unmap(&mapped);
	check_not_null(first);
	check_true(first == second);
	check_uint(interpreters.count, 1);
}

static void another_file_is_looked_at_once_too(void)
{
	CLEANUP(interpreters_done) struct interpreters interpreters = {0};
	const struct interpreter *found = NULL;
	struct mapped mapped;

	map(&mapped, false);
	check_int(find(&interpreters, &mapped, mapped.path, &found), -ENOENT);
	check_int(find(&interpreters, &mapped, mapped.path, &found), -ENOENT);
	unmap(&mapped);
	check_uint(interpreters.count, 1);
	check_null(found);
}

static void a_file_that_was_written_anew_is_looked_at_again(void)
{
	static const struct timespec later[2] = {{.tv_sec = 5}, {.tv_sec = 5}};
	CLEANUP(interpreters_done) struct interpreters interpreters = {0};
	const struct interpreter *found = NULL;
	struct mapped mapped;

	map(&mapped, false);
	check_int(find(&interpreters, &mapped, mapped.path, &found), -ENOENT);
	CLEANUP(closep) int fd = open(mapped.path, O_RDWR | O_CLOEXEC);
	write_elf(fd, true);
	check_ok(futimens(fd, later));
	check_ok(find(&interpreters, &mapped, mapped.path, &found));
	unmap(&mapped);
	check_uint(interpreters.count, 2);
}

static void what_is_no_file_is_no_python(void)
{
	CLEANUP(interpreters_done) struct interpreters interpreters = {0};
	const struct interpreter *found = NULL;
	struct mapped none = {0};

	check_int(find(&interpreters, &none, "[vdso]", &found), -ENOENT);
	check_int(find(&interpreters, &none, "", &found), -ENOENT);
	check_int(find(&interpreters, &none, "/dev/zero", &found), -ENOENT);
	check_uint(interpreters.count, 0);
}

static void a_file_that_nobody_maps_cannot_be_opened(void)
{
	CLEANUP(interpreters_done) struct interpreters interpreters = {0};
	const struct interpreter *found = NULL;
	struct mapped none = {.status = {.st_dev = 1, .st_ino = 1}};

	check_int(find(&interpreters, &none, "/no/such/file", &found), -ESTALE);
	check_int(find(&interpreters, &none, "/dev/null", &found), -ESTALE);
	check_uint(interpreters.count, 0);
}

/* /proc/PID/map_files is for those with CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE. */
static bool map_files_are_open_to_us(const struct mapped *mapped)
{
	char path[96];
	uintptr_t start = (uintptr_t)mapped->memory;

	snprintf(path, sizeof(path), "/proc/self/map_files/%" PRIxPTR "-%" PRIxPTR, start,
		 start + 4096);
	CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0;
}

static void a_deleted_or_replaced_file_is_found_through_its_mapping(void)
{
	CLEANUP(interpreters_done) struct interpreters interpreters = {0};
	const struct interpreter *found = NULL;
	struct mapped mapped;
	char deleted[96];

	map(&mapped, true);
	snprintf(deleted, sizeof(deleted), "%s (deleted)", mapped.path);
	unlink(mapped.path);
	int expected = map_files_are_open_to_us(&mapped) ? 0 : -ESTALE;
	check_int(find(&interpreters, &mapped, deleted, &found), expected);
	check_int(find(&interpreters, &mapped, "/dev/null", &found), expected);
	unmap(&mapped);
}

/* A libelf that is linked in is short of memory too, and what it cannot read is no Python. */
static void each_allocation_may_fail(void)
{
	struct mapped mapped;
	unsigned int nth = 1;

	for (map(&mapped, true);; nth++) {
		CLEANUP(interpreters_done) struct interpreters interpreters = {0};
		const struct interpreter *found = NULL;

		memory_fail_at(nth);
		int err = find(&interpreters, &mapped, mapped.path, &found);
		if (!memory_failed())
			break;
		check_true(!err || err == -ENOMEM || err == -ENOENT);
		check_uint(interpreters.count, err == -ENOMEM ? 0 : 1);
		check_int(found != NULL, !err);
	}
	unmap(&mapped);
	check_true(nth > 2);
}

CU_TestInfo interpreters_tests[] = {
	TEST(a_python_is_found_once),
	TEST(another_file_is_looked_at_once_too),
	TEST(a_file_that_was_written_anew_is_looked_at_again),
	TEST(what_is_no_file_is_no_python),
	TEST(a_file_that_nobody_maps_cannot_be_opened),
	TEST(a_deleted_or_replaced_file_is_found_through_its_mapping),
	TEST(each_allocation_may_fail),
	CU_TEST_INFO_NULL,
};
