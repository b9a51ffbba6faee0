// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/command_line.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/option_values.h"
#include "app/usage.h"
#include "base/log.h"

#define FLAG(name, letter)                                                                         \
	{                                                                                          \
		name, no_argument, NULL, letter                                                    \
	}

/* What every command takes that shows samples. */
#define VIEW_OPTIONS                                                                               \
	FLAG("threads", 't'), FLAG("interpreter-frames", OPTION_INTERPRETER_FRAMES),               \
		FLAG("fold-kernel", OPTION_FOLD_KERNEL),                                           \
		FLAG("pstats-native", OPTION_PSTATS_NATIVE), FLAG("quiet", 'q'),                   \
		FLAG("verbose", 'v'), FLAG("help", 'h')

static const struct option record_options[] = {
	{"rate", required_argument, NULL, 'r'},
	{"clock", required_argument, NULL, OPTION_CLOCK},
	{"duration", required_argument, NULL, 'd'},
	{"output", required_argument, NULL, 'o'},
	{"name", required_argument, NULL, OPTION_NAME},
	{"format", required_argument, NULL, 'f'},
	{"no-subprocesses", no_argument, NULL, OPTION_NO_SUBPROCESSES},
	{"subprocesses", no_argument, NULL, 's'},
	{"user", required_argument, NULL, OPTION_USER},
	{"as-root", no_argument, NULL, OPTION_AS_ROOT},
	{"calls", optional_argument, NULL, OPTION_CALLS},
	{"calls-budget", required_argument, NULL, OPTION_CALLS_BUDGET},
	{"include", required_argument, NULL, OPTION_INCLUDE},
	{"exclude", required_argument, NULL, OPTION_EXCLUDE},
	{"no-native", no_argument, NULL, OPTION_NO_NATIVE},
	{"kernel", optional_argument, NULL, 'k'},
	{"inlines", no_argument, NULL, OPTION_INLINES},
	VIEW_OPTIONS,
	{0},
};

static const struct option report_options[] = {
	VIEW_OPTIONS,
	{0},
};

static const struct option convert_options[] = {
	{"output", required_argument, NULL, 'o'},
	{"name", required_argument, NULL, OPTION_NAME},
	{"format", required_argument, NULL, 'f'},
	VIEW_OPTIONS,
	{0},
};

static const struct option doctor_options[] = {
	{"verbose", no_argument, NULL, 'v'},
	{"help", no_argument, NULL, 'h'},
	{0},
};

static const struct {
	const char *name, *letters; /* "+" ends the options at the first word that is none */
	enum command command;
	const struct option *options;
} commands[] = {
	{"record", "+:r:d:o:f:k::stqvh", COMMAND_RECORD, record_options},
	{"report", ":tqvh", COMMAND_REPORT, report_options},
	{"convert", ":o:f:tqvh", COMMAND_CONVERT, convert_options},
	{"doctor", ":vh", COMMAND_DOCTOR, doctor_options},
};

enum {
	COMMANDS = sizeof(commands) / sizeof(commands[0])
};

/* The exit status after help or version: 1 when nobody could read it. */
static int printed(void)
{
	return fflush(stdout) ? fail(1, "cannot print: %s", strerror(errno)) : 0;
}

/* The place of an option that is on or off; NULL for others. */
static bool *flag_of(struct options *options, int option)
{
	switch (option) {
	case 't':
		return &options->by_thread;
	case OPTION_AS_ROOT:
		return &options->as_root;
	case OPTION_NO_NATIVE:
		return &options->no_native;
	case OPTION_INLINES:
		return &options->inlines;
	case OPTION_INTERPRETER_FRAMES:
		return &options->interpreter_frames;
	case OPTION_FOLD_KERNEL:
		return &options->fold_kernel;
	case OPTION_PSTATS_NATIVE:
		return &options->pstats_native;
	default:
		return NULL;
	}
}

static int take_option(struct options *options, int option, const char *value)
{
	bool *flag = flag_of(options, option);

	if (flag) {
		*flag = true;
		return OPTIONS_GO_ON;
	}
	switch (option) {
	case OPTION_NO_SUBPROCESSES:
		options->subprocesses = false;
		break;
	case 's': /* what py-spy wants for the default here */
		options->subprocesses = true;
		break;
	case 'q':
		log_set_level(LOG_QUIET);
		break;
	case 'v':
		log_set_level(LOG_VERBOSE);
		break;
	case 'h':
		usage_print(stdout);
		return printed();
	default:
		return option_values_take(options, option, value);
	}
	return OPTIONS_GO_ON;
}

