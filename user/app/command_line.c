// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/command_line.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "app/option_table.h"
#include "app/usage.h"
#include "base/log.h"

enum {
	MOST_OPTIONS = 64, /* of one command */
	BY_INDEX = 256	   /* getopt's value for entry i of the table is i + this */
};

/* The table in getopt's words, for one command. */
struct getopt_tables {
	struct option options[MOST_OPTIONS + 1];
	char letters[3 * MOST_OPTIONS + 3];
	int by_letter[256];
};

static void add_option(struct getopt_tables *tables, int index, size_t *count)
{
	const struct option_entry *entry = &option_table[index];
	const char *colons = !entry->value ? "" : entry->optional ? "::" : ":";
	size_t length = strlen(tables->letters);

	tables->options[(*count)++] = (struct option){
		.name = entry->name,
		.has_arg = (int)strlen(colons),
		.val = index + BY_INDEX,
	};
	if (!entry->letter)
		return;
	tables->by_letter[(unsigned char)entry->letter] = index;
	snprintf(tables->letters + length, sizeof(tables->letters) - length, "%c%s", entry->letter,
		 colons);
}

/* "+" ends the options of `record` at the first word that is none. */
static void make_tables(enum command command, struct getopt_tables *tables)
{
	size_t count = 0;

	*tables = (struct getopt_tables){.letters = ":"};
	if (command == COMMAND_RECORD)
		strcpy(tables->letters, "+:");
	for (int i = 0; option_table[i].name && count < MOST_OPTIONS; i++)
		if (option_of(&option_table[i], command))
			add_option(tables, i, &count);
}

static int unknown_option(const char *command, const char *given, const struct option *known)
{
	const char *names[MOST_OPTIONS], *nearest;
	char word[64];
	size_t count = 0;

	for (; known->name; known++)
		names[count++] = known->name;
	snprintf(word, sizeof(word), "%s", given + strspn(given, "-"));
	word[strcspn(word, "=")] = '\0';
	nearest = usage_nearest(word, names, count);
	if (nearest && !strncmp(given, "--", 2))
		return fail(OPTIONS_USAGE_ERROR,
			    "%s: unknown option '%s'. Did you mean --%s? `ltsbpf %s --help` lists "
			    "all",
			    command, given, nearest, command);
	return fail(OPTIONS_USAGE_ERROR, "%s: unknown option '%s'. `ltsbpf %s --help` lists all",
		    command, given, command);
}

/* The word that getopt_long() looked at last: where it began, unless it has moved files behind it.
 */
static const char *word_at(char **argv, int began)
{
	return argv[began][0] == '-' ? argv[began] : argv[optind - 1];
}

static int take_option(struct options *options, const struct option_entry *option,
		       const char *value)
{
	if (option->take)
		return option->take(options, option, value);
	usage_print_command(options->command, stdout);
	return usage_printed();
}

static int parse_options(int argc, char **argv, const struct command_entry *command,
			 struct options *options)
{
	struct getopt_tables tables;
	int option, status = OPTIONS_GO_ON;

	make_tables(command->command, &tables);
	opterr = 0;
	optind = 0;
	while (status == OPTIONS_GO_ON) {
		int at = optind ? optind : 1;
		option = getopt_long(argc, argv, tables.letters, tables.options, NULL);
		if (option < 0)
			break;
		if (option == '?')
			return unknown_option(command->name, word_at(argv, at), tables.options);
		if (option == ':')
			return fail(OPTIONS_USAGE_ERROR, "%s: option '%s' needs a value",
				    command->name, word_at(argv, at));
		int index = option < BY_INDEX ? tables.by_letter[option] : option - BY_INDEX;
		status = take_option(options, &option_table[index], optarg);
	}
	return status;
}

/* "-k no" would profile a program of the name "no": an optional value stands without a blank. */
static bool is_kernel_value(const char *before, const char *word)
{
	return (!strcmp(before, "-k") || !strcmp(before, "--kernel")) &&
	       (!strcmp(word, "auto") || !strcmp(word, "yes") || !strcmp(word, "no"));
}

