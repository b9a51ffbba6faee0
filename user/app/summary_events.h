/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_SUMMARY_EVENTS_H
#define LTSBPF_APP_SUMMARY_EVENTS_H
/* What was not sampled but told by CPython's own probes, as text. */
#include <stdio.h>

struct profile;

/* Garbage collections by generation, and the slowest imports as a tree; nothing where there were
 * none. 0 or -ENOMEM. */
int summary_print_events(const struct profile *profile, FILE *stream);

#endif
