/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TARGET_SIGNALS_H
#define LTSBPF_TARGET_SIGNALS_H
/*
 * Signals while the program runs. It shares our process group, so what the terminal sends has
 * reached it already; what somebody sends to ltsbpf alone is meant for it and handed on.
 * Stop and continue (SIGTSTP, SIGCONT) keep their default: both stop and both go on.
 * Nothing here prints.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/* What ltsbpf was started with, for the child to be started with too. */
struct signals_inherited {
	sigset_t mask;
	sigset_t ignored; /* of dispositions exec passes on only "ignored" */
};

/*
 * Call first in main(). Also sets SIGCHLD to its default: a parent that ignores it would have the
 * kernel throw the program's status away.
 */
void signals_save(struct signals_inherited *inherited);

/* In the child: mask and dispositions as they were saved. */
void signals_restore(const struct signals_inherited *inherited);

enum signal_action {
	SIGNAL_NONE,  /* nothing (more) to do */
	SIGNAL_END,   /* the program was asked to end: go on waiting for it */
	SIGNAL_LEAVE, /* asked again: write what is there and leave the program alone */
};

/* How often each signal came, indexed by number. Zeroed: never. */
struct signal_tally {
	unsigned int count[32];
	uint64_t last_ns[32];
};

/*
 * The rule. signo: SIGHUP SIGINT SIGQUIT SIGTERM SIGUSR1 SIGUSR2. whole_group: the program got it
 * too. *forward: the signal to hand on, or 0. The same signal again within 100 ms is the same
 * request (timeout(1) signals its child and then its group) and is dropped. The second request
 * means leave, for SIGINT the third: a program may use one Ctrl-C for itself.
 */
enum signal_action signals_decide(struct signal_tally *tally, int signo, bool whole_group,
				  uint64_t now_ns, int *forward);

struct signals {
	int fd; /* a signalfd: readable when signals_next() has something */
	bool open;
	sigset_t taken, mask; /* mask: as it was before */
	struct sigaction pipe, file_size;
	struct signal_tally tally;
};

/*
 * Blocks the six signals above, except those that were ignored when ltsbpf started (nohup), and
 * ignores SIGPIPE and SIGXFSZ: a closed stderr or a full file must not end the recording. 0 or
 * -errno.
 */
int signals_open(struct signals *signals, const struct signals_inherited *inherited);

/*
 * Drops what is pending (the Ctrl-C that ended the program must not end the writing) and undoes
 * signals_open(). Call it when the outputs are written.
 */
void signals_close(struct signals *signals);

/* The number of a signal that waits to be taken; 0 = none does. */
int signals_waiting(const struct signals *signals);

/* Takes one signal without waiting. SIGNAL_NONE with *forward 0 when there was none. */
enum signal_action signals_next(struct signals *signals, int *forward);

#endif
