/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_BYSTANDERS_H
#define LTSBPF_APP_BYSTANDERS_H
/*
 * Call probes are put into a file, and trap in every process that runs it, ours or not: the kernel
 * follows either one process without its children, or all.
 */
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/* How many processes map this file as code now. */
size_t bystanders_count(const struct stat *file);

/* Tells of them, if there are any and they are slowed: only > 0 = that process alone is. */
void bystanders_note(const struct stat *file, pid_t only);

#endif
