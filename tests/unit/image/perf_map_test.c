// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/perf_map.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "memory.h"

static const char *name_at(const struct perf_map *map, uint64_t address)
{
	const char *name = "-";

	perf_map_find(map, address, &name);
	return name;
}

static int64_t take(struct perf_map *map, const char *text)
{
	int64_t taken = perf_map_take(&map->ranges, text, strlen(text));

	check_ok(code_ranges_settle(&map->ranges));
	return taken;
}

static void a_name_keeps_its_blanks(void)
{
	struct perf_map map = {0};

	check_int(take(&map, "7f00001000 1f py::naïve.<locals>.f:/a b.py\n0x7f00002000 0x8 x\n"),
		  63);
	check_str(name_at(&map, 0x7f00001000), "py::naïve.<locals>.f:/a b.py");
	check_str(name_at(&map, 0x7f0000101e), "py::naïve.<locals>.f:/a b.py");
	check_str(name_at(&map, 0x7f0000101f), "-");
	check_str(name_at(&map, 0x7f00002007), "x");
	perf_map_done(&map);
}

static void the_later_line_wins(void)
{
	struct perf_map map = {0};

	take(&map, "1000 10 old\n1000 10 new\n");
	check_str(name_at(&map, 0x1000), "new");
	take(&map, "1008 10 newest\n");
	check_str(name_at(&map, 0x1007), "new");
	check_str(name_at(&map, 0x1008), "newest");
	perf_map_done(&map);
}

static void a_line_is_taken_when_it_is_whole(void)
{
	struct perf_map map = {0};

	check_int(take(&map, "1000 10 a\n2000 10 b"), 10);
	check_str(name_at(&map, 0x1000), "a");
	check_str(name_at(&map, 0x2000), "-");
	perf_map_done(&map);
}

static void what_is_no_line_is_skipped(void)
{
	struct perf_map map = {0};

	take(&map, "\n \n1000\n1000 \n1000 10\n1000 10 \n-1000 10 a\ng000 10 a\n1000 g0 a\n"
		   "1000  10 a\n10000000000000000 10 a\nffffffffffffffff 10 a\n1000 0 a\n");
	check_int(perf_map_take(&map.ranges, "1000 10 \0a\n", 11), 11);
	check_uint(map.ranges.items.count, 0);
	take(&map, "2000 10 b\n");
	check_str(name_at(&map, 0x2000), "b");
	perf_map_done(&map);
}

static void it_is_known_whose_a_map_is(void)
{
	struct perf_map_process process = {.pid = 7};
	pid_t child = fork();

	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
	check_int(perf_map_process_of(child, &process), -ESRCH);
	check_int(process.pid, 7);
	check_ok(perf_map_process_of(getpid(), &process));
	check_int(process.pid, getpid());
	check_int(process.namespace_pid, getpid());
	check_uint(process.uid, geteuid());
}

/* Our own pid's map, as if we were a JIT. */
static void path_of_map(char path[64])
{
	snprintf(path, 64, "/tmp/perf-%d.map", getpid());
}

static void map_write(const char *mode, const char *text)
{
	char path[64];

	path_of_map(path);
	FILE *stream = fopen(path, mode);
	if (!check_not_null(stream))
		return;
	fputs(text, stream);
	fclose(stream);
}

static void a_map_grows_and_outlives_its_file(void)
{
	struct perf_map_process process;
	struct perf_map map = {0};
	char path[64];

	path_of_map(path);
	check_ok(perf_map_process_of(getpid(), &process));
	unlink(path);
	check_int(perf_map_refresh(&map, &process), -ENOENT);
	map_write("w", "1000 10 a\n2000 10");
	check_ok(perf_map_refresh(&map, &process));
	check_str(name_at(&map, 0x1000), "a");
	map_write("a", " b\n");
	check_ok(perf_map_refresh(&map, &process));
	check_str(name_at(&map, 0x1000), "a");
	check_str(name_at(&map, 0x2000), "b");
	map_write("a", "3000 10 c\n");
	unlink(path);
	check_ok(perf_map_refresh(&map, &process));
	check_str(name_at(&map, 0x3000), "c");
	map_write("w", "4000 10 d\n");
	check_ok(perf_map_refresh(&map, &process));
	check_str(name_at(&map, 0x1000), "-");
	check_str(name_at(&map, 0x4000), "d");
	unlink(path);
	perf_map_done(&map);
}

static void a_link_is_not_followed(void)
{
	struct perf_map_process process;
	struct perf_map map = {0};
	char path[64], target[] = "/tmp/ltsbpf-test-map-XXXXXX";

	path_of_map(path);
	check_ok(perf_map_process_of(getpid(), &process));
	int fd = mkstemp(target);
	check_int(write(fd, "1000 10 a\n", 10), 10);
	close(fd);
	unlink(path);
	check_ok(symlink(target, path));
	check_int(perf_map_refresh(&map, &process), -EPERM);
	check_str(name_at(&map, 0x1000), "-");
	unlink(path);
	unlink(target);
	perf_map_done(&map);
}

static void memory_may_run_out(void)
{
	for (unsigned int nth = 1;; nth++) {
		struct perf_map map = {0};

		memory_fail_at(nth);
		int64_t taken = perf_map_take(&map.ranges, "1000 10 a\n", 10);
		bool failed = memory_failed();
		check_int(taken, failed ? -ENOMEM : 10);
		perf_map_done(&map);
		if (!failed)
			break;
	}
}

CU_TestInfo perf_map_tests[] = {
	TEST(a_name_keeps_its_blanks),
	TEST(the_later_line_wins),
	TEST(a_line_is_taken_when_it_is_whole),
	TEST(what_is_no_line_is_skipped),
	TEST(it_is_known_whose_a_map_is),
	TEST(a_map_grows_and_outlives_its_file),
	TEST(a_link_is_not_followed),
	TEST(memory_may_run_out),
	CU_TEST_INFO_NULL,
};
