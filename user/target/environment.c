// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "target/environment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/log.h"
#include "base/vec.h"

enum {
	ANCESTORS_MAX = 8, /* sudo forks once for a pty; the rest is room for env, sh -c, make */
	STATUS_MAX_BYTES = 64 << 10,
	ENVIRONMENT_MAX_BYTES = 16 << 20,
};

struct variables {
	VEC(char *) list;
};

static void variables_done(struct variables *variables)
{
	for (size_t i = 0; i < variables->list.count; i++)
		free(variables->list.items[i]);
	vec_done(&variables->list);
}

void environment_free(char **environment)
{
	for (char **entry = environment; entry && *entry; entry++)
		free(*entry);
	free(environment);
}

/* The length of NAME in "NAME=value"; of the whole where there is no '='. */
static size_t name_length(const char *entry)
{
	return strcspn(entry, "=");
}

static bool same_name(const char *a, const char *b)
{
	size_t length = name_length(a);

	return length == name_length(b) && !strncmp(a, b, length);
}

/* The first one counts, as in getenv(3). */
static const char *find(char *const environment[], const char *name)
{
	for (; environment && *environment; environment++)
		if (same_name(*environment, name))
			return *environment;
	return NULL;
}

const char *environment_get(char *const environment[], const char *name)
{
	const char *entry = find(environment, name);

	if (!entry)
		return NULL;
	entry += name_length(entry);
	return *entry ? entry + 1 : NULL;
}

static int add(struct variables *variables, const char *entry)
{
	char *copy = strdup(entry);

	if (!copy)
		return -ENOMEM;
	int err = vec_push(&variables->list, copy);
	if (err)
		free(copy);
	return err;
}

static int add_pair(struct variables *variables, const char *name, const char *value)
{
	char *entry;

	if (asprintf(&entry, "%s=%s", name, value) < 0)
		return -ENOMEM;
	int err = vec_push(&variables->list, entry);
	if (err)
		free(entry);
	return err;
}

static bool is_among(const char *const names[], const char *entry)
{
	for (; *names; names++)
		if (same_name(*names, entry))
			return true;
	return false;
}

static bool names_a_person(const char *entry)
{
	static const char *const names[] = {"HOME", "USER", "LOGNAME", "SHELL", NULL};

	return is_among(names, entry);
}

/* What sudo says about itself or takes from root's account; nothing of it is the user's. */
static bool speaks_of_sudo(const char *entry)
{
	static const char *const names[] = {"MAIL", "USERNAME", NULL};

	return !strncmp(entry, "SUDO_", 5) || is_among(names, entry);
}

static bool sudo_manages(const char *entry)
{
	static const char *const names[] = {"PATH", "TERM", NULL};

	return is_among(names, entry) || names_a_person(entry) || speaks_of_sudo(entry);
}

static int add_theirs(struct variables *merged, char *const theirs[], char *const ours[])
{
	for (; *theirs; theirs++) {
		const char *changed = sudo_manages(*theirs) ? NULL : find(ours, *theirs);
		int err = add(merged, changed ? changed : *theirs);
		if (err)
			return err;
	}
	return 0;
}

static int add_ours(struct variables *merged, char *const ours[], char *const theirs[])
{
	for (; *ours; ours++) {
		if (find(theirs, *ours) || speaks_of_sudo(*ours) || names_a_person(*ours))
			continue;
		int err = add(merged, *ours);
		if (err)
			return err;
	}
	return 0;
}

static int add_person(struct variables *merged, const struct identity *identity,
		      char *const theirs[])
{
	const char *const pairs[][2] = {{"HOME", identity->home},
					{"USER", identity->name},
					{"LOGNAME", identity->name},
					{"SHELL", identity->shell}};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		if (find(theirs, pairs[i][0]))
			continue;
		int err = add_pair(merged, pairs[i][0], pairs[i][1]);
		if (err)
			return err;
	}
	return 0;
}

