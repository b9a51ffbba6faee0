/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_BASE_LOG_H
#define LTSBPF_BASE_LOG_H
/*
 * What ltsbpf says to people. All of it goes to stderr, one line a call, "ltsbpf: " in front:
 * stdout belongs to the target program. A failure is told once, where it is seen.
 */
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

#endif
