// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/man_page.h"

#include <string.h>

#include "app/option_table.h"
#include "output/output.h"

enum {
	WIDTH = 78 /* of a text line, which mdoc joins */
};

/* One word, none of it markup, its dashes those of options. */
static void print_word(const char *word, size_t length, FILE *stream)
{
	for (size_t i = 0; i < length; i++) {
		if (word[i] == '\\')
			fputs("\\e", stream);
		else if (word[i] == '-' && (!i || word[i - 1] == '-'))
			fputs("\\-", stream);
		else
			fputc(word[i], stream);
	}
}

/* Words of the table as text lines: each sentence begins one. */
static void print_text(const char *words, FILE *stream)
{
	size_t column = 0;
	bool ended = false;

	while (*words) {
		size_t length = strcspn(words, " ");
		bool next = column && (ended || column + length > WIDTH);
		fputs(!column ? "" : next ? "\n" : " ", stream);
		column = next ? 0 : column;
		if (!column && (*words == '.' || *words == '\''))
			fputs("\\&", stream);
		print_word(words, length, stream);
		column += length + 1;
		ended = words[length - 1] == '.';
		words += length + strspn(words + length, " ");
	}
	fputc('\n', stream);
}

static void print_option(const struct option_entry *option, FILE *stream)
{
	fputs(".It ", stream);
	if (option->letter)
		fprintf(stream, "Fl %c , ", option->letter);
	fprintf(stream, "Fl Fl %s", option->name);
	if (option->value)
		fprintf(stream, option->optional ? " Ns Op = Ns Ar %s" : " Ar %s", option->value);
	fputc('\n', stream);
	print_text(option->help, stream);
}

/* The options of a command (of none = of any) in a group; prints nothing where there is none. */
static void print_options(enum command command, enum option_group group, FILE *stream)
{
	bool any = false;

	for (const struct option_entry *each = option_table; each->name; each++) {
		if (each->group != group || (command && !option_of(each, command)))
			continue;
		if (!any)
			fputs(".Bl -tag -width Ds\n", stream);
		any = true;
		print_option(each, stream);
	}
	if (any)
		fputs(".El\n", stream);
}

static void print_synopsis(FILE *stream)
{
	fputs(".Sh SYNOPSIS\n", stream);
	for (const struct command_entry *each = command_table; each->name; each++) {
		fprintf(stream, ".Nm\n.Cm %s\n.Op Ar options\n", each->name);
		if (*each->operands)
			fprintf(stream, ".Ar %s\n", each->operands);
	}
	fputs(".Nm\n.Fl Fl version | Fl Fl help\n", stream);
}

static void print_command(const struct command_entry *command, FILE *stream)
{
	fprintf(stream, ".Ss %s\n", command->name);
	print_text(command->help, stream);
	print_options(command->command, GROUP_OWN, stream);
}

static void print_formats(FILE *stream)
{
	fputs(".Sh FORMATS\n", stream);
	for (const struct output_format *each = output_formats; each->name; each++)
		fprintf(stream, "%s (%s)%s\n", each->name, each->ending, each[1].name ? "," : ".");
}

static void print_end(FILE *stream)
{
	fputs(".Sh ENVIRONMENT\n"
	      ".Bl -tag -width Ds\n"
	      ".It Ev NO_COLOR\n"
	      "if set and not empty, messages have no colour, on a terminal too.\n"
	      ".It Ev XDG_CACHE_HOME\n"
	      "where unwind tables are kept, in a folder ltsbpf; else in ~/.cache.\n"
	      ".El\n"
	      ".Sh EXIT STATUS\n"
	      ".Cm record\n"
	      "ends with the exit status of its command, and with 128 + n when signal n\n"
	      "ended it;\n"
	      "with 125 when it failed before it started the command, 126 when the command\n"
	      "cannot be executed, 127 when it was not found.\n"
	      "The other commands end with 0, or with 1 after a failure.\n"
	      "A mistake on the command line is 2.\n"
	      ".Sh EXAMPLES\n"
	      ".Dl sudo ltsbpf record \\-\\- python script.py\n"
	      ".Dl ltsbpf report profiles/profile.ltsbpf\n"
	      ".Dl ltsbpf diff before.ltsbpf after.ltsbpf\n"
	      ".Sh SEE ALSO\n"
	      ".Xr perf 1 ,\n"
	      ".Xr bpf 2 ,\n"
	      ".Xr perf_event_open 2\n",
	      stream);
}

void man_page_print(FILE *stream)
{
	fprintf(stream,
		".Dd November 25, 2026\n.Dt LTSBPF 1\n.Os \"ltsbpf %s\"\n"
		".Sh NAME\n.Nm ltsbpf\n.Nd profile Python programs from the outside, by eBPF\n",
		LTSBPF_VERSION);
	print_synopsis(stream);
	fputs(".Sh DESCRIPTION\n", stream);
	for (const struct command_entry *each = command_table; each->name; each++)
		print_command(each, stream);
	fputs(".Ss How it is shown: record, report, convert, diff\n", stream);
	print_options(COMMAND_NONE, GROUP_VIEW, stream);
	fputs(".Ss Which samples are shown: report, convert, diff\n", stream);
	print_options(COMMAND_NONE, GROUP_FILTER, stream);
	fputs(".Ss Each command\n", stream);
	print_options(COMMAND_NONE, GROUP_COMMON, stream);
	print_formats(stream);
	print_end(stream);
}