static int unknown_option(const char *command, const char *given, const struct option *known)
{
	const char *names[32], *nearest;
	char word[64];
	size_t count = 0;

	for (; known->name; known++)
		names[count++] = known->name;
	snprintf(word, sizeof(word), "%s", given + strspn(given, "-"));
	word[strcspn(word, "=")] = '\0';
	nearest = usage_nearest(word, names, count);
	if (nearest && !strncmp(given, "--", 2))
		return fail(OPTIONS_USAGE_ERROR,
			    "%s: unknown option '%s'. Did you mean --%s? `ltsbpf --help` lists all",
			    command, given, nearest);
	return fail(OPTIONS_USAGE_ERROR, "%s: unknown option '%s'. `ltsbpf --help` lists all",
		    command, given);
}

/* The word that getopt_long() looked at last: where it began, unless it has moved files behind it.
 */
static const char *word_at(char **argv, int began)
{
	return argv[began][0] == '-' ? argv[began] : argv[optind - 1];
}

static int parse_options(int argc, char **argv, int which, struct options *options)
{
	int option, status = OPTIONS_GO_ON;

	opterr = 0;
	optind = 0;
	for (;;) {
		int at = optind ? optind : 1;
		option = getopt_long(argc, argv, commands[which].letters, commands[which].options,
				     NULL);
		if (option < 0)
			return OPTIONS_GO_ON;
		if (option == '?')
			return unknown_option(commands[which].name, word_at(argv, at),
					      commands[which].options);
		if (option == ':')
			return fail(OPTIONS_USAGE_ERROR, "%s: option '%s' needs a value",
				    commands[which].name, word_at(argv, at));
		status = take_option(options, option, optarg);
		if (status != OPTIONS_GO_ON)
			return status;
	}
}

/* "-k no" would profile a program of the name "no": an optional value stands without a blank. */
static bool is_kernel_value(const char *before, const char *word)
{
	return (!strcmp(before, "-k") || !strcmp(before, "--kernel")) &&
	       (!strcmp(word, "auto") || !strcmp(word, "yes") || !strcmp(word, "no"));
}

static int take_program(char **argv, struct options *options)
{
	const char *before = argv[optind - 1];

	if (!argv[optind])
		return fail(
			OPTIONS_USAGE_ERROR,
			"record: no program given. Try: sudo ltsbpf record -- python script.py");
	if (is_kernel_value(before, argv[optind]))
		return option_values_refuse(before, argv[optind],
					    "--kernel=VALUE, or -- before a program of this name");
	if (options->user && options->as_root)
		return fail(OPTIONS_USAGE_ERROR, "record: --user and --as-root exclude each other");
	if (options->kernel == KERNEL_YES && options->no_native)
		return fail(OPTIONS_USAGE_ERROR,
			    "--kernel=yes and --no-native contradict each other; drop one");
	options->program = argv + optind;
	return OPTIONS_GO_ON;
}

/* What is left behind the options: the program of `record`, the file of `report` and `convert`. */
static int take_rest(int argc, char **argv, int which, struct options *options)
{
	const char *name = commands[which].name;
	int count = argc - optind;

	if (options->command == COMMAND_RECORD)
		return take_program(argv, options);
	if (options->command == COMMAND_DOCTOR)
		return count ? fail(OPTIONS_USAGE_ERROR, "doctor: '%s': takes no file",
				    argv[optind])
			     : OPTIONS_GO_ON;
	if (count != 1)
		return fail(OPTIONS_USAGE_ERROR,
			    "%s: expected one recording. Try: ltsbpf %s profiles/profile.ltsbpf",
			    name, name);
	options->files = argv + optind;
	options->file_count = count;
	return OPTIONS_GO_ON;
}

static int unknown_command(const char *given)
{
	const char *names[COMMANDS], *nearest;

	for (int i = 0; i < COMMANDS; i++)
		names[i] = commands[i].name;
	nearest = usage_nearest(given, names, COMMANDS);
	if (nearest)
		return fail(OPTIONS_USAGE_ERROR, "unknown command '%s'. Did you mean %s?", given,
			    nearest);
	return fail(OPTIONS_USAGE_ERROR,
		    "unknown command '%s': expected record, report, convert or doctor. To profile "
		    "it: sudo ltsbpf record -- %s ...",
		    given, given);
}

int command_line_parse(int argc, char **argv, struct options *options)
{
	int status;

	*options = (struct options){
		.rate_hz = 99,
		.subprocesses = true,
		.calls_budget_percent = 50,
		.output = "profiles",
		.name = "profile",
		.formats = "svg,pstats,folded",
	};
	if (argc < 2) {
		usage_print(stderr);
		return OPTIONS_USAGE_ERROR;
	}
	if (usage_asked_for(argv[1], stdout))
		return printed();
	for (int which = 0; which < COMMANDS; which++) {
		if (strcmp(argv[1], commands[which].name) != 0)
			continue;
		options->command = commands[which].command;
		status = parse_options(argc - 1, argv + 1, which, options);
		return status == OPTIONS_GO_ON ? take_rest(argc - 1, argv + 1, which, options)
					       : status;
	}
	return unknown_command(argv[1]);
}
