/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_USAGE_H
#define LTSBPF_APP_USAGE_H
/* What the command line looks like, for people who ask or mistype. */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "app/options.h"

/* All commands and options. */
void usage_print(FILE *stream);

/* One command with all that it takes. */
void usage_print_command(enum command command, FILE *stream);

/* The exit status after something was printed on stdout: 1, told, when nobody could read it. */
int usage_printed(void);

/* Answers --help, -h, help, --version, -V, version; false for any other word. */
bool usage_asked_for(const char *word, FILE *stream);

/* The name that `given` was probably meant to be; NULL when none is near. */
const char *usage_nearest(const char *given, const char *const names[], size_t count);

#endif
