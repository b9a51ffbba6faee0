// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/options.h"

#include <errno.h>
#include <getopt.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/usage.h"
#include "base/log.h"
#include "base/text.h"

/* Options without a letter of their own. */
enum {
	OPTION_CLOCK = 256,
	OPTION_NAME,
	OPTION_NO_SUBPROCESSES,
	OPTION_USER,
	OPTION_AS_ROOT,
	OPTION_CALLS,
	OPTION_CALLS_BUDGET,
	OPTION_INCLUDE,
	OPTION_EXCLUDE
};

static const struct option record_options[] = {
	{"rate", required_argument, NULL, 'r'},
	{"clock", required_argument, NULL, OPTION_CLOCK},
	{"duration", required_argument, NULL, 'd'},
	{"output", required_argument, NULL, 'o'},
	{"name", required_argument, NULL, OPTION_NAME},
	{"format", required_argument, NULL, 'f'},
	{"no-subprocesses", no_argument, NULL, OPTION_NO_SUBPROCESSES},
	{"subprocesses", no_argument, NULL, 's'},
	{"threads", no_argument, NULL, 't'},
	{"user", required_argument, NULL, OPTION_USER},
	{"as-root", no_argument, NULL, OPTION_AS_ROOT},
	{"calls", optional_argument, NULL, OPTION_CALLS},
	{"calls-budget", required_argument, NULL, OPTION_CALLS_BUDGET},
	{"include", required_argument, NULL, OPTION_INCLUDE},
	{"exclude", required_argument, NULL, OPTION_EXCLUDE},
	{"quiet", no_argument, NULL, 'q'},
	{"verbose", no_argument, NULL, 'v'},
	{"help", no_argument, NULL, 'h'},
	{0},
};

static const struct option report_options[] = {
	{"threads", no_argument, NULL, 't'},
	{"quiet", no_argument, NULL, 'q'},
	{"verbose", no_argument, NULL, 'v'},
	{"help", no_argument, NULL, 'h'},
	{0},
};

static const struct option convert_options[] = {
	{"output", required_argument, NULL, 'o'}, {"name", required_argument, NULL, OPTION_NAME},
	{"format", required_argument, NULL, 'f'}, {"threads", no_argument, NULL, 't'},
	{"quiet", no_argument, NULL, 'q'},	  {"verbose", no_argument, NULL, 'v'},
	{"help", no_argument, NULL, 'h'},	  {0},
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
	{"record", "+:r:d:o:f:stqvh", COMMAND_RECORD, record_options},
	{"report", ":tqvh", COMMAND_REPORT, report_options},
	{"convert", ":o:f:tqvh", COMMAND_CONVERT, convert_options},
	{"doctor", ":vh", COMMAND_DOCTOR, doctor_options},
};

enum {
	COMMANDS = sizeof(commands) / sizeof(commands[0])
};

static int bad_value(const char *option, const char *value, const char *wanted)
{
	return fail(OPTIONS_USAGE_ERROR, "%s '%s': expected %s", option, value, wanted);
}

static int take_clock(struct options *options, const char *value)
{
	if (strcmp(value, "cpu") != 0 && strcmp(value, "tick") != 0)
		return bad_value("--clock", value, "cpu or tick");
	options->tick = !strcmp(value, "tick");
	return OPTIONS_GO_ON;
}

static int take_name(struct options *options, const char *value)
{
	if (!*value || strchr(value, '/') || value[0] == '.')
		return bad_value("--name", value,
				 "a file name without '/' that does not begin with '.'");
	options->name = value;
	return OPTIONS_GO_ON;
}

static int take_calls(struct options *options, const char *value)
{
	if (value && strcmp(value, "require") != 0)
		return bad_value("--calls", value, "nothing, or require");
	options->calls = true;
	options->calls_required |= value != NULL;
	return OPTIONS_GO_ON;
}

static int take_budget(struct options *options, const char *value)
{
	double percent;

	if (!strcmp(value, "none")) {
		options->calls_budget_percent = 0;
		return OPTIONS_GO_ON;
	}
	if (!text_number(value, 0.1, 1e6, &percent))
		return bad_value("--calls-budget", value,
				 "a percentage of the program's time, 0.1 or more, or none");
	options->calls_budget_percent = percent;
	return OPTIONS_GO_ON;
}

static int take_pattern(const char *option, const char *value, const char **pattern)
{
	regex_t compiled;

	if (regcomp(&compiled, value, REG_EXTENDED | REG_NOSUB))
		return bad_value(option, value, "an extended regular expression");
	regfree(&compiled);
	*pattern = value;
	return OPTIONS_GO_ON;
}

static int take_value(struct options *options, int option, const char *value)
{
	switch (option) {
	case OPTION_CALLS:
		return take_calls(options, value);
	case OPTION_CALLS_BUDGET:
		return take_budget(options, value);
	case OPTION_INCLUDE:
		return take_pattern("--include", value, &options->include);
	case OPTION_EXCLUDE:
		return take_pattern("--exclude", value, &options->exclude);
	case 'r':
		if (!text_number(value, 1, 20000, &options->rate_hz))
			return bad_value("--rate", value,
					 "a number of samples per second, 1 to 20000");
		break;
	case 'd':
		if (!text_number(value, 0.001, 1e9, &options->duration_s))
			return bad_value("--duration", value, "a number of seconds above 0");
		break;
	case 'o':
		if (!*value)
			return bad_value("--output", value, "a folder");
		options->output = value;
		break;
	case 'f':
		options->formats = value;
		break;
	case OPTION_USER:
		options->user = value;
		break;
	case OPTION_CLOCK:
		return take_clock(options, value);
	default:
		return take_name(options, value);
	}
	return OPTIONS_GO_ON;
}

/* The exit status after help or version: 1 when nobody could read it. */
static int printed(void)
{
	return fflush(stdout) ? fail(1, "cannot print: %s", strerror(errno)) : 0;
}

static int take_option(struct options *options, int option, const char *value)
{
	switch (option) {
	case OPTION_NO_SUBPROCESSES:
		options->subprocesses = false;
		break;
	case 's': /* what py-spy wants for the default here */
		options->subprocesses = true;
		break;
	case 't':
		options->by_thread = true;
		break;
	case OPTION_AS_ROOT:
		options->as_root = true;
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
		return take_value(options, option, value);
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

/* What is left behind the options: the program of `record`, the file of `report` and `convert`. */
static int take_rest(int argc, char **argv, int which, struct options *options)
{
	const char *name = commands[which].name;
	int count = argc - optind;

	if (options->command == COMMAND_RECORD && !count)
		return fail(
			OPTIONS_USAGE_ERROR,
			"record: no program given. Try: sudo ltsbpf record -- python script.py");
	if (options->command == COMMAND_RECORD && options->user && options->as_root)
		return fail(OPTIONS_USAGE_ERROR, "record: --user and --as-root exclude each other");
	if (options->command == COMMAND_RECORD) {
		options->program = argv + optind;
		return OPTIONS_GO_ON;
	}
	if (options->command == COMMAND_DOCTOR)
		return count ? fail(OPTIONS_USAGE_ERROR, "doctor: '%s': takes no file",
				    argv[optind])
			     : OPTIONS_GO_ON;
	if (count != 1)
		return fail(OPTIONS_USAGE_ERROR,
			    "%s: expected one recording. Try: ltsbpf %s profiles/profile.ltsbpf",
			    name, name);
	options->file = argv[optind];
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

int options_parse(int argc, char **argv, struct options *options)
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
