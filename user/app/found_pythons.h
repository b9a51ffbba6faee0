/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_FOUND_PYTHONS_H
#define LTSBPF_APP_FOUND_PYTHONS_H
/*
 * Interpreters that were mapped and that the recording has not been told of: the notice is ahead of
 * the ring, where the exec it belongs to still waits.
 */
#include <stdint.h>
#include <sys/types.h>

#include "base/vec.h"
#include "python/interpreter.h"
#include "recording/build.h"

struct record;

struct found_python {
	pid_t pid;
	uint64_t time_ns;		       /* when it was mapped, CLOCK_MONOTONIC */
	const struct interpreter *interpreter; /* borrowed */
};

/* Zeroed = none. */
struct found_pythons {
	VEC(struct found_python) list;
};

/* 0 or -ENOMEM. */
int found_pythons_add(struct found_pythons *found, const struct found_python *python);

/*
 * Hands over a RECORD_INTERPRETER, made in the buffer, for each that was found before end_ns in the
 * process (pid 0 = in any), and forgets it. 0, -ENOMEM, or what `emit` returned.
 */
int found_pythons_tell(struct found_pythons *found, pid_t pid, uint64_t end_ns,
		       struct record_buffer *buffer,
		       int (*emit)(void *context, const struct record *record), void *context);

void found_pythons_done(struct found_pythons *found);

#endif
