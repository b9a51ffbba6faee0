// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/record.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/options.h"
#include "app/outputs.h"
#include "app/recorder.h"
#include "app/summary.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "capture/requirements.h"
#include "profile/profile.h"
#include "target/command.h"
#include "target/environment.h"
#include "target/identity.h"
#include "target/launch.h"
#include "target/signals.h"

enum {
	DRAIN_MS = 100,
	FLUSH_MS = 1000
};

struct run {
	const struct options *options;
	struct signals_inherited inherited;
	struct identity identity;
	char **environment;
	char *path;    /* of the program's file */
	char *command; /* the command line as text */
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

static uint64_t now_ms(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static int choose_identity(struct run *run)
{
	if (run->options->as_root)
		return identity_of_self(&run->identity);
	if (run->options->user)
		return identity_of_user(run->options->user, &run->identity);
	return identity_of_invoker(&run->identity);
}

static int join_command(struct run *run)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return -ENOMEM;
	for (char **word = run->options->program; *word; word++)
		fprintf(stream, "%s%s", word == run->options->program ? "" : " ", *word);
	if (fclose(stream)) {
		free(text);
		return -ENOMEM;
	}
	run->command = text;
	return 0;
}

/* Finds out what is to be run, as whom. 0, or the exit status. */
static int prepare_program(struct run *run)
{
	struct requirement missing;
	char line[2048];
	int err;

	if (outputs_check_formats(run->options->formats))
		return OPTIONS_USAGE_ERROR;
	if (choose_identity(run) || environment_for(&run->identity, &run->environment) ||
	    join_command(run))
		return TARGET_EXIT_FAILURE;
	err = command_resolve(run->options->program[0], run->environment, &run->identity,
			      &run->path);
	if (err)
		return command_exit_code(err);
	if (requirements_first_missing(&missing)) {
		requirements_line(&missing, line, sizeof(line));
		fail(-ENOTSUP, "cannot record: %s", line);
		return TARGET_EXIT_FAILURE;
	}
	return 0;
}

static int prepare_files(struct run *run)
{
	run->outputs = (struct outputs){
		.folder = run->options->output,
		.name = run->options->name,
		.formats = run->options->formats,
		.identity = &run->identity,
		.folder_fd = -1,
	};
	if (outputs_open(&run->outputs))
		return TARGET_EXIT_FAILURE;
	run->recording_fd = outputs_create(&run->outputs);
	return run->recording_fd < 0 ? TARGET_EXIT_FAILURE : 0;
}

static struct recorder_options recorder_options(const struct run *run)
{
	return (struct recorder_options){
		.session =
			{
				.tick = run->options->tick,
				.rate_hz = run->options->rate_hz,
				.follow_forks = run->options->subprocesses,
			},
		.by_thread = run->options->by_thread,
		.command = run->command,
		.fd = run->recording_fd,
	};
}

static int take_signals(struct run *run)
{
	int err = signals_open(&run->signals, &run->inherited);

	return err ? fail(err, "cannot take over signals: %s", strerror(-err)) : 0;
}

/* Everything but the program: it waits at its gate meanwhile. 0, or the exit status. */
static int start(struct run *run)
{
	struct recorder_options options = recorder_options(run);
	struct target_program program = {
		.path = run->path,
		.argv = run->options->program,
		.environment = run->environment,
		.identity = &run->identity,
		.inherited = &run->inherited,
	};

	if (target_start(&run->target, &program))
		return TARGET_EXIT_FAILURE;
	if (recorder_open(&run->recorder, &options) ||
	    recorder_start(&run->recorder, run->target.pid, &options) || take_signals(run)) {
		target_abandon(&run->target);
		return TARGET_EXIT_FAILURE;
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

/* Ends the recording and makes the files, once. */
static void write_files(struct run *run)
{
	CLEANUP(profile_freep) struct profile *profile = NULL;
	int err;

	if (run->written)
		return;
	run->written = true;
	recorder_finish(&run->recorder);
	err = resolver_finish(run->recorder.resolver, &profile);
	if (err) {
		warn("cannot build the profile: %s. The recording %s/%s.ltsbpf is there: try "
		     "`ltsbpf convert`",
		     strerror(-err), run->outputs.folder_path, run->outputs.name);
		return;
	}
	if (!run->unplaced)
		outputs_write(&run->outputs, profile);
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

static int poll_timeout_ms(const struct run *run, uint64_t now)
{
	double left_ms = DRAIN_MS - (double)(now - run->drained_ms);

	if (run->written)
		return -1;
	if (run->options->duration_s > 0) {
		double end = run->options->duration_s * 1000 - (double)(now - run->begin_ms);
		left_ms = end < left_ms ? end : left_ms;
	}
	return left_ms > 0 ? (int)left_ms + 1 : 0;
}

static void drain_and_flush(struct run *run, uint64_t now)
{
	if (run->written || now - run->drained_ms < DRAIN_MS)
		return;
	run->drained_ms = now;
	recorder_drain(&run->recorder);
	if (now - run->flushed_ms < FLUSH_MS)
		return;
	run->flushed_ms = now;
	recorder_flush(&run->recorder);
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
		status = prepare_files(&run);
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