int environment_merge(char *const theirs[], char *const ours[], const struct identity *identity,
		      char ***merged)
{
	CLEANUP(variables_done) struct variables variables = {0};

	int err = theirs ? add_theirs(&variables, theirs, ours) : 0;
	if (!err)
		err = add_ours(&variables, ours, theirs);
	if (!err)
		err = add_person(&variables, identity, theirs);
	if (!err)
		err = vec_push(&variables.list, NULL);
	if (err)
		return err;
	variables.list.count = 0;
	*merged = TAKE(variables.list.items);
	return 0;
}

static int copy_ours(char ***environment)
{
	CLEANUP(variables_done) struct variables variables = {0};

	for (char **entry = environ; entry && *entry; entry++) {
		int err = add(&variables, *entry);
		if (err)
			return err;
	}
	int err = vec_push(&variables.list, NULL);
	if (err)
		return err;
	variables.list.count = 0;
	*environment = TAKE(variables.list.items);
	return 0;
}

/* /proc/PID/status (proc(5)) has "Key:\tvalue" lines; a newline in the name is escaped. */
static const char *status_value(const char *status, const char *key)
{
	const char *line = strstr(status, key);

	return line ? line + strlen(key) : NULL;
}

/* Whether the process in this folder of /proc is sudo, and the folder's process' parent. */
static int read_status(int process, bool *is_sudo, pid_t *parent)
{
	CLEANUP(freep) char *status = NULL;
	size_t size;
	unsigned int real_uid, effective_uid;
	int parent_pid;

	int err = file_read_all(process, "status", STATUS_MAX_BYTES, &status, &size);
	if (err)
		return err;
	const char *uids = status_value(status, "\nUid:\t");
	const char *parents = status_value(status, "\nPPid:\t");
	if (!uids || sscanf(uids, "%u %u", &real_uid, &effective_uid) != 2 || !parents ||
	    sscanf(parents, "%d", &parent_pid) != 1)
		return -EINVAL;
	*is_sudo = !strncmp(status, "Name:\tsudo\n", 11) && effective_uid == 0;
	*parent = parent_pid;
	return 0;
}

/* An array over the NUL-separated strings in data, which it points into. */
static int split(char *data, size_t size, char ***list)
{
	VEC(char *) strings = {0};
	int err = 0;

	for (size_t at = 0; !err && at < size; at += strlen(data + at) + 1)
		err = vec_push(&strings, data + at);
	if (!err)
		err = vec_push(&strings, NULL);
	if (err)
		vec_done(&strings);
	*list = strings.items;
	return err;
}

/* The nearest sudo above us, as an open folder of /proc, so that its pid cannot change hands. */
static int open_sudo(void)
{
	pid_t pid = getppid();

	for (int i = 0; i < ANCESTORS_MAX && pid > 0; i++) {
		char path[32];
		bool is_sudo;
		snprintf(path, sizeof(path), "/proc/%d", (int)pid);
		CLEANUP(closep) int process = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (process < 0)
			return -errno;
		int err = read_status(process, &is_sudo, &pid);
		if (err)
			return err;
		if (is_sudo)
			return TAKE_FD(process);
	}
	return -ESRCH;
}

static int restore(const struct identity *identity, char ***environment)
{
	CLEANUP(freep) char *data = NULL;
	CLEANUP(freep) char **theirs = NULL;
	size_t size = 0;

	CLEANUP(closep) int sudo = open_sudo();
	int err = sudo < 0 ? sudo
			   : file_read_all(sudo, "environ", ENVIRONMENT_MAX_BYTES, &data, &size);
	if (!err && !size)
		err = -ENODATA;
	if (err)
		note("cannot read %s's own environment (%s): the program gets sudo's PATH; "
		     "name the command with its full path if it is not found",
		     identity->name, strerror(-err));
	else
		err = split(data, size, &theirs);
	if (err == -ENOMEM)
		return err;
	return environment_merge(theirs, environ, identity, environment);
}

int environment_for(const struct identity *identity, char ***environment)
{
	int err;

	if (identity->behind_sudo)
		err = restore(identity, environment);
	else if (identity->drops)
		err = environment_merge(NULL, environ, identity, environment);
	else
		err = copy_ours(environment);
	return err ? fail(err, "cannot make the program's environment: %s", strerror(-err)) : 0;
}
