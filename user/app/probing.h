/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_PROBING_H
#define LTSBPF_APP_PROBING_H
/*
 * The USDT probes of the interpreters of a run: which files are watched, whether calls are counted
 * in them, and what was counted at the end.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "app/call_filter.h"
#include "base/vec.h"
#include "python/interpreter.h"

struct record;
struct session;

struct probing_options {
	bool calls;		       /* count calls */
	double budget_percent;	       /* for what it says; 0 = no limit */
	pid_t only;		       /* watch this process alone; 0 = all that use the file */
	const char *include, *exclude; /* see call_filter.h */
};

/* A file that was looked at. Its device is not told alike by everybody. */
struct probed_file {
	ino_t inode;
	off_t size;
	struct timespec changed;
};

struct probing {
	struct session *session; /* borrowed */
	struct probing_options options;
	VEC(struct probed_file) files;
	struct call_filter filter;
	enum calls_support support; /* the best of the files */
	bool ended;		    /* calls are not counted any more: the budget */
};

/* Zeroed before. 0 or -errno, untold. */
int probing_init(struct probing *probing, struct session *session,
		 const struct probing_options *options);

/* Watches the probes of a file that is an interpreter; once. Failures are told and cost no more
 * than what the probes would have shown. */
void probing_watch(struct probing *probing, const char *path,
		   const struct interpreter *interpreter);

/* True when calls can be counted in one of the files watched so far. */
bool probing_counts_calls(const struct probing *probing);

/* Says before the run what counting calls will cost, or why there is nothing to count. */
void probing_announce(const struct probing *probing);

/* Takes the call probes down when their budget is used up; call it often. */
void probing_keep_budget(struct probing *probing);

/*
 * Hands over what was counted: RECORD_CALLS for each pair, then RECORD_CALLS_STATE. `emit` is
 * called with each; its failure comes back. Nothing when calls were not counted.
 */
int probing_finish(struct probing *probing, int (*emit)(void *context, const struct record *record),
		   void *context);

void probing_done(struct probing *probing);

#endif
