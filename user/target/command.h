/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TARGET_COMMAND_H
#define LTSBPF_TARGET_COMMAND_H
/* Which file a command line means, seen with the program's own PATH, folder and rights. */
#include "target/identity.h"

/*
 * Finds the file as execvp(3) would: a name with a slash as it stands, another in each folder of
 * the environment's PATH (without one: the system's default; an empty entry is the current folder).
 * The first regular file that the identity may execute. *path is the caller's to free and may be
 * relative.
 * -ENOENT: there is none. -EACCES: there is, and it may not be executed. Both told, with PATH and,
 * where one is known, a cure. -ENOMEM and what identity_enter() returns otherwise.
 */
int command_resolve(const char *name, char *const environment[], const struct identity *identity,
		    char **path);

/* What a shell would exit with: 127 for -ENOENT and -ENOTDIR, 126 for any other failure. */
int command_exit_code(int err);

/*
 * Tells what runs and as whom, links followed: "running .venv/bin/python (/usr/bin/python3.11) as
 * alice". A note when the identity drops or came through sudo, a detail (-v) otherwise.
 */
void command_interpreter_note(const char *path, const struct identity *identity);

/* The text of that note, printable. Owned by the caller; NULL when memory is out. */
char *command_description(const char *path, const struct identity *identity);

#endif
