/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_COMMAND_LINE_H
#define LTSBPF_APP_COMMAND_LINE_H
/* Takes the command line apart. No side effects but messages on stderr, and --help on stdout. */
#include "app/options.h"

/*
 * OPTIONS_GO_ON with *options filled in (texts borrowed from argv), or the exit status with which
 * the program ends now: 0 after --help or --version, 1 when those could not be printed, 2 after a
 * usage error. Failures are told. Sets the log level by -q and -v.
 */
int command_line_parse(int argc, char **argv, struct options *options);

#endif
