// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "target/command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "target/environment.h"

/* What execvp(3) of glibc searches without a PATH; confstr(3) _CS_PATH says the same. */
#define DEFAULT_PATH "/bin:/usr/bin"

/* Whether execve(2) would take the file, with the effective rights of now. */
static int check_executable(const char *path)
{
	struct stat stat_of;

	if (stat(path, &stat_of))
		return -errno;
	if (!S_ISREG(stat_of.st_mode))
		return -EACCES;
	return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) ? -errno : 0;
}

/* One folder of PATH, which ends at a ':' or NUL. */
static int try_folder(const char *folder, size_t length, const char *name, char **found)
{
	CLEANUP(freep) char *path = NULL;
	int written = length ? asprintf(&path, "%.*s/%s", (int)length, folder, name)
			     : asprintf(&path, "./%s", name);

	if (written < 0) {
		path = NULL;
		return -ENOMEM;
	}
	int err = check_executable(path);
	if (err == 0 || err == -EACCES)
		*found = TAKE(path);
	return err;
}

/* A file that may not be executed is remembered, but a later one that may is better. */
static int search_path(const char *folders, const char *name, char **found)
{
	CLEANUP(freep) char *forbidden = NULL;

	for (const char *folder = folders;; folder++) {
		CLEANUP(freep) char *path = NULL;
		size_t length = strcspn(folder, ":");
		int err = try_folder(folder, length, name, &path);
		if (err == 0)
			*found = TAKE(path);
		if (err == 0 || err == -ENOMEM)
			return err;
		if (path && !forbidden)
			forbidden = TAKE(path);
		folder += length;
		if (!*folder)
			break;
	}
	*found = TAKE(forbidden);
	return *found ? -EACCES : -ENOENT;
}

/* *found is the file for 0 and -EACCES. */
static int search(const char *name, const char *folders, char **found)
{
	if (!*name)
		return -ENOENT;
	if (!strchr(name, '/'))
		return search_path(folders, name, found);
	int err = check_executable(name);
	if (err == -ENOTDIR)
		err = -ENOENT;
	if (err != 0 && err != -EACCES)
		return err;
	*found = strdup(name);
	return *found ? err : -ENOMEM;
}

static bool ends_in_py(const char *name)
{
	size_t length = strlen(name);

	return length > 3 && !strcmp(name + length - 3, ".py");
}

/* What the user may have meant; "" where nothing comes to mind. */
static void find_cure(const char *name, const char *folders, char *cure, size_t size)
{
	CLEANUP(freep) char *with_three = NULL, *found = NULL;

	*cure = '\0';
	if (asprintf(&with_three, "%s3", name) < 0) {
		with_three = NULL;
		return;
	}
	if (ends_in_py(name) && !faccessat(AT_FDCWD, name, R_OK, AT_EACCESS))
		snprintf(cure, size, "; run it with 'python3 %s'", name);
	else if (!strchr(name, '/') && *name && !search_path(folders, with_three, &found))
		snprintf(cure, size, "; there is '%s'", with_three);
	else if (!strchr(name, '/') && *name && !check_executable(name))
		snprintf(cure, size, "; there is './%s'", name);
}

static int tell_missing(int err, const char *name, const char *folders, const char *cure)
{
	if (strchr(name, '/'))
		return fail(err, "cannot find the command '%s'%s", name, cure);
	return fail(err, "cannot find the command '%s'%s (searched PATH=%s)", name, cure, folders);
}

static int tell(int err, const char *name, const char *folders, const char *found,
		const struct identity *identity, const char *cure)
{
	struct stat stat_of;

	if (err == -ENOENT)
		return tell_missing(err, name, folders, cure);
	if (err == -EACCES && found && !stat(found, &stat_of) && S_ISDIR(stat_of.st_mode))
		return fail(err, "cannot execute '%s': it is a folder", found);
	if (err == -EACCES)
		return fail(err, "cannot execute '%s' as %s: permission denied%s",
			    found ? found : name, identity->name, cure);
	return fail(err, "cannot look for the command '%s': %s", name, strerror(-err));
}

int command_resolve(const char *name, char *const environment[], const struct identity *identity,
		    char **path)
{
	const char *folders = environment_get(environment, "PATH");
	CLEANUP(freep) char *found = NULL;
	struct identity_saved saved;
	char cure[256] = "";

	if (!folders)
		folders = DEFAULT_PATH;
	int err = identity_enter(identity, &saved);
	if (err)
		return err;
	err = search(name, folders, &found);
	if (err)
		find_cure(name, folders, cure, sizeof(cure));
	int left = identity_leave(&saved);
	if (left)
		return left;
	if (err)
		return tell(err, name, folders, found, identity, cure);
	*path = TAKE(found);
	return 0;
}

int command_exit_code(int err)
{
	return err == -ENOENT || err == -ENOTDIR ? 127 : 126;
}

/* The file behind all links, as the identity sees it; NULL where that cannot be said. */
static char *follow(const char *path, const struct identity *identity)
{
	struct identity_saved saved;

	if (identity_enter(identity, &saved))
		return NULL;
	char *resolved = realpath(path, NULL);
	if (identity_leave(&saved))
		freep(&resolved);
	return resolved;
}

char *command_description(const char *path, const struct identity *identity)
{
	CLEANUP(freep) char *resolved = follow(path, identity);
	CLEANUP(freep) char *text = NULL;
	bool linked = resolved && strcmp(resolved, path);
	int written =
		linked ? asprintf(&text, "running %s (%s) as %s", path, resolved, identity->name)
		       : asprintf(&text, "running %s as %s", path, identity->name);

	if (written < 0) {
		text = NULL;
		return NULL;
	}
	return text_printable(text, "");
}

void command_interpreter_note(const char *path, const struct identity *identity)
{
	CLEANUP(freep) char *text = command_description(path, identity);

	if (!text)
		return;
	if (identity->drops || identity->behind_sudo)
		note("%s", text);
	else
		debug("%s", text);
}
