/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_RECORDER_H
#define LTSBPF_APP_RECORDER_H
/*
 * One recording in progress: takes what the kernel side ships, adds what only user space can know
 * (texts that were cut, interpreters, CPU time), and hands each record to the file and to the
 * resolver.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "app/found_pythons.h"
#include "app/live_processes.h"
#include "app/mapped_code.h"
#include "app/probing.h"
#include "app/word_names.h"
#include "base/vec.h"
#include "capture/mappings.h"
#include "capture/session.h"
#include "python/interpreters.h"
#include "recording/build.h"
#include "recording/writer.h"
#include "symbol/resolver.h"

struct identity;

struct recorder {
	struct session *session;
	struct mappings *mappings;
	struct resolver *resolver;
	struct recording_writer writer;
	struct interpreters interpreters;
	struct live_processes live;
	struct probing probing;
	struct found_pythons found;
	struct mapped_code code;
	struct word_names words;
	struct record_buffer buffer;
	uint64_t texts_unreadable;
	uint64_t own_before_ns; /* our CPU time when the recording began */
	uint32_t flushes;
	bool file_failed; /* told */
};

struct recorder_options {
	struct session_options session;
	struct resolver_view view;
	struct probing_options probing;
	bool inlines;			 /* lines and inlined functions of native code */
	const char *cache;		 /* folder for unwind tables; NULL = none */
	const struct identity *identity; /* whose folder that is; borrowed */
	const char *command;		 /* as text */
	int fd;				 /* of the empty recording; borrowed */
};

/* Loads everything; nothing is sampled yet. 0 or -errno, told. Zero *recorder before. */
int recorder_open(struct recorder *recorder, const struct recorder_options *options);

/* Watches the probes of an interpreter that the program may run. */
void recorder_expect(struct recorder *recorder, const char *path,
		     const struct interpreter *interpreter);

/* Starts the clock for the tree that begins with pid. 0 or -errno, told. */
int recorder_start(struct recorder *recorder, pid_t pid, const struct recorder_options *options);

/* A descriptor for poll(): call recorder_attend() when it is readable. */
int recorder_fd(const struct recorder *recorder);

/* Learns of interpreters that were mapped just now. */
void recorder_attend(struct recorder *recorder);

/* Takes over what was recorded since the last call; every 100 ms or so. 0 or -ENOMEM, told. */
int recorder_drain(struct recorder *recorder);

/* Ends a block of the file with the counters so far; every second or so. */
void recorder_flush(struct recorder *recorder);

/*
 * Ends the recording: stops the clock, takes over the rest, closes the file's last block. Call it
 * before the program's first process is reaped. 0 or -ENOMEM, told.
 */
int recorder_finish(struct recorder *recorder);

/* Gives the kernel side back; only recorder_done() may follow. */
void recorder_release(struct recorder *recorder);

void recorder_done(struct recorder *recorder);

#endif
