// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/prepare.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "capture/requirements.h"
#include "image/kernel_symbols.h"
#include "target/command.h"
#include "target/environment.h"

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

/* XDG Base Directory Specification 0.8: $XDG_CACHE_HOME, which must be absolute, or ~/.cache. */
static char *cache_folder(char *const environment[])
{
	const char *cache = environment_get(environment, "XDG_CACHE_HOME");
	const char *home = environment_get(environment, "HOME");
	char *folder = NULL;
	int length = -1;

	if (cache && *cache == '/')
		length = asprintf(&folder, "%s/ltsbpf", cache);
	else if (home && *home == '/' && !access(home, F_OK))
		length = asprintf(&folder, "%s/.cache/ltsbpf", home);
	return length < 0 ? NULL : folder;
}

/* sudo drops what the user said about colours. */
static void keep_no_color(char *const environment[])
{
	const char *value = environment_get(environment, "NO_COLOR");

	if (value)
		setenv("NO_COLOR", value, 1);
}

int prepare_program(struct run *run)
{
	struct requirement missing;
	char line[2048];
	int err;

	if (outputs_check_formats(run->options->formats))
		return OPTIONS_USAGE_ERROR;
	if (choose_identity(run) || environment_for(&run->identity, &run->environment) ||
	    join_command(run))
		return TARGET_EXIT_FAILURE;
	keep_no_color(run->environment);
	run->cache = cache_folder(run->environment);
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

int prepare_files(struct run *run)
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

static bool wants_kernel_frames(const struct options *options)
{
	if (options->no_native || options->kernel == KERNEL_NO)
		return false;
	if (kernel_symbols_shown())
		return true;
	if (options->kernel == KERNEL_YES)
		warn("/proc/kallsyms hides the names of kernel functions: they will be shown as "
		     "[kernel]. `sudo sysctl kernel.kptr_restrict=1` shows them to root");
	else
		note("kernel frames are left out: /proc/kallsyms hides their names. `sudo sysctl "
		     "kernel.kptr_restrict=1` shows them to root");
	return options->kernel == KERNEL_YES;
}

struct recorder_options prepare_recorder(const struct run *run)
{
	struct recorder_options options = {
		.session =
			{
				.tick = run->options->tick,
				.rate_hz = run->options->rate_hz,
				.follow_forks = run->options->subprocesses,
				.count_calls = run->options->calls,
				.budget_percent = run->options->calls_budget_percent,
				.native = !run->options->no_native,
				.kernel = wants_kernel_frames(run->options),
				.exact = run->options->inlines,
			},
		.probing =
			{
				.calls = run->options->calls,
				.budget_percent = run->options->calls_budget_percent,
				.only = run->options->subprocesses ? 0 : run->target.pid,
				.include = run->options->include,
				.exclude = run->options->exclude,
			},
		.view =
			{
				.by_thread = run->options->by_thread,
				.by_line = run->options->by_line,
				.interpreter_frames = run->options->interpreter_frames,
				.fold_kernel = run->options->fold_kernel,
			},
		.inlines = run->options->inlines,
		.cache = run->cache,
		.identity = &run->identity,
		.command = run->command,
		.fd = run->recording_fd,
	};

	outputs_need(run->options->formats, &options.view.detail, &options.view.timeline);
	return options;
}