static int take_program(char **argv, struct options *options)
{
	const char *before = argv[optind - 1], *word = argv[optind];

	if (!word)
		return fail(
			OPTIONS_USAGE_ERROR,
			"record: no program given. Try: sudo ltsbpf record -- python script.py");
	if (is_kernel_value(before, word))
		return fail(OPTIONS_USAGE_ERROR,
			    "%s %s: this value stands without a blank: --kernel=%s. If '%s' is the "
			    "program, put -- before it",
			    before, word, word, word);
	if (options->user && options->as_root)
		return fail(OPTIONS_USAGE_ERROR, "record: --user and --as-root exclude each other");
	if (options->kernel == KERNEL_YES && options->no_native)
		return fail(OPTIONS_USAGE_ERROR,
			    "--kernel=yes and --no-native contradict each other; drop one");
	options->program = argv + optind;
	return OPTIONS_GO_ON;
}

static int take_shell(const char *command, char **words, int count, struct options *options)
{
	if (count != 1 || (strcmp(words[0], "bash") != 0 && strcmp(words[0], "zsh") != 0 &&
			   strcmp(words[0], "fish") != 0))
		return fail(OPTIONS_USAGE_ERROR, "%s: expected bash, zsh or fish", command);
	options->shell = words[0];
	return OPTIONS_GO_ON;
}

static int check_files(const char *command, const struct options *options)
{
	int count = options->file_count;

	switch (options->command) {
	case COMMAND_DIFF:
		if (count == 2 || (options->baselines.count && count))
			return OPTIONS_GO_ON;
		return fail(OPTIONS_USAGE_ERROR,
			    "diff: expected two recordings, the older one first, or --baseline "
			    "'GLOB' and one or more");
	case COMMAND_MERGE:
		if (count && options->output)
			return OPTIONS_GO_ON;
		return fail(OPTIONS_USAGE_ERROR,
			    "merge: expected recordings, and with -o the one to make of them. Try: "
			    "ltsbpf merge a.ltsbpf b.ltsbpf -o all.ltsbpf");
	default:
		if (count == 1)
			return OPTIONS_GO_ON;
		return fail(OPTIONS_USAGE_ERROR,
			    "%s: expected one recording. Try: ltsbpf %s profiles/profile.ltsbpf",
			    command, command);
	}
}

/* What is left behind the options. */
static int take_rest(int argc, char **argv, const struct command_entry *command,
		     struct options *options)
{
	int count = argc - optind;

	switch (command->command) {
	case COMMAND_RECORD:
		return take_program(argv, options);
	case COMMAND_COMPLETION:
		return take_shell(command->name, argv + optind, count, options);
	case COMMAND_DOCTOR:
	case COMMAND_MAN:
		return count ? fail(OPTIONS_USAGE_ERROR, "%s: '%s': takes no file", command->name,
				    argv[optind])
			     : OPTIONS_GO_ON;
	default:
		options->files = argv + optind;
		options->file_count = count;
		return check_files(command->name, options);
	}
}

static int unknown_command(const char *given)
{
	const char *names[16], *nearest;
	size_t count = 0;

	for (const struct command_entry *each = command_table; each->name; each++)
		names[count++] = each->name;
	nearest = usage_nearest(given, names, count);
	if (nearest)
		return fail(OPTIONS_USAGE_ERROR,
			    "unknown command '%s'. Did you mean %s? To profile it: sudo ltsbpf "
			    "record -- %s ...",
			    given, nearest, given);
	return fail(OPTIONS_USAGE_ERROR,
		    "unknown command '%s': `ltsbpf --help` lists all. To profile it: sudo ltsbpf "
		    "record -- %s ...",
		    given, given);
}

static struct options defaults(enum command command)
{
	bool files = command == COMMAND_RECORD || command == COMMAND_CONVERT;

	return (struct options){
		.command = command,
		.rate_hz = 99,
		.subprocesses = true,
		.calls_budget_percent = 50,
		.output = files ? "profiles" : NULL,
		.name = command == COMMAND_DIFF ? "diff" : "profile",
		.formats = "svg,pstats,folded",
	};
}

int command_line_parse(int argc, char **argv, struct options *options)
{
	const struct command_entry *command;
	int status;

	*options = defaults(COMMAND_NONE);
	if (argc < 2) {
		usage_print(stderr);
		return OPTIONS_USAGE_ERROR;
	}
	if (argc == 3 && !strcmp(argv[1], "help") && (command = command_find(argv[2]))) {
		usage_print_command(command->command, stdout);
		return usage_printed();
	}
	if (usage_asked_for(argv[1], stdout))
		return usage_printed();
	command = command_find(argv[1]);
	if (!command)
		return unknown_command(argv[1]);
	*options = defaults(command->command);
	status = parse_options(argc - 1, argv + 1, command, options);
	return status == OPTIONS_GO_ON ? take_rest(argc - 1, argv + 1, command, options) : status;
}
