/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_BASE_LOG_H
#define LTSBPF_BASE_LOG_H
/*
 * What ltsbpf says to people. All of it goes to stderr, one line a call, "ltsbpf: " in front:
 * stdout belongs to the target program. A failure is told once, where it is seen. On a terminal the
 * words "error:" and "warning:" have a colour, unless NO_COLOR (https://no-color.org) is set and
 * not empty or TERM is "dumb" or not set.
 */
#include <stdbool.h>

enum log_level {
	LOG_QUIET,   /* -q: errors and warnings only */
	LOG_NORMAL,  /* and notes */
	LOG_VERBOSE, /* -v: and details */
};

void log_set_level(enum log_level wanted);
enum log_level log_get_level(void);

/* Tells an error and returns err unchanged, so that a caller can write: return fail(-errno, ...).
 */
int fail(int err, const char *format, ...) __attribute__((format(printf, 2, 3)));

void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * How far a long step is: one line that is written over by the next, and erased before anything
 * else is said. It shows from log_progress_begin() to log_progress_end() only, and not in the first
 * wait_ms of that; never with LOG_QUIET, nor when stderr is no terminal, a dumb one, or one in
 * whose background we run. Who prints to the terminal otherwise must have ended it.
 */
void log_progress_begin(unsigned int wait_ms);
void log_progress(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_progress_end(void);

#endif
