/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_DISCOVERY_H
#define LTSBPF_APP_DISCOVERY_H
/*
 * The one loop back to the kernel side: a file was mapped, it is a Python, so the kernel side is
 * told where that process keeps its runtime.
 */
#include <sys/types.h>

#include "capture/mappings.h"

struct interpreter;
struct interpreters;
struct session;

typedef void (*interpreter_fn)(void *context, const struct mapping_notice *notice,
			       const struct interpreter *interpreter);

struct discovery {
	struct session *session;
	struct interpreters *interpreters;
	interpreter_fn on_interpreter; /* after the kernel side was told */
	void *context;
};

/* Looks into the file unless the process is not ours. What cannot be looked at is told by debug().
 */
void discovery_look(const struct discovery *discovery, const struct mapping_notice *notice);

/* Makes notices of all program code that a process has mapped now. */
void discovery_look_at_all(pid_t pid, mapping_fn on_mapping, void *context);

#endif
