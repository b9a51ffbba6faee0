/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_BENCH_PROFILED_H
#define LTSBPF_BENCH_PROFILED_H
/*
 * A program that runs below a recorder, as `ltsbpf record` would have it, but with the hands on the
 * session: for measures that need to look into the kernel side or to switch it within one run.
 * Failures are told. A zeroed struct profiled is none.
 */
#include <stdbool.h>
#include <stdint.h>

#include "app/recorder.h"
#include "target/identity.h"
#include "target/launch.h"
#include "target/signals.h"

struct profiled_options {
	struct session_options session;
	const char *recording; /* the file to write */
	bool pinned;	       /* the program alone on the last CPU, we on the others */
	bool outside; /* the program runs before it is entered: none of its ticks is a sample */
};

struct profiled {
	struct recorder recorder;
	struct recorder_options options;
	struct target target;
	struct identity identity;
	struct signals_inherited inherited;
	char **environment;
	char *path;
	int fd;
};

/*
 * Starts the program. From here on SIGINT and SIGTERM are blocked and only asked for: the program
 * is to be ended too. And we come before other processes whenever there is something to do. 0 or
 * -errno. Call profiled_done() in any case.
 */
int profiled_start(struct profiled *profiled, const struct profiled_options *options, char **argv);

/*
 * Drains every so often until the time is over. -ECANCELED when we were told to end, -ECHILD when
 * the program has ended.
 */
int profiled_run(struct profiled *profiled, uint64_t time_ns);

/* True when we were told to end. */
bool profiled_told_to_end(void);

/* Ends the recording, then the program. */
void profiled_end(struct profiled *profiled);
void profiled_done(struct profiled *profiled);

/* CLOCK_MONOTONIC. */
uint64_t now_ns(void);

void sleep_ns(uint64_t time_ns);

#endif
