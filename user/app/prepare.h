/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_PREPARE_H
#define LTSBPF_APP_PREPARE_H
/* All that a run of `record` consists of, and what is settled before anything starts. */
#include <stdbool.h>
#include <stdint.h>

#include "app/options.h"
#include "app/outputs.h"
#include "app/recorder.h"
#include "target/identity.h"
#include "target/launch.h"
#include "target/signals.h"

struct run {
	const struct options *options;
	struct signals_inherited inherited;
	struct identity identity;
	char **environment;
	char *path;    /* of the program's file */
	char *command; /* the command line as text */
	char *cache;   /* folder of the user's cache; NULL = none */
	struct outputs outputs;
	int recording_fd;
	struct signals signals;
	struct target target;
	struct recorder recorder;
	uint64_t begin_ms, drained_ms, flushed_ms;
	bool written;  /* the files are there */
	bool unplaced; /* the recording could not take the older one's name */
	bool left;     /* asked twice to end: the program is left to itself */
};

/* Finds out what is to be run, as whom, and whether it can be recorded. 0, or the exit status,
 * told. */
int prepare_program(struct run *run);

/* Opens the output folder and the recording in it. 0, or the exit status, told. */
int prepare_files(struct run *run);

/* What the recorder is asked for; once the target is there. */
struct recorder_options prepare_recorder(const struct run *run);

#endif
