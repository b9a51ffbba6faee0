// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "target/maps.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static void a_line_is_taken_apart(void)
{
	struct map_line map;

	if (!check_true(maps_parse_line("7f1c2a000000-7f1c2a021000 r-xp 0001f000 fe:1a 394812"
					"                     /usr/lib/libpython3.11.so.1.0",
					&map)))
		return;
	check_uint(map.start, 0x7f1c2a000000);
	check_uint(map.end, 0x7f1c2a021000);
	check_uint(map.file_offset, 0x1f000);
	check_true(map.executable);
	check_uint(map.device_major, 0xfe);
	check_uint(map.device_minor, 0x1a);
	check_uint(map.inode, 394812);
	check_str(map.path, "/usr/lib/libpython3.11.so.1.0");
}

static void data_is_not_executable(void)
{
	struct map_line map;

	check_true(maps_parse_line("1000-2000 rw-p 00000000 00:00 0 ", &map));
	check_true(!map.executable);
	check_str(map.path, "");
	check_true(maps_parse_line("1000-2000 ---p 00000000 00:00 0", &map));
	check_str(map.path, "");
	check_true(maps_parse_line("1000-2000 --xp 00000000 00:00 0 [vdso]", &map));
	check_true(map.executable);
	check_str(map.path, "[vdso]");
}

static void a_path_keeps_its_blanks(void)
{
	struct map_line map;

	check_true(maps_parse_line("1000-2000 r--p 0 0:0 7    /a b/ c\td (deleted)", &map));
	check_str(map.path, "/a b/ c\td (deleted)");
}

static void the_widest_numbers_fit(void)
{
	struct map_line map;

	check_true(maps_parse_line("ffffffffff600000-ffffffffffffffff r-xp ffffffffffffffff "
				   "fff:fffff 18446744073709551615 [vsyscall]",
				   &map));
	check_uint(map.end, UINT64_MAX);
	check_uint(map.file_offset, UINT64_MAX);
	check_uint(map.device_minor, 0xfffff);
	check_uint(map.inode, UINT64_MAX);
}

static void what_is_no_line_is_refused_and_nothing_written(void)
{
	static const char *const lines[] = {
		"",
		"\n",
		"Name:\tpython3",
		"1000-2000",
		"1000-2000 r-xp",
		"1000-2000 r-xp 0 0:0",
		"1000-2000 rx 0 0:0 7 /a",
		"1000 2000 r-xp 0 0:0 7 /a",
		"2000-1000 r-xp 0 0:0 7 /a",
		"g000-2000 r-xp 0 0:0 7 /a",
		"1000-2000 r-xp 0 00 7 /a",
		"1000-2000 r-xpp 0 0:0 7 /a",
	};
	struct map_line map = {.start = 42};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		check_int(maps_parse_line(lines[i], &map), false);
	check_uint(map.start, 42);
}

struct search {
	uint64_t address;
	bool found, executable;
	int lines, stop_after;
};

static int on_line(void *context, const struct map_line *map)
{
	struct search *search = context;

	if (search->address >= map->start && search->address < map->end) {
		search->found = true;
		search->executable = map->executable;
	}
	return ++search->lines == search->stop_after ? 77 : 0;
}

static void our_own_code_and_data_are_found(void)
{
	struct search code = {.address = (uintptr_t)on_line};
	struct search data = {.address = (uintptr_t)&code};

	check_ok(maps_read(getpid(), on_line, &code));
	check_true(code.found && code.executable);
	check_ok(maps_read(getpid(), on_line, &data));
	check_true(data.found && !data.executable);
}

static void the_callback_may_end_the_reading(void)
{
	struct search search = {.stop_after = 2};

	check_int(maps_read(getpid(), on_line, &search), 77);
	check_int(search.lines, 2);
}

static void a_process_that_is_gone_is_told(void)
{
	struct search search = {0};
	pid_t child = fork();

	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
	check_int(maps_read(child, on_line, &search), -ENOENT);
	check_int(search.lines, 0);
}

CU_TestInfo maps_tests[] = {
	TEST(a_line_is_taken_apart),
	TEST(data_is_not_executable),
	TEST(a_path_keeps_its_blanks),
	TEST(the_widest_numbers_fit),
	TEST(what_is_no_line_is_refused_and_nothing_written),
	TEST(our_own_code_and_data_are_found),
	TEST(the_callback_may_end_the_reading),
	TEST(a_process_that_is_gone_is_told),
	CU_TEST_INFO_NULL,
};
