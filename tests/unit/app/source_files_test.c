// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/source_files.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "check.h"
#include "folder.h"

struct place {
	struct folder folder;
	char path[160];
};

static const char *in(struct place *place, const char *name)
{
	snprintf(place->path, sizeof(place->path), "%s/%s", place->folder.path, name);
	return place->path;
}

static void write_file(const char *path, const char *text, size_t size)
{
	FILE *stream = fopen(path, "we");

	if (check_not_null(stream)) {
		fwrite(text, 1, size, stream);
		fclose(stream);
	}
}

static void check_not_read(const char *path, const char *why)
{
	struct html_source source = {0};

	check_ok(source_files_read(path, 0, &source));
	check_null(source.text);
	check_contains(source.note, why);
	free(source.text);
}

static void python_files_are_read(void)
{
	struct place place;
	struct html_source source = {0};

	if (!folder_make(&place.folder))
		return;
	write_file(in(&place, "x.py"), "a\nb\0c\n", 6);
	check_ok(source_files_read(place.path, time(NULL) + 10, &source));
	check_str(source.text, "a\nb?c\n");
	check_null(source.note);
	free(source.text);
	folder_remove(&place.folder);
}

static void newer_files_have_a_note(void)
{
	struct place place;
	struct html_source source = {0};

	if (!folder_make(&place.folder))
		return;
	write_file(in(&place, "x.py"), "a\n", 2);
	check_ok(source_files_read(place.path, time(NULL) - 100, &source));
	check_str(source.text, "a\n");
	check_contains(source.note, "newer than the recording");
	free(source.text);
	folder_remove(&place.folder);
}

static void nothing_but_python_source_is_read(void)
{
	struct place place;
	char target[160];

	if (!folder_make(&place.folder))
		return;
	write_file(in(&place, "secret"), "a\n", 2);
	check_not_read(place.path, "not at hand");
	snprintf(target, sizeof(target), "%s", place.path);
	check_ok(symlink(target, in(&place, "link.py")));
	check_not_read(place.path, "not at hand");
	check_ok(mkfifo(in(&place, "pipe.py"), 0600));
	check_not_read(place.path, "not at hand");
	check_ok(mkdir(in(&place, "folder.py"), 0700));
	check_not_read(place.path, "not at hand");
	check_not_read(in(&place, "missing.py"), "not at hand");
	check_not_read("/dev/zero", "not at hand");
	check_not_read("x.py", "not at hand");
	check_not_read("<frozen importlib._bootstrap>", "not at hand");
	check_not_read("", "not at hand");
	folder_remove(&place.folder);
}

static void large_files_are_not_read(void)
{
	struct place place;

	if (!folder_make(&place.folder))
		return;
	write_file(in(&place, "x.py"), "", 0);
	check_ok(truncate(place.path, (4 << 20) + 1));
	check_not_read(place.path, "too large");
	folder_remove(&place.folder);
}

CU_TestInfo source_files_tests[] = {
	TEST(python_files_are_read),
	TEST(newer_files_have_a_note),
	TEST(nothing_but_python_source_is_read),
	TEST(large_files_are_not_read),
	CU_TEST_INFO_NULL,
};
