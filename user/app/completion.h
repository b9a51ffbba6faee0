/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_COMPLETION_H
#define LTSBPF_APP_COMPLETION_H
/*
 * Completion scripts, made of app/option_table.h, for bash 4.4 on, zsh 5 on (functions of its
 * "compsys") and fish 3 on.
 */
#include <stdio.h>

/* Of the shell bash, zsh or fish. Failures are left in the stream. */
void completion_print(const char *shell, FILE *stream);

#endif
