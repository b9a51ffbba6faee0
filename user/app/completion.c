// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/completion.h"

#include <string.h>

#include "app/option_table.h"
#include "output/output.h"

/* The words of the table, "a|b|c", with blanks between them. */
static void print_choices(const char *choices, FILE *stream)
{
	for (; *choices; choices++)
		fputc(*choices == '|' ? ' ' : *choices, stream);
}

static void print_formats(FILE *stream)
{
	for (const struct output_format *each = output_formats; each->name; each++)
		fprintf(stream, "%s%s", each == output_formats ? "" : " ", each->name);
}

static void print_commands(FILE *stream)
{
	for (const struct command_entry *each = command_table; each->name; each++)
		fprintf(stream, "%s%s", each == command_table ? "" : " ", each->name);
}

/* Text inside '...' of a shell: a quote becomes `quote`, and each of `special` gets a backslash. */
static void print_quoted(const char *text, const char *quote, const char *special, FILE *stream)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs(quote, stream);
		else
			fprintf(stream, "%s%c", strchr(special, *text) ? "\\" : "", *text);
	}
}

/* --- bash --- */

static const char bash_head[] =
	"# bash completion of ltsbpf; made by `ltsbpf completion bash`\n"
	"_ltsbpf() {\n"
	"\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
	"\tlocal command=${COMP_WORDS[1]} options='' valued='' value='' rest='' program=2\n"
	"\tif [ \"$COMP_CWORD\" = 1 ]; then\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -W '";

/* `valued` are the options of record whose value is a word of its own: the program comes later. */
static const char bash_tail[] =
	"\tesac\n"
	"\tif [ \"$command\" = record ]; then\n"
	"\t\twhile [ $program -lt \"$COMP_CWORD\" ]; do\n"
	"\t\t\tcase ${COMP_WORDS[program]} in\n"
	"\t\t\t--) program=$((program + 1)) && break ;;\n"
	"\t\t\t-*)\n"
	"\t\t\t\t[ \"${COMP_WORDS[program + 1]}\" != = ] || program=$((program + 1))\n"
	"\t\t\t\t[[ \" $valued \" != *\" ${COMP_WORDS[program]} \"* &&\n"
	"\t\t\t\t\t${COMP_WORDS[program]} != = ]] || program=$((program + 1))\n"
	"\t\t\t\t;;\n"
	"\t\t\t*) break ;;\n"
	"\t\t\tesac\n"
	"\t\t\tprogram=$((program + 1))\n"
	"\t\tdone\n"
	"\t\tif [ $program -lt \"$COMP_CWORD\" ] || [ \"${COMP_WORDS[program - 1]}\" = -- ]; then\n"
	"\t\t\tvalue=''\n"
	"\t\t\trest=program\n"
	"\t\tfi\n"
	"\tfi\n"
	"\tcase $value:$word in\n"
	"\tDIR:*)\n"
	"\t\tcompopt -o filenames\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -d -- \"$word\")\n"
	"\t\t;;\n"
	"\tFILE:*)\n"
	"\t\tcompopt -o filenames\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
	"\t\t;;\n"
	"\tUSER:*) mapfile -t COMPREPLY < <(compgen -u -- \"$word\") ;;\n"
	"\tLIST:*,*)\n"
	"\t\tmapfile -t COMPREPLY < <(\n"
	"\t\t\tcompgen -P \"${word%,*},\" -W \"$formats\" -- \"${word##*,}\")\n"
	"\t\t;;\n"
	"\tLIST:*) mapfile -t COMPREPLY < <(compgen -W \"$formats\" -- \"$word\") ;;\n"
	"\t[[:upper:]]*:*) ;;\n"
	"\t[[:lower:]]*:*) mapfile -t COMPREPLY < <(compgen -W \"$value\" -- \"$word\") ;;\n"
	"\t*)\n"
	"\t\tif [ \"$rest\" = program ] && declare -F _command_offset >/dev/null; then\n"
	"\t\t\t_command_offset $program\n"
	"\t\telif [ \"$rest\" = program ] && [ $program = \"$COMP_CWORD\" ]; then\n"
	"\t\t\tmapfile -t COMPREPLY < <(compgen -c -- \"$word\")\n"
	"\t\telif [ \"$rest\" = program ]; then\n"
	"\t\t\tcompopt -o filenames\n"
	"\t\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
	"\t\telif [[ $word == -* ]]; then\n"
	"\t\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\")\n"
	"\t\telif [ \"$command\" = record ]; then\n"
	"\t\t\tmapfile -t COMPREPLY < <(compgen -c -- \"$word\")\n"
	"\t\telif [ \"$command\" = completion ]; then\n"
	"\t\t\tmapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- \"$word\")\n"
	"\t\telif [[ $command == @(report|convert|diff|merge) ]]; then\n"
	"\t\t\tcompopt -o filenames\n"
	"\t\t\tmapfile -t COMPREPLY < <(compgen -f -X '!*.ltsbpf' -- \"$word\"\n"
	"\t\t\t\tcompgen -d -- \"$word\")\n"
	"\t\tfi\n"
	"\t\t;;\n"
	"\tesac\n"
	"}\n"
	"complete -F _ltsbpf ltsbpf\n";

