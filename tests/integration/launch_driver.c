// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * What `ltsbpf record` does with a program, without the profiler, for launch.sh:
 *
 *	launch_driver [--user NAME | --as-root] [--hold FILE] run COMMAND...
 *	launch_driver [--user NAME | --as-root] write FOLDER NAME
 *
 * --hold: the program waits at the gate until FILE is there. Signals and the end of the program are
 * told on stderr; the exit code is ltsbpf's.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/log.h"
#include "target/command.h"
#include "target/environment.h"
#include "target/launch.h"

struct options {
	const char *user, *hold;
	bool as_root;
};

static int watch(struct target *target, struct signals *signals)
{
	int forward, exit_code;
	uint64_t cpu_ns = 0;

	while (!target_exited(target)) {
		struct pollfd wait[] = {{target->pidfd, POLLIN, 0}, {signals->fd, POLLIN, 0}};
		poll(wait, 2, -1);
		enum signal_action action = signals_next(signals, &forward);
		if (action || forward)
			fprintf(stderr, "driver: action %d, forward %d\n", action, forward);
		if (forward)
			target_signal(target, forward);
		if (action == SIGNAL_LEAVE)
			return 99;
	}
	if (target_cpu_ns(target->pid, &cpu_ns) || !cpu_ns)
		return fail(98, "no CPU time of the ended program");
	return target_reap(target, &exit_code) ? TARGET_EXIT_FAILURE : exit_code;
}

static int launch(const struct target_program *program, const char *hold)
{
	struct target target = {0};
	struct signals signals = {0};

	if (signals_open(&signals, program->inherited) || target_start(&target, program))
		return TARGET_EXIT_FAILURE;
	while (hold && access(hold, F_OK))
		usleep(10000);
	int exit_code = target_release(&target) ? target.exit_code : watch(&target, &signals);
	target_done(&target);
	signals_close(&signals);
	return exit_code;
}

static int run(const struct identity *identity, const struct signals_inherited *inherited,
	       char **argv, const char *hold)
{
	CLEANUP(freep) char *path = NULL;
	char **environment = NULL;

	if (environment_for(identity, &environment))
		return TARGET_EXIT_FAILURE;
	int err = command_resolve(argv[0], environment, identity, &path);
	int exit_code = command_exit_code(err);
	if (!err) {
		struct target_program program = {.path = path,
						 .argv = argv,
						 .environment = environment,
						 .identity = identity,
						 .inherited = inherited};
		command_interpreter_note(path, identity);
		exit_code = launch(&program, hold);
	}
	environment_free(environment);
	return exit_code;
}

static int write_file(const char *path, const char *name)
{
	struct file_draft draft = {0};
	CLEANUP(closep) int folder = file_open_folder(path, 0755, true);

	if (folder < 0)
		return folder;
	int err = file_keep_old(folder, name);
	if (!err)
		err = file_draft_open(&draft, folder, name);
	if (err)
		return err;
	fputs("written\n", draft.stream);
	return file_draft_commit(&draft);
}

static int write_as(const struct identity *identity, const char *path, const char *name)
{
	struct identity_saved saved;

	if (identity_enter(identity, &saved))
		return TARGET_EXIT_FAILURE;
	int err = write_file(path, name);
	if (identity_leave(&saved))
		return TARGET_EXIT_FAILURE;
	return err ? -fail(err, "cannot write '%s' in '%s': %s", name, path, strerror(-err)) : 0;
}

static char **parse(char **argv, struct options *options)
{
	for (argv++; *argv && !strncmp(*argv, "--", 2); argv++) {
		if (!strcmp(*argv, "--as-root"))
			options->as_root = true;
		else if (!strcmp(*argv, "--user"))
			options->user = *++argv;
		else if (!strcmp(*argv, "--hold"))
			options->hold = *++argv;
	}
	return argv;
}

int main(int argc, char **argv)
{
	struct signals_inherited inherited;
	struct options options = {0};
	struct identity identity;

	signals_save(&inherited);
	char **rest = parse(argv, &options);
	if (argc < 2 || !rest[0] || !rest[1])
		return 2;
	int err = options.as_root ? identity_of_self(&identity)
		  : options.user  ? identity_of_user(options.user, &identity)
				  : identity_of_invoker(&identity);
	if (err)
		return TARGET_EXIT_FAILURE;
	int exit_code = strcmp(rest[0], "write")
				? run(&identity, &inherited, rest + 1, options.hold)
				: write_as(&identity, rest[1], rest[2]);
	identity_done(&identity);
	return exit_code;
}
