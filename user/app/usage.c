// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/usage.h"

#include <errno.h>
#include <string.h>

#include "app/option_table.h"
#include "base/log.h"
#include "output/output.h"

enum {
	WIDTH = 88,
	HELP_COLUMN = 26, /* where an option's help begins */
};

/* Prints words from column `indent` on, wrapped, and the line's end. */
static void print_wrapped(const char *words, size_t indent, FILE *stream)
{
	size_t column = indent;

	while (*words) {
		size_t length = strcspn(words, " ");
		if (column > indent && column + 1 + length > WIDTH) {
			fprintf(stream, "\n%*s", (int)indent, "");
			column = indent;
		}
		column += (size_t)fprintf(stream, "%s%.*s", column > indent ? " " : "", (int)length,
					  words);
		words += length + strspn(words + length, " ");
	}
	fputc('\n', stream);
}

/* "--kernel[=auto|yes|no]" */
static void print_option(const struct option_entry *option, FILE *stream)
{
	char letter[] = {'-', option->letter, ',', '\0'};
	int length = fprintf(stream, "    %3s --%s", option->letter ? letter : "", option->name);

	if (option->value)
		length += fprintf(stream, option->optional ? "[=%s]" : " %s", option->value);
	if (length >= HELP_COLUMN)
		length = fprintf(stream, "\n") - 1;
	fprintf(stream, "%*s", HELP_COLUMN - length, "");
	print_wrapped(option->help, HELP_COLUMN, stream);
}

/* Those of a command; of no command = of any. */
static void print_options(enum command command, enum option_group group, FILE *stream)
{
	for (const struct option_entry *each = option_table; each->name; each++)
		if (each->group == group && (!command || option_of(each, command)))
			print_option(each, stream);
}

static void print_formats(FILE *stream)
{
	char names[512] = "Formats:";

	for (const struct output_format *each = output_formats; each->name; each++)
		snprintf(names + strlen(names), sizeof(names) - strlen(names), " %s%s", each->name,
			 each[1].name ? "," : "");
	fprintf(stream, "    ");
	print_wrapped(names, 4, stream);
}

static void print_synopsis(const struct command_entry *command, FILE *stream)
{
	fprintf(stream, "  %sltsbpf %s [options]%s%s\n      ", command->root ? "sudo " : "",
		command->name, *command->operands ? " " : "", command->operands);
	print_wrapped(command->help, 6, stream);
}

static const struct {
	enum option_group group;
	const char *all, *one; /* what stands above them for all commands, and for one */
} groups[] = {
	{GROUP_VIEW,
	 "How it is shown; record, report, convert and diff take these:", "How it is shown:"},
	{GROUP_FILTER, "Which samples are shown; report, convert and diff take these:",
	 "Which samples are shown:"},
	{GROUP_COMMON, "Each command:", "And:"},
};

enum {
	GROUPS = sizeof(groups) / sizeof(groups[0])
};

static bool has_group(enum command command, enum option_group group)
{
	for (const struct option_entry *each = option_table; each->name; each++)
		if (each->group == group && option_of(each, command))
			return true;
	return false;
}

static void print_own(const struct command_entry *command, FILE *stream)
{
	print_synopsis(command, stream);
	print_options(command->command, GROUP_OWN, stream);
	if (command->command == COMMAND_RECORD || command->command == COMMAND_CONVERT)
		print_formats(stream);
	fputc('\n', stream);
}

static void print_status(FILE *stream)
{
	fputs("Exit status of record: the command's own; 128+n when signal n ended it; 125 when "
	      "ltsbpf\n"
	      "failed before it started; 126 not executable; 127 not found. Usage errors: 2.\n",
	      stream);
}

void usage_print(FILE *stream)
{
	fputs("ltsbpf profiles Python programs on Linux from the outside, by eBPF.\n\n", stream);
	for (const struct command_entry *each = command_table; each->name; each++)
		print_own(each, stream);
	for (int i = 0; i < GROUPS; i++) {
		fprintf(stream, "  %s\n", groups[i].all);
		print_options(COMMAND_NONE, groups[i].group, stream);
		fputc('\n', stream);
	}
	fputs("  ltsbpf --version | --help\n\n", stream);
	print_status(stream);
}

void usage_print_command(enum command command, FILE *stream)
{
	const struct command_entry *entry = command_table;

	while (entry->command != command)
		entry++;
	print_own(entry, stream);
	for (int i = 0; i < GROUPS; i++) {
		if (!has_group(command, groups[i].group))
			continue;
		fprintf(stream, "  %s\n", groups[i].one);
		print_options(command, groups[i].group, stream);
		fputc('\n', stream);
	}
	if (command == COMMAND_RECORD)
		print_status(stream);
}

int usage_printed(void)
{
	return fflush(stdout) ? fail(1, "cannot print: %s", strerror(errno)) : 0;
}

bool usage_asked_for(const char *word, FILE *stream)
{
	if (!strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help")) {
		usage_print(stream);
		return true;
	}
	if (!strcmp(word, "--version") || !strcmp(word, "-V") || !strcmp(word, "version")) {
		fprintf(stream, "ltsbpf %s\n", LTSBPF_VERSION);
		return true;
	}
	return false;
}

enum {
	LONGEST_NAME = 32
};

static size_t least(size_t a, size_t b, size_t c)
{
	size_t smaller = a < b ? a : b;

	return smaller < c ? smaller : c;
}

/* How many letters must be changed, added or dropped to make b of a (Levenshtein). */
static size_t distance(const char *a, const char *b)
{
	size_t row[LONGEST_NAME + 1], width = strlen(b);

	for (size_t i = 0; i <= width; i++)
		row[i] = i;
	for (size_t i = 1; *a; i++, a++) {
		size_t corner = row[0];
		row[0] = i;
		for (size_t j = 1; j <= width; j++) {
			size_t above = row[j];
			row[j] = least(above + 1, row[j - 1] + 1, corner + (*a != b[j - 1]));
			corner = above;
		}
	}
	return row[width];
}

const char *usage_nearest(const char *given, const char *const names[], size_t count)
{
	const char *nearest = NULL;
	size_t best = strlen(given) / 2 + 1;

	for (size_t i = 0; i < count; i++) {
		if (strlen(names[i]) > LONGEST_NAME)
			continue;
		size_t far = distance(given, names[i]);
		if (far < best) {
			best = far;
			nearest = names[i];
		}
	}
	return nearest;
}