static void print_bash_options(enum command command, bool valued, FILE *stream)
{
	for (const struct option_entry *each = option_table; each->name; each++) {
		if (!option_of(each, command) || (valued && (!each->value || each->optional)))
			continue;
		fprintf(stream, "--%s ", each->name);
		if (valued && each->letter)
			fprintf(stream, "-%c ", each->letter);
	}
}

static void print_bash_values(enum command command, FILE *stream)
{
	for (const struct option_entry *each = option_table; each->name; each++) {
		if (!option_of(each, command) || !each->value)
			continue;
		fprintf(stream, "\t\t--%s", each->name);
		if (each->letter && !each->optional)
			fprintf(stream, " | -%c", each->letter);
		fputs(") ", stream);
		if (each->optional) /* behind a "=" alone */
			fputs("[ -z \"$equals\" ] || ", stream);
		fputs("value='", stream);
		print_choices(each->value, stream);
		fputs("' ;;\n", stream);
	}
}

static void print_bash(FILE *stream)
{
	fputs(bash_head, stream);
	print_commands(stream);
	fputs("' -- \"$word\")\n\t\treturn\n\tfi\n\tlocal equals='' formats='", stream);
	print_formats(stream);
	fputs("'\n\t[ \"$word\" != = ] || { word='' equals=1; }\n"
	      "\t[ \"$before\" != = ] || { before=${COMP_WORDS[COMP_CWORD - 2]} equals=1; }\n"
	      "\tcase $command in\n",
	      stream);
	for (const struct command_entry *each = command_table; each->name; each++) {
		fprintf(stream, "\t%s)\n\t\toptions='", each->name);
		print_bash_options(each->command, false, stream);
		fputs("' valued='", stream);
		print_bash_options(each->command, true, stream);
		fputs("'\n\t\tcase $before in\n", stream);
		print_bash_values(each->command, stream);
		fputs("\t\tesac\n\t\t;;\n", stream);
	}
	fputs(bash_tail, stream);
}

/* --- zsh --- */

/* What completes a value, behind the colon of an _arguments spec. */
static void print_zsh_value(const struct option_entry *option, FILE *stream)
{
	if (!strcmp(option->value, "DIR")) {
		fputs("_files -/", stream);
	} else if (!strcmp(option->value, "FILE")) {
		fputs("_files", stream);
	} else if (!strcmp(option->value, "USER")) {
		fputs("_users", stream);
	} else if (!strcmp(option->value, "LIST")) {
		fputs("_sequence compadd - ", stream);
		print_formats(stream);
	} else if (option_is_choice(option)) {
		fputc('(', stream);
		print_choices(option->value, stream);
		fputc(')', stream);
	} else {
		fputc(' ', stream);
	}
}

static void print_zsh_spec(const struct option_entry *option, bool letter, FILE *stream)
{
	const char *sign = !option->value     ? ""
			   : option->optional ? (letter ? "-" : "=-")
					      : (letter ? "+" : "=");

	fputs("\t\t'", stream);
	if (!strcmp(option->value ? option->value : "", "GLOB") ||
	    !strcmp(option->value ? option->value : "", "RULE"))
		fputc('*', stream);
	if (letter)
		fprintf(stream, "-%c%s[", option->letter, sign);
	else
		fprintf(stream, "--%s%s[", option->name, sign);
	print_quoted(option->help, "'\\''", "[]:\\", stream);
	fputc(']', stream);
	if (option->value) {
		fputs(option->optional ? "::value:" : ":value:", stream);
		print_zsh_value(option, stream);
	}
	fputs("' \\\n", stream);
}

static void print_zsh_command(const struct command_entry *command, FILE *stream)
{
	fprintf(stream, "\t%s)\n\t\t_arguments -s -S : \\\n", command->name);
	for (const struct option_entry *each = option_table; each->name; each++) {
		if (!option_of(each, command->command))
			continue;
		if (each->letter)
			print_zsh_spec(each, true, stream);
		print_zsh_spec(each, false, stream);
	}
	if (command->command == COMMAND_RECORD)
		fputs("\t\t'(-)1:program: _command_names -e' '*::argument: _normal'\n", stream);
	else if (command->command == COMMAND_COMPLETION)
		fputs("\t\t':shell:(bash zsh fish)'\n", stream);
	else if (*command->operands)
		fputs("\t\t'*:recording:_files -g \"*.ltsbpf\"'\n", stream);
	else
		fputs("\t\t':'\n", stream);
	fputs("\t\t;;\n", stream);
}

