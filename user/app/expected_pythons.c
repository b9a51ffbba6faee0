// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/expected_pythons.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/shared_library.h"
#include "base/cleanup.h"
#include "target/environment.h"

enum {
	SHEBANG_BYTES = 256 /* BINPRM_BUF_SIZE, include/uapi/linux/binfmts.h */
};

struct search {
	char *const *environment;
	expected_python_fn on_python;
	void *context;
};

static int inspect(const char *path, struct interpreter *interpreter)
{
	CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	return fd < 0 ? -errno : interpreter_inspect(fd, path, interpreter);
}

/* The file itself, or the library that has the interpreter. */
static void look_into(const struct search *search, const char *path)
{
	CLEANUP(freep) char *library = NULL;
	struct interpreter interpreter;

	if (!inspect(path, &interpreter)) {
		search->on_python(search->context, path, &interpreter);
		return;
	}
	if (!shared_library_find(path, "libpython3",
				 environment_get(search->environment, "LD_LIBRARY_PATH"),
				 &library) &&
	    !inspect(library, &interpreter))
		search->on_python(search->context, library, &interpreter);
}

/* The first executable file of this name in PATH. */
static void look_in_path(const struct search *search, const char *name)
{
	const char *folder = environment_get(search->environment, "PATH");

	while (folder && *folder) {
		size_t length = strcspn(folder, ":");
		CLEANUP(freep) char *path = NULL;
		if (asprintf(&path, "%.*s/%s", (int)length, folder, name) < 0) {
			path = NULL;
			return;
		}
		if (!access(path, X_OK)) {
			look_into(search, path);
			return;
		}
		folder += length + (folder[length] == ':');
	}
}

/* "#!/usr/bin/env -S python3 -u": the interpreter, and what env would start. */
static void look_at_script(const struct search *search, const char *path)
{
	CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char line[SHEBANG_BYTES] = "", *rest = line + 2, *word;
	ssize_t got = fd < 0 ? -1 : read(fd, line, sizeof(line) - 1);

	if (got < 2 || memcmp(line, "#!", 2) != 0)
		return;
	line[strcspn(line, "\n")] = '\0';
	while ((word = strsep(&rest, " \t"))) {
		if (*word == '/')
			look_into(search, word);
		else if (*word && *word != '-')
			look_in_path(search, word);
	}
}

void expected_pythons(const char *command_path, char *const environment[],
		      expected_python_fn on_python, void *context)
{
	struct search search = {
		.environment = environment,
		.on_python = on_python,
		.context = context,
	};

	look_into(&search, command_path);
	look_at_script(&search, command_path);
	look_in_path(&search, "python3");
	look_in_path(&search, "python");
}
