/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_DOCTOR_H
#define LTSBPF_APP_DOCTOR_H
/* `ltsbpf doctor`: what recording needs of this machine, each looked at, with its remedy. */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "capture/requirements.h"

/*
 * Prints every requirement, really loads the programs and starts the clock where nothing is
 * missing, lists the Pythons in the PATH of the user who called, and ends with a verdict in one
 * line. 0: recording will work; 1: it will not.
 */
int doctor_run(FILE *out);

/* One requirement as people read it: state, name and finding on a line, the rest below. */
void doctor_print(FILE *out, const struct requirement *requirement, bool colour);

/* The last line. `program`: the file to be run with sudo. 0 or 1, as doctor_run(). */
int doctor_verdict(FILE *out, const struct requirement *list, size_t count, const char *program);

#endif
