/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_HTML_PROCESSES_H
#define LTSBPF_OUTPUT_HTML_PROCESSES_H
/* The sections "processes" and, from profile->detail where there is one, "threads". */
#include <stdio.h>

#include "profile/profile.h"

/* 0 or -ENOMEM; the stream's error is left for the caller to look at. */
int html_processes_write(const struct profile *profile, FILE *stream);

#endif
