/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TARGET_LAUNCH_H
#define LTSBPF_TARGET_LAUNCH_H
/*
 * Starts the program and leaves it alone: a plain child in our process group, session and folder,
 * with our terminal, streams, umask, limits, priority and CPU set; not traced, not killed with us.
 *
 *	target_start    forks; the child waits at a gate, so that its pid can be observed first
 *	target_release  lets it become the identity and exec     (or target_abandon)
 *	target_exited   peek: it has ended, /proc/PID and its CPU clock can still be read
 *	target_reap     takes the status
 *	target_done     forgets it; a program that runs goes on
 *
 * Start it before ltsbpf changes its own limits: the child has what we have at the fork.
 * A zeroed struct target is none. Failures are told here (base/log.h), but for target_cpu_ns().
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "target/identity.h"
#include "target/signals.h"

/* Our own failure, as env(1) and timeout(1) have it. */
#define TARGET_EXIT_FAILURE 125

struct target_program {
	const char *path; /* from command_resolve() */
	char *const *argv;
	char *const *environment;
	const struct identity *identity;
	const struct signals_inherited *inherited;
};

struct target {
	pid_t pid;     /* 0: none */
	int pidfd;     /* readable when the program has ended */
	int gate;      /* -1 once released */
	bool reaped;   /* the pid may belong to somebody else by now */
	int signal;    /* that ended it; 0 = none, or not reaped */
	int exit_code; /* after a failed release: what ltsbpf exits with */
	struct target_program program;
};

/*
 * Forks the child. If ltsbpf dies before the release, it exits with 125 and has run nothing. What
 * program points to must live until the release.
 */
int target_start(struct target *target, const struct target_program *program);

/*
 * Opens the gate and returns when the program has been executed; a script without "#!" is given to
 * /bin/sh as execvp(3) does. 0 or -errno with the child reaped and exit_code set: 127 not found,
 * 126 cannot be executed, 125 cannot become the identity, 128 + signal killed at the gate
 * (-ECANCELED).
 */
int target_release(struct target *target);

/* Kills and reaps a child that still waits. The program has run nothing. */
void target_abandon(struct target *target);

/* 1: ended and not reaped; 0: runs; -errno. Never waits. */
int target_exited(const struct target *target);

/*
 * Waits for the end and takes the status: the exit code, or 128 + signal. 0 or -errno (-ECHILD: the
 * status is lost).
 */
int target_reap(struct target *target, int *exit_code);

/* Sends a signal to the program, never to a pid that came after it. 0, or -ESRCH untold. */
int target_signal(const struct target *target, int signo);

void target_done(struct target *target);

/*
 * CPU time of a process, all its threads and the dead ones included, children not. Works until the
 * process is reaped. 0 or -ESRCH.
 */
int target_cpu_ns(pid_t pid, uint64_t *cpu_ns);

#endif
