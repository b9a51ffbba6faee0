// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profiled.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "target/command.h"
#include "target/environment.h"

enum {
	DRAIN_MS = 20
};

uint64_t now_ns(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void sleep_ns(uint64_t time_ns)
{
	struct timespec wait = {(time_t)(time_ns / 1000000000), (long)(time_ns % 1000000000)};

	nanosleep(&wait, NULL);
}

/* We sleep but for moments, which must not wait for a CPU. The program is as it was. */
static void be_on_time(void)
{
	struct sched_param lowest = {.sched_priority = 1};

	sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &lowest);
}

static int pin(const cpu_set_t *cpus)
{
	return sched_setaffinity(0, sizeof(*cpus), cpus)
		       ? fail(-errno, "cannot stay on a CPU: %s", strerror(errno))
		       : 0;
}

/* Splits the CPUs we may use: the last one for the program, the others for us. */
static int split_cpus(cpu_set_t *ours, cpu_set_t *theirs)
{
	if (sched_getaffinity(0, sizeof(*ours), ours))
		return fail(-errno, "cannot ask for our CPUs: %s", strerror(errno));
	*theirs = *ours;
	if (CPU_COUNT(ours) < 2) {
		warn("there is but one CPU: what we do here disturbs the program");
		return 0;
	}
	CPU_ZERO(theirs);
	for (int cpu = CPU_SETSIZE - 1; !CPU_COUNT(theirs); cpu--)
		if (CPU_ISSET(cpu, ours)) {
			CPU_CLR(cpu, ours);
			CPU_SET(cpu, theirs);
		}
	return 0;
}

static void block_signals(void)
{
	sigset_t ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, NULL);
}

static int start_program(struct profiled *profiled, bool pinned, char **argv)
{
	struct target_program program = {.argv = argv};
	cpu_set_t ours, theirs;
	int err;

	if (identity_of_self(&profiled->identity) ||
	    environment_for(&profiled->identity, &profiled->environment) ||
	    command_resolve(argv[0], profiled->environment, &profiled->identity, &profiled->path))
		return -EINVAL;
	program.path = profiled->path;
	program.environment = profiled->environment;
	program.identity = &profiled->identity;
	program.inherited = &profiled->inherited;
	err = pinned ? split_cpus(&ours, &theirs) : 0;
	if (!err && pinned)
		err = pin(&theirs);
	if (!err)
		err = target_start(&profiled->target, &program);
	if (!err && pinned)
		err = pin(&ours);
	return err;
}

int profiled_start(struct profiled *profiled, const struct profiled_options *options, char **argv)
{
	int err;

	*profiled = (struct profiled){0};
	signals_save(&profiled->inherited);
	block_signals();
	be_on_time();
	profiled->fd = open(options->recording, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (profiled->fd < 0)
		return fail(-errno, "cannot write '%s': %s", options->recording, strerror(errno));
	profiled->options = (struct recorder_options){
		.session = options->session,
		.command = argv[0],
		.fd = profiled->fd,
	};
	err = start_program(profiled, options->pinned, argv);
	if (!err && options->outside)
		err = target_release(&profiled->target);
	if (!err)
		err = recorder_open(&profiled->recorder, &profiled->options);
	if (!err)
		err = recorder_start(&profiled->recorder, profiled->target.pid, &profiled->options);
	if (!err && !options->outside)
		err = target_release(&profiled->target);
	return err;
}

bool profiled_told_to_end(void)
{
	sigset_t pending;

	return !sigpending(&pending) &&
	       (sigismember(&pending, SIGINT) || sigismember(&pending, SIGTERM));
}

int profiled_run(struct profiled *profiled, uint64_t time_ns)
{
	struct pollfd polled[] = {
		{.fd = profiled->target.pidfd, .events = POLLIN},
		{.fd = recorder_fd(&profiled->recorder), .events = POLLIN},
	};
	uint64_t end = now_ns() + time_ns, drained = 0;

	for (uint64_t now = now_ns(); now < end; now = now_ns()) {
		uint64_t left_ms = (end - now) / 1000000;
		poll(polled, 2, left_ms < DRAIN_MS ? (int)left_ms + 1 : DRAIN_MS);
		if (profiled_told_to_end())
			return -ECANCELED;
		if (polled[0].revents)
			return fail(-ECHILD, "the program has ended");
		if (polled[1].revents)
			recorder_attend(&profiled->recorder);
		if (now - drained >= (uint64_t)DRAIN_MS * 1000000) {
			drained = now;
			recorder_drain(&profiled->recorder);
		}
	}
	return profiled_told_to_end() ? -ECANCELED : 0;
}

void profiled_end(struct profiled *profiled)
{
	recorder_finish(&profiled->recorder);
	target_abandon(&profiled->target);
}

void profiled_done(struct profiled *profiled)
{
	if (profiled->target.pid)
		target_abandon(&profiled->target);
	recorder_done(&profiled->recorder);
	target_done(&profiled->target);
	closep(&profiled->fd);
	identity_done(&profiled->identity);
	environment_free(profiled->environment);
	free(profiled->path);
}
