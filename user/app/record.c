// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/record.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/expected_pythons.h"
#include "app/prepare.h"
#include "app/run_progress.h"
#include "app/summary.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "profile/profile.h"
#include "target/command.h"
#include "target/environment.h"
#include "target/launch.h"
#include "target/signals.h"

enum {
	DRAIN_MS = 100,
	DRAIN_CALLS_MS = 10,
	FLUSH_MS = 1000
};

static uint64_t now_ms(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void expect_python(void *context, const char *path, const struct interpreter *interpreter)
{
	struct run *run = context;

	recorder_expect(&run->recorder, path, interpreter);
}

/* The probes are there before the program is. Non-zero, told, when it must not run without. */
static int watch_probes(struct run *run)
{
	expected_pythons(run->path, run->environment, expect_python, run);
	if (run->options->calls_required && !probing_counts_calls(&run->recorder.probing))
		return fail(
			-ENOTSUP,
			"--calls=require: no call can be counted in the Python that "
			"'%s' is expected to run; `ltsbpf doctor` lists what each Python offers",
			run->options->program[0]);
	probing_announce(&run->recorder.probing);
	return 0;
}

static int take_signals(struct run *run)
{
	int err = signals_open(&run->signals, &run->inherited);

	return err ? fail(err, "cannot take over signals: %s", strerror(-err)) : 0;
}

/* Everything but the program: it waits at its gate meanwhile. 0, or the exit status. */
static int start(struct run *run)
{
	struct recorder_options options;
	int signo;
	struct target_program program = {
		.path = run->path,
		.argv = run->options->program,
		.environment = run->environment,
		.identity = &run->identity,
		.inherited = &run->inherited,
	};

	if (target_start(&run->target, &program))
		return TARGET_EXIT_FAILURE;
	options = prepare_recorder(run);
	if (recorder_open(&run->recorder, &options) || watch_probes(run) ||
	    recorder_start(&run->recorder, run->target.pid, &options)) {
		target_abandon(&run->target);
		return TARGET_EXIT_FAILURE;
	}
	signo = signals_waiting(&run->signals);
	if (signo) { /* meant for the program, which never began */
		target_abandon(&run->target);
		return 128 + signo;
	}
	command_interpreter_note(run->path, &run->identity);
	run->begin_ms = now_ms();
	return target_release(&run->target) ? run->target.exit_code : 0;
}

static void say_what_is_left(const struct run *run)
{
	const struct outputs *outputs = &run->outputs;
	size_t running = live_processes_running(&run->recorder.live, run->target.pid);

	if (running)
		note("%zu more process%s of the program still run%s; what follows is not in the "
		     "files",
		     running, running > 1 ? "es" : "", running > 1 ? "" : "s");
	note("wrote %s/%s.ltsbpf%s", outputs->folder_path, outputs->name,
	     run->unplaced ? ".new: move it away; `ltsbpf convert` makes the other files of it"
			   : "");
}

/* The program has ended, or else -d has: then it may still use its terminal. */
static void show_end_steps(struct run *run)
{
	pid_t pid = run->target.pid;

	run_progress_end_steps(target_exited(&run->target) > 0 ? 0 : pid,
			       live_processes_running(&run->recorder.live, pid));
}

/* Ends the recording and makes the files, once. */
static void write_files(struct run *run)
{
	CLEANUP(profile_freep) struct profile *profile = NULL;
	int err;

	if (run->written)
		return;
	run->written = true;
	show_end_steps(run);
	recorder_finish(&run->recorder);
	log_progress("making the profile");
	err = resolver_finish(run->recorder.resolver, &profile);
	if (err) {
		warn("cannot build the profile: %s. The recording %s/%s.ltsbpf is there: try "
		     "`ltsbpf convert`",
		     strerror(-err), run->outputs.folder_path, run->outputs.name);
		return;
	}
	profile->facts.pstats_native = run->options->pstats_native;
	if (!run->unplaced)
		outputs_write(&run->outputs, profile);
	log_progress_end();
	if (log_get_level() >= LOG_NORMAL)
		summary_print(profile, stderr);
	say_what_is_left(run);
	recorder_release(&run->recorder);
}

static void attend_signals(struct run *run)
{
	enum signal_action action;
	int forward = 0;

	do {
		action = signals_next(&run->signals, &forward);
		if (forward)
			target_signal(&run->target, forward);
		if (action == SIGNAL_LEAVE)
			run->left = true;
	} while (action != SIGNAL_NONE || forward);
}

static bool duration_is_over(const struct run *run, uint64_t now)
{
	double limit_s = run->options->duration_s;

	return limit_s > 0 && (double)(now - run->begin_ms) >= limit_s * 1000;
}

/* Counted calls fill the ring faster, and their budget is soon used up. */
static unsigned int drain_period_ms(const struct run *run)
{
	return run->options->calls ? DRAIN_CALLS_MS : DRAIN_MS;
}

static int poll_timeout_ms(const struct run *run, uint64_t now)
{
	double left_ms = drain_period_ms(run) - (double)(now - run->drained_ms);

	if (run->written)
		return -1;
	if (run->options->duration_s > 0) {
		double end = run->options->duration_s * 1000 - (double)(now - run->begin_ms);
		left_ms = end < left_ms ? end : left_ms;
	}
	return left_ms > 0 ? (int)left_ms + 1 : 0;
}

static void show_progress(struct run *run, uint64_t now)
{
	uint64_t counters[COUNTERS] = {0};

	session_counters(run->recorder.session, counters);
	run_progress_show(run->target.pid, (double)(now - run->begin_ms) / 1000,
			  counters[COUNTER_SAMPLES], counters[COUNTER_RING_FULL]);
}

static void drain_and_flush(struct run *run, uint64_t now)
{
	if (run->written || now - run->drained_ms < drain_period_ms(run))
		return;
	run->drained_ms = now;
	recorder_drain(&run->recorder);
	if (now - run->flushed_ms < FLUSH_MS)
		return;
	run->flushed_ms = now;
	recorder_flush(&run->recorder);
	show_progress(run, now);
}

/* Until the program ends, or we are told twice to leave it. */
static void watch(struct run *run)
{
	struct pollfd polled[] = {
		{.fd = run->target.pidfd, .events = POLLIN},
		{.fd = run->signals.fd, .events = POLLIN},
		{.fd = recorder_fd(&run->recorder), .events = POLLIN},
	};

	run->drained_ms = run->flushed_ms = run->begin_ms;
	while (!run->left) {
		poll(polled, run->written ? 2 : 3, poll_timeout_ms(run, now_ms()));
		if (polled[1].revents)
			attend_signals(run);
		if (polled[0].revents && target_exited(&run->target))
			return;
		if (!run->written && polled[2].revents)
			recorder_attend(&run->recorder);
		uint64_t now = now_ms();
		if (!run->written && duration_is_over(run, now)) {
			note("the %g s are over; the program runs on", run->options->duration_s);
			write_files(run);
		}
		drain_and_flush(run, now);
	}
}

/* The program's status, or 128 + SIGTERM when we leave while it runs. */
static int take_status(struct run *run)
{
	int exit_code = TARGET_EXIT_FAILURE;

	if (run->left && !target_exited(&run->target)) {
		note("left while the program (process %d) still runs", run->target.pid);
		return 128 + 15;
	}
	if (target_reap(&run->target, &exit_code))
		return TARGET_EXIT_FAILURE;
	if (run->target.signal)
		note("the program was ended by signal %d (%s)", run->target.signal,
		     strsignal(run->target.signal));
	return exit_code;
}

static void done(struct run *run)
{
	signals_close(&run->signals);
	recorder_done(&run->recorder);
	target_done(&run->target);
	outputs_done(&run->outputs);
	closep(&run->recording_fd);
	identity_done(&run->identity);
	environment_free(run->environment);
	free(run->path);
	free(run->command);
	free(run->cache);
}

int record_run(const struct options *options)
{
	struct run run = {
		.options = options,
		.recording_fd = -1,
		.outputs = {.folder_fd = -1},
	};
	int status;

	signals_save(&run.inherited);
	status = prepare_program(&run);
	if (!status)
		status = take_signals(&run) ? TARGET_EXIT_FAILURE : prepare_files(&run);
	if (!status)
		status = start(&run);
	if (!status) {
		run.unplaced = outputs_begin(&run.outputs) != 0;
		watch(&run);
		write_files(&run);
		status = take_status(&run);
	} else {
		outputs_abandon(&run.outputs);
	}
	done(&run);
	return status;
}
