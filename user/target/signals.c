// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "target/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"

#define ECHO_NS 100000000u

static const int taken[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};

void signals_save(struct signals_inherited *inherited)
{
	struct sigaction action;

	sigprocmask(SIG_SETMASK, NULL, &inherited->mask);
	sigemptyset(&inherited->ignored);
	for (int signo = 1; signo < NSIG; signo++)
		if (!sigaction(signo, NULL, &action) && action.sa_handler == SIG_IGN)
			sigaddset(&inherited->ignored, signo);
	signal(SIGCHLD, SIG_DFL);
}

void signals_restore(const struct signals_inherited *inherited)
{
	/* libc keeps two signals for itself and KILL and STOP are fixed: signal() refuses those. */
	for (int signo = 1; signo < NSIG; signo++)
		signal(signo, sigismember(&inherited->ignored, signo) == 1 ? SIG_IGN : SIG_DFL);
	sigprocmask(SIG_SETMASK, &inherited->mask, NULL);
}

enum signal_action signals_decide(struct signal_tally *tally, int signo, bool whole_group,
				  uint64_t now_ns, int *forward)
{
	uint64_t before_ns = tally->last_ns[signo];

	*forward = 0;
	tally->last_ns[signo] = now_ns;
	if (before_ns && now_ns - before_ns < ECHO_NS)
		return SIGNAL_NONE;
	*forward = whole_group ? 0 : signo;
	if (signo == SIGUSR1 || signo == SIGUSR2)
		return SIGNAL_NONE;
	unsigned int patience = signo == SIGINT ? 2 : 1;
	return ++tally->count[signo] > patience ? SIGNAL_LEAVE : SIGNAL_END;
}

int signals_open(struct signals *signals, const struct signals_inherited *inherited)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct signals made = {.open = true};

	sigemptyset(&made.taken);
	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++)
		if (!sigismember(&inherited->ignored, taken[i]))
			sigaddset(&made.taken, taken[i]);
	made.fd = signalfd(-1, &made.taken, SFD_CLOEXEC | SFD_NONBLOCK);
	if (made.fd < 0)
		return -errno;
	sigprocmask(SIG_BLOCK, &made.taken, &made.mask);
	sigaction(SIGPIPE, &ignore, &made.pipe);
	sigaction(SIGXFSZ, &ignore, &made.file_size);
	*signals = made;
	return 0;
}

void signals_close(struct signals *signals)
{
	struct signalfd_siginfo info;

	if (!signals->open)
		return;
	while (read(signals->fd, &info, sizeof(info)) == sizeof(info))
		;
	sigaction(SIGPIPE, &signals->pipe, NULL);
	sigaction(SIGXFSZ, &signals->file_size, NULL);
	sigprocmask(SIG_SETMASK, &signals->mask, NULL);
	close(signals->fd);
	*signals = (struct signals){0};
}

static bool is_named_sudo(pid_t pid)
{
	char path[32], name[16] = "";

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	CLEANUP(fclosep) FILE *file = fopen(path, "re");
	return file && fgets(name, sizeof(name), file) && !strcmp(name, "sudo\n");
}

/*
 * The terminal's signals come from the kernel. With a pty of its own, sudo takes them instead and
 * signals our whole group, which is then not sudo's; without one it signals its child alone.
 */
static bool reached_group(const struct signalfd_siginfo *info)
{
	pid_t sender = (pid_t)info->ssi_pid;

	if (info->ssi_code == SI_KERNEL)
		return true;
	return info->ssi_code == SI_USER && sender == getppid() && getpgid(sender) != getpgrp() &&
	       getpgrp() == getpid() && is_named_sudo(sender);
}

int signals_waiting(const struct signals *signals)
{
	sigset_t waiting;

	sigpending(&waiting);
	for (size_t i = 0; signals->open && i < sizeof(taken) / sizeof(*taken); i++)
		if (sigismember(&signals->taken, taken[i]) && sigismember(&waiting, taken[i]))
			return taken[i];
	return 0;
}

enum signal_action signals_next(struct signals *signals, int *forward)
{
	struct signalfd_siginfo info;
	struct timespec now;

	*forward = 0;
	if (read(signals->fd, &info, sizeof(info)) != sizeof(info))
		return SIGNAL_NONE;
	clock_gettime(CLOCK_MONOTONIC, &now);
	uint64_t now_ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
	return signals_decide(&signals->tally, (int)info.ssi_signo, reached_group(&info), now_ns,
			      forward);
}