static void print_zsh(FILE *stream)
{
	fputs("#compdef ltsbpf\n"
	      "# zsh completion of ltsbpf; made by `ltsbpf completion zsh`\n"
	      "_ltsbpf() {\n\tlocal -a names=(\n",
	      stream);
	for (const struct command_entry *each = command_table; each->name; each++) {
		fprintf(stream, "\t\t'%s:", each->name);
		print_quoted(each->help, "'\\''", ":\\", stream);
		fputs("'\n", stream);
	}
	fputs("\t)\n\tif ((CURRENT == 2)); then\n\t\t_describe command names\n\t\treturn\n\tfi\n"
	      "\tshift words\n\t((CURRENT--))\n\tcase $words[1] in\n",
	      stream);
	for (const struct command_entry *each = command_table; each->name; each++)
		print_zsh_command(each, stream);
	fputs("\tesac\n}\n"
	      "if [ \"$funcstack[1]\" = _ltsbpf ]; then\n"
	      "\t_ltsbpf \"$@\"\n"
	      "else\n"
	      "\tcompdef _ltsbpf ltsbpf\n"
	      "fi\n",
	      stream);
}

/* --- fish --- */

static const char fish_head[] =
	"# fish completion of ltsbpf; made by `ltsbpf completion fish`\n"
	"function __ltsbpf_first\n\ttest (count (commandline -opc)) -eq 1\nend\n"
	"function __ltsbpf_in\n\tset -l words (commandline -opc)\n"
	"\ttest (count $words) -gt 1; and contains -- $words[2] $argv\nend\n"
	"complete -c ltsbpf -f\n"
	"complete -c ltsbpf -n '__ltsbpf_in report convert diff merge' "
	"-k -a '(__fish_complete_suffix .ltsbpf)'\n"
	"complete -c ltsbpf -n '__ltsbpf_in completion' -a 'bash zsh fish'\n";

static void print_fish_value(const struct option_entry *option, FILE *stream)
{
	if (!strcmp(option->value, "DIR")) {
		fputs(" -x -a '(__fish_complete_directories)'", stream);
	} else if (!strcmp(option->value, "FILE")) {
		fputs(" -r -F", stream);
	} else if (!strcmp(option->value, "USER")) {
		fputs(" -x -a '(__fish_complete_users)'", stream);
	} else if (!strcmp(option->value, "LIST")) {
		fputs(" -x -a '(__fish_append , ", stream);
		print_formats(stream);
		fputs(")'", stream);
	} else if (option_is_choice(option)) {
		fputs(option->optional ? " -a '" : " -x -a '", stream);
		print_choices(option->value, stream);
		fputc('\'', stream);
	} else {
		fputs(" -x", stream);
	}
}

static void print_fish_option(const struct option_entry *option, FILE *stream)
{
	fputs("complete -c ltsbpf -n '__ltsbpf_in", stream);
	for (const struct command_entry *each = command_table; each->name; each++)
		if (option_of(option, each->command))
			fprintf(stream, " %s", each->name);
	fprintf(stream, "' -l %s", option->name);
	if (option->letter)
		fprintf(stream, " -s %c", option->letter);
	if (option->value)
		print_fish_value(option, stream);
	fputs(" -d '", stream);
	print_quoted(option->help, "\\'", "\\", stream);
	fputs("'\n", stream);
}

/* The program of `record` completes as it does by itself: what stands before it is skipped. */
static void print_fish_program(FILE *stream)
{
	fputs("complete -c ltsbpf -n '__ltsbpf_in record' -x "
	      "-a '(__fish_complete_subcommand --fcs-skip=2",
	      stream);
	for (const struct option_entry *each = option_table; each->name; each++) {
		if (!option_of(each, COMMAND_RECORD) || !each->value || each->optional)
			continue;
		fprintf(stream, " --%s", each->name);
		if (each->letter)
			fprintf(stream, " -%c", each->letter);
	}
	fputs(")'\n", stream);
}

static void print_fish(FILE *stream)
{
	fputs(fish_head, stream);
	for (const struct command_entry *each = command_table; each->name; each++) {
		fprintf(stream, "complete -c ltsbpf -n __ltsbpf_first -a %s -d '", each->name);
		print_quoted(each->help, "\\'", "\\", stream);
		fputs("'\n", stream);
	}
	for (const struct option_entry *each = option_table; each->name; each++)
		print_fish_option(each, stream);
	print_fish_program(stream);
}

void completion_print(const char *shell, FILE *stream)
{
	if (!strcmp(shell, "bash"))
		print_bash(stream);
	else if (!strcmp(shell, "zsh"))
		print_zsh(stream);
	else
		print_fish(stream);
}
