/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_EXPECTED_PYTHONS_H
#define LTSBPF_APP_EXPECTED_PYTHONS_H
/*
 * Which interpreters a command will run, guessed before it runs, so that their probes are watched
 * from the first instruction on: the command's own file, the interpreter in its "#!" line, and
 * python3 and python in PATH, each with the libpython it needs. A wrong guess costs nothing; what
 * is missed is found when it is mapped.
 */
#include "python/interpreter.h"

typedef void (*expected_python_fn)(void *context, const char *path,
				   const struct interpreter *interpreter);

/* Calls back for each file that is an interpreter; a file may come twice. */
void expected_pythons(const char *command_path, char *const environment[],
		      expected_python_fn on_python, void *context);

#endif
