// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/shared_library.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

/* The tests themselves are a program that needs libcunit and libc. */
#define PROGRAM "/proc/self/exe"

static void touch(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	check_true(fd >= 0);
	close(fd);
}

static void a_needed_library_is_found_in_the_usual_folders(void)
{
	char *found = NULL;

	if (!check_ok(shared_library_find(PROGRAM, "libcunit.", NULL, &found)))
		return;
	check_contains(found, "/libcunit.so");
	check_ok(access(found, R_OK));
	free(found);
}

static void the_library_path_comes_before_the_usual_folders(void)
{
	char folder[] = "/tmp/ltsbpf-library-test-XXXXXX", path[128], list[128], *found = NULL;
	char *name = NULL;

	if (!check_not_null(mkdtemp(folder)) ||
	    !check_ok(shared_library_find(PROGRAM, "libcunit.", "", &name)))
		return;
	snprintf(path, sizeof(path), "%s%s", folder, strrchr(name, '/'));
	touch(path);
	snprintf(list, sizeof(list), "/nowhere::%s:/usr/lib", folder);
	check_ok(shared_library_find(PROGRAM, "libcunit.", list, &found));
	check_str(found, path);
	check_ok(unlink(path) || rmdir(folder));
	free(found);
	free(name);
}

static void a_program_that_needs_no_such_library_says_so(void)
{
	char *found = NULL;

	check_int(shared_library_find(PROGRAM, "libpython3", NULL, &found), -ENOENT);
	check_null(found);
}

static void files_that_are_no_programs_are_told_apart(void)
{
	char *found = NULL;

	check_int(shared_library_find("/proc/self/status", "libc", NULL, &found), -ENOENT);
	check_int(shared_library_find("/nowhere/x", "libc", NULL, &found), -ENOENT);
	check_int(shared_library_find("/proc/self/status/x", "libc", NULL, &found), -ENOTDIR);
	check_int(shared_library_find("/tmp", "libc", NULL, &found), -ENOENT);
	check_null(found);
}

/* bin/program, which needs lib/libpretend.so.1, linked with these flags. */
static bool compile(const char *folder, const char *flags)
{
	char command[1024];

	snprintf(
		command, sizeof(command),
		"cd %s && mkdir -p bin lib && echo 'int f(void) { return 0; }' >f.c && "
		"echo 'int f(void); int main(void) { return f(); }' >m.c && "
		"${CC:-cc} -shared -fPIC -Wl,-soname,libpretend.so.1 f.c -o lib/libpretend.so.1 && "
		"${CC:-cc} m.c lib/libpretend.so.1 %s -o bin/program",
		folder, flags);
	return check_int(system(command), 0);
}

static void find_pretend(const char *flags, bool keep, int expected)
{
	char folder[] = "/tmp/ltsbpf-library-test-XXXXXX", program[128], wanted[128];
	char *found = NULL;

	if (!check_not_null(mkdtemp(folder)) || !compile(folder, flags))
		return;
	snprintf(program, sizeof(program), "%s/bin/program", folder);
	snprintf(wanted, sizeof(wanted), "%s/bin/../lib/libpretend.so.1", folder);
	if (!keep)
		check_ok(unlink(wanted));
	check_int(shared_library_find(program, "libpretend", NULL, &found), expected);
	check_str(found, expected ? NULL : wanted);
	free(found);
	snprintf(program, sizeof(program), "rm -rf %s", folder);
	check_int(system(program), 0);
}

static void the_programs_own_folders_are_searched(void)
{
	find_pretend("-Wl,-rpath,'/nowhere:$ORIGIN/../lib' -Wl,--enable-new-dtags", true, 0);
	find_pretend("-Wl,-rpath,'${ORIGIN}/../lib' -Wl,--disable-new-dtags", true, 0);
}

static void a_library_that_is_nowhere_is_an_error_of_its_own(void)
{
	find_pretend("", true, -ELIBACC);
	find_pretend("-Wl,-rpath,'$ORIGIN/../lib'", false, -ELIBACC);
}

CU_TestInfo shared_library_tests[] = {
	TEST(a_needed_library_is_found_in_the_usual_folders),
	TEST(the_library_path_comes_before_the_usual_folders),
	TEST(a_program_that_needs_no_such_library_says_so),
	TEST(files_that_are_no_programs_are_told_apart),
	TEST(the_programs_own_folders_are_searched),
	TEST(a_library_that_is_nowhere_is_an_error_of_its_own),
	CU_TEST_INFO_NULL,
};
