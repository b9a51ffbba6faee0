/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TARGET_ENVIRONMENT_H
#define LTSBPF_TARGET_ENVIRONMENT_H
/*
 * The environment of the program. sudo replaces PATH and drops VIRTUAL_ENV, LD_LIBRARY_PATH and
 * PYTHON*; the sudo process above us still holds what the user had, and root can read it.
 * An environment is an array of "NAME=value" that ends with NULL, array and strings owned by the
 * caller: environment_free().
 */
#include "target/identity.h"

/*
 * - identity behind sudo: the caller's own environment, merged as below, when a process named sudo
 *   with effective uid 0 is among our 8 nearest ancestors; else ours made fit for the identity,
 *   with a note that PATH is sudo's.
 * - another identity that drops (--user): ours made fit for it.
 * - anything else: a copy of ours.
 * 0, or -errno which has been told.
 */
int environment_for(const struct identity *identity, char ***environment);

/*
 * The rule, without the system. `theirs` is what the user had before sudo, `ours` what sudo left.
 * Theirs comes first. A variable only in ours is added, one that differs is taken from ours (the
 * user typed `sudo NAME=value ltsbpf`), except what sudo itself manages (PATH HOME USER LOGNAME
 * SHELL TERM USERNAME MAIL SUDO_*): of these, PATH and TERM are added where missing, HOME USER
 * LOGNAME SHELL come from the identity where missing, the rest does not pass.
 * With theirs NULL: ours without SUDO_*, MAIL and USERNAME, HOME USER LOGNAME SHELL the identity's.
 * Prints nothing. 0 or -ENOMEM.
 */
int environment_merge(char *const theirs[], char *const ours[], const struct identity *identity,
		      char ***merged);

/* The value of a variable in an environment, NULL without one. Borrowed. */
const char *environment_get(char *const environment[], const char *name);

void environment_free(char **environment);

#endif
