// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/expected_pythons.h"

#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include "check.h"
#include "elf_file.h"
#include "folder.h"

enum {
	MOST_FOUND = 8
};

struct found {
	struct folder folder;
	char names[MOST_FOUND][64]; /* without their folder */
	size_t count;
};

static void make_file(const struct folder *folder, const char *name, const void *bytes, size_t size)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	check_true(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
	close(fd);
}

static void make_python(const struct folder *folder, const char *name)
{
	struct elf_made made;

	elf_make(&made, ET_EXEC);
	elf_add_symbol(&made, "_PyRuntime", ELF_VADDR + ELF_AT_DATA);
	make_file(folder, name, made.bytes, sizeof(made.bytes));
}

static void make_script(const struct folder *folder, const char *name, const char *first_line)
{
	make_file(folder, name, first_line, strlen(first_line));
}

static void on_python(void *context, const char *path, const struct interpreter *interpreter)
{
	struct found *found = context;

	check_uint(interpreter->runtime_vaddr, ELF_VADDR + ELF_AT_DATA);
	if (check_true(found->count < MOST_FOUND))
		snprintf(found->names[found->count++], sizeof(found->names[0]), "%s",
			 strrchr(path, '/') + 1);
}

/* What a command in the folder is expected to run, with the folder as PATH. */
static void expect(struct found *found, const char *command)
{
	char path[128], variable[128];
	char *environment[] = {variable, NULL};

	snprintf(path, sizeof(path), "%s/%s", found->folder.path, command);
	snprintf(variable, sizeof(variable), "PATH=/nowhere:%s", found->folder.path);
	found->count = 0;
	expected_pythons(path, environment, on_python, found);
}

static void the_command_itself_and_those_in_path_are_expected(void)
{
	struct found found;

	if (!folder_make(&found.folder))
		return;
	make_python(&found.folder, "renamed");
	make_python(&found.folder, "python3");
	expect(&found, "renamed");
	if (check_uint(found.count, 2)) {
		check_str(found.names[0], "renamed");
		check_str(found.names[1], "python3");
	}
	expect(&found, "missing");
	check_uint(found.count, 1);
	folder_remove(&found.folder);
}

static void the_interpreter_of_a_script_is_expected(void)
{
	struct found found;
	char line[256];

	if (!folder_make(&found.folder))
		return;
	make_python(&found.folder, "special");
	make_python(&found.folder, "other");
	snprintf(line, sizeof(line), "#!%s/special -u\nimport sys\n", found.folder.path);
	make_script(&found.folder, "direct", line);
	make_script(&found.folder, "by-env", "#!/usr/bin/env -S other -u\n");
	make_script(&found.folder, "none", "print(1)\n");
	expect(&found, "direct");
	if (check_uint(found.count, 1))
		check_str(found.names[0], "special");
	expect(&found, "by-env");
	if (check_uint(found.count, 1))
		check_str(found.names[0], "other");
	expect(&found, "none");
	check_uint(found.count, 0);
	folder_remove(&found.folder);
}

CU_TestInfo expected_pythons_tests[] = {
	TEST(the_command_itself_and_those_in_path_are_expected),
	TEST(the_interpreter_of_a_script_is_expected),
	CU_TEST_INFO_NULL,
};
