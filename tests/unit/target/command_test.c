// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "target/command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

static const struct identity self = {.name = (char *)"alice"};

/* A folder with: a/ (tool 0644, sub/), b/ (tool 0755, other3 0755), here.py 0644; cwd is there. */
struct place {
	char path[64];
	int back;
};

static void make(const char *name, mode_t mode)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, mode);

	check_true(fd >= 0);
	check_ok(fchmod(fd, mode));
	close(fd);
}

static bool place_open(struct place *place)
{
	snprintf(place->path, sizeof(place->path), "/tmp/ltsbpf-command-test-XXXXXX");
	place->back = open(".", O_PATH | O_CLOEXEC);
	if (!check_not_null(mkdtemp(place->path)) || !check_ok(chdir(place->path)))
		return false;
	check_ok(mkdir("a", 0755) || mkdir("b", 0755) || mkdir("a/sub", 0755));
	make("a/tool", 0644);
	make("b/tool", 0755);
	make("b/other3", 0755);
	make("here.py", 0644);
	return true;
}

static void place_close(struct place *place)
{
	char command[128];

	check_ok(fchdir(place->back));
	close(place->back);
	snprintf(command, sizeof(command), "rm -rf %s", place->path);
	check_int(system(command), 0);
}

static int resolve(const char *name, const char *path_variable, char **path)
{
	char *environment[] = {(char *)"X=1", (char *)path_variable, NULL};

	return command_resolve(name, environment, &self, path);
}

static void resolves_to(const char *name, const char *path_variable, const char *expected)
{
	char *path = NULL;

	check_ok(resolve(name, path_variable, &path));
	check_str(path, expected);
	free(path);
}

static void fails_with(const char *name, const char *path_variable, int err)
{
	char *path = NULL;

	check_int(resolve(name, path_variable, &path), err);
	check_null(path);
}

static void the_first_that_may_be_executed_is_taken(void)
{
	struct place place;

	if (!place_open(&place))
		return;
	resolves_to("tool", "PATH=none:a:b", "b/tool");
	fails_with("tool", "PATH=none:a", -EACCES);
	fails_with("tool", "PATH=none", -ENOENT);
	fails_with("tool", "PATH=here.py", -ENOENT);
	place_close(&place);
}

static void a_name_with_a_slash_is_not_searched(void)
{
	struct place place;

	if (!place_open(&place))
		return;
	resolves_to("b/tool", "PATH=none", "b/tool");
	fails_with("./tool", "PATH=b", -ENOENT);
	fails_with("a/tool", "PATH=b", -EACCES);
	fails_with("b/tool/x", "PATH=b", -ENOENT);
	place_close(&place);
}

static void a_folder_is_no_command(void)
{
	struct place place;

	if (!place_open(&place))
		return;
	fails_with("sub", "PATH=a", -EACCES);
	fails_with("a/sub", "PATH=a", -EACCES);
	place_close(&place);
}

static void an_empty_entry_of_path_is_the_current_folder(void)
{
	struct place place;

	if (!place_open(&place))
		return;
	check_ok(chdir("b"));
	resolves_to("tool", "PATH=", "./tool");
	resolves_to("tool", "PATH=none:", "./tool");
	resolves_to("tool", "PATH=:none", "./tool");
	resolves_to("tool", "PATH=none::x", "./tool");
	place_close(&place);
}

static void without_path_the_systems_own_is_searched(void)
{
	resolves_to("sh", "NOPATH=1", "/bin/sh");
	fails_with("", "NOPATH=1", -ENOENT);
}

/* What fail() tells goes to stderr; it is read back from there. */
static const char *told(const char *name, const char *path_variable)
{
	static char text[1024];
	char *path = NULL;
	FILE *kept = tmpfile();
	int before = dup(STDERR_FILENO);

	dup2(fileno(kept), STDERR_FILENO);
	resolve(name, path_variable, &path);
	dup2(before, STDERR_FILENO);
	close(before);
	free(path);
	rewind(kept);
	text[fread(text, 1, sizeof(text) - 1, kept)] = '\0';
	fclose(kept);
	return text;
}

static void the_message_names_command_path_and_cure(void)
{
	struct place place;

	if (!place_open(&place))
		return;
	check_str(told("other", "PATH=a:b"), "ltsbpf: error: cannot find the command 'other'; "
					     "there is 'other3' (searched PATH=a:b)\n");
	check_contains(told("here.py", "PATH=a"), "run it with 'python3 here.py'");
	check_contains(told("./here.py", "PATH=a"), "permission denied; run it with 'python3");
	check_contains(told("a/sub", "PATH=a"), "it is a folder");
	check_ok(chdir("b"));
	check_contains(told("tool", "PATH=a"), "there is './tool'");
	place_close(&place);
}

static void exit_codes_are_those_of_a_shell(void)
{
	check_int(command_exit_code(-ENOENT), 127);
	check_int(command_exit_code(-EACCES), 126);
	check_int(command_exit_code(-ENOEXEC), 126);
}

static void the_description_follows_links_and_escapes(void)
{
	struct place place;
	char expected[256];
	char *text;

	if (!place_open(&place))
		return;
	check_ok(symlink("tool", "b/py\nthon"));
	text = command_description("b/py\nthon", &self);
	snprintf(expected, sizeof(expected), "running b/py\\nthon (%s/b/tool) as alice",
		 place.path);
	check_str(text, expected);
	free(text);
	text = command_description("/nowhere/x", &self);
	check_str(text, "running /nowhere/x as alice");
	free(text);
	place_close(&place);
}

CU_TestInfo command_tests[] = {
	TEST(the_first_that_may_be_executed_is_taken),
	TEST(a_name_with_a_slash_is_not_searched),
	TEST(a_folder_is_no_command),
	TEST(an_empty_entry_of_path_is_the_current_folder),
	TEST(without_path_the_systems_own_is_searched),
	TEST(the_message_names_command_path_and_cure),
	TEST(exit_codes_are_those_of_a_shell),
	TEST(the_description_follows_links_and_escapes),
	CU_TEST_INFO_NULL,
};
