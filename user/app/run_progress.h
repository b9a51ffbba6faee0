/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_RUN_PROGRESS_H
#define LTSBPF_APP_RUN_PROGRESS_H
/*
 * What a run shows of itself while it goes on. The program has the terminal that we have, so
 * nothing is shown unless it has put both its stdout and its stderr elsewhere: what it or its
 * children print must not be mixed with our line.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Neither stdout nor stderr of the process is a terminal; false when that cannot be seen. */
bool run_progress_is_free(pid_t pid);

/* Shows the line or takes it away, for a process that runs: once a second. */
void run_progress_show(pid_t pid, double elapsed_s, uint64_t samples, uint64_t lost);

/* For the steps that follow, when so many processes of the program still run beside `pid`, which is
 * 0 when it has ended. */
void run_progress_end_steps(pid_t pid, size_t running);

#endif
