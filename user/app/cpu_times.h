/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_CPU_TIMES_H
#define LTSBPF_APP_CPU_TIMES_H
/* CPU times of the processes that still run, or whose end has not been told. */
#include <stdbool.h>

#include "app/live_processes.h"

struct record;
struct session;

/*
 * Hands over a RECORD_CPU for each live process that is followed (of ended_only those that have
 * ended) and whose CPU clock can be read.
 */
void cpu_times_each(const struct live_processes *live, struct session *session, bool ended_only,
		    int (*emit)(void *context, const struct record *record), void *context);

#endif
