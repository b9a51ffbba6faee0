// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/option_table.h"

#include <string.h>

#include "app/option_values.h"

#define IN(command)   (1u << COMMAND_##command)
#define FIELD(member) offsetof(struct options, member)
#define SHOWN	      (IN(REPORT) | IN(CONVERT) | IN(DIFF))
#define ALL	      (IN(RECORD) | SHOWN | IN(MERGE) | IN(DOCTOR) | IN(MAN) | IN(COMPLETION))

const struct command_entry command_table[] = {
	{"record", COMMAND_RECORD, "[--] COMMAND...",
	 "Runs the command and profiles it and all processes that it starts. Writes "
	 "profiles/profile.ltsbpf, the recording, and the files of the formats beside it.",
	 true},
	{"report", COMMAND_REPORT, "FILE",
	 "Prints what a recording says: where the time goes, losses, processes.", false},
	{"convert", COMMAND_CONVERT, "FILE",
	 "Makes the output files again from a recording, on any machine.", false},
	{"diff", COMMAND_DIFF, "OLD NEW | NEW...",
	 "Compares two recordings, or the recordings NEW with those of --baseline: which "
	 "functions take more or less of the time, beyond chance. Exit status: 0, 1 when a rule "
	 "of --fail-on is broken, 3 when they cannot be compared.",
	 false},
	{"merge", COMMAND_MERGE, "FILE...", "Makes one recording of several.", false},
	{"doctor", COMMAND_DOCTOR, "",
	 "Checks what this machine offers and tells what to do about what is missing.", true},
	{"man", COMMAND_MAN, "", "Prints the manual page, in mdoc.", false},
	{"completion", COMMAND_COMPLETION, "bash|zsh|fish",
	 "Prints the completion of this command line for a shell.", false},
	{0},
};

/* In the order in which they are shown. */
const struct option_entry option_table[] = {
	{"rate", 'r', .value = "HZ", .commands = IN(RECORD), .take = take_rate,
	 .help = "samples per second of CPU time, 1 to 20000 (default 99)"},
	{"clock", .value = "cpu|tick", .commands = IN(RECORD), .take = take_clock,
	 .help = "cpu: a clock of our own; tick: the scheduler's tick, for long runs at almost "
		 "no cost (default cpu)"},
	{"duration", 'd', .value = "SEC", .commands = IN(RECORD), .take = take_duration,
	 .help = "stop profiling after so long; the program runs on"},
	{"format", 'f', .value = "LIST", .commands = IN(RECORD) | IN(CONVERT), .take = take_text,
	 .field = FIELD(formats),
	 .help = "which files to make, with commas (default svg,pstats,folded)"},
	{"output", 'o', .value = "DIR", .commands = IN(RECORD) | IN(CONVERT), .take = take_folder,
	 .field = FIELD(output), .help = "where the files go (default profiles; made if missing)"},
	{"output", 'o', .value = "DIR", .commands = IN(DIFF), .take = take_folder,
	 .field = FIELD(output), .help = "write the graph of what changed, too, into this folder"},
	{"output", 'o', .value = "FILE", .commands = IN(REPORT), .take = take_file,
	 .field = FIELD(output), .help = "a file for the report instead of stdout"},
	{"output", 'o', .value = "FILE", .commands = IN(MERGE), .take = take_file,
	 .field = FIELD(output), .help = "the recording to make"},
	{"name", .value = "BASE", .commands = IN(RECORD) | IN(CONVERT), .take = take_name,
	 .field = FIELD(name),
	 .help = "base name of the files (default profile; record: an older set becomes .old)"},
	{"name", .value = "BASE", .commands = IN(DIFF), .take = take_name, .field = FIELD(name),
	 .help = "base name of its file (default diff)"},
	{"no-subprocesses", .commands = IN(RECORD), .take = take_one_process,
	 .help = "only the first process"},
	{"subprocesses", 's', .commands = IN(RECORD), .take = take_flag,
	 .field = FIELD(subprocesses), .help = "all processes (the default)"},
	{"user", .value = "USER", .commands = IN(RECORD), .take = take_text, .field = FIELD(user),
	 .help = "run the command as this user (default: who called sudo)"},
	{"as-root", .commands = IN(RECORD), .take = take_flag, .field = FIELD(as_root),
	 .help = "run the command as root"},
	{"calls", .value = "require", .optional = true, .commands = IN(RECORD), .take = take_calls,
	 .help = "count calls exactly, where the Python has the probes for it: 1 to 2 us a call; "
		 "require: fail where it has not"},
	{"calls-budget", .value = "PERCENT", .commands = IN(RECORD), .take = take_budget,
	 .help = "of the program's time that counting may cost, then it ends (default 50; none = "
		 "no limit)"},
	{"include", .value = "REGEX", .commands = IN(RECORD), .take = take_pattern,
	 .field = FIELD(include), .help = "count only functions that match, by name or file"},
	{"exclude", .value = "REGEX", .commands = IN(RECORD), .take = take_pattern,
	 .field = FIELD(exclude), .help = "do not count functions that match"},
	{"no-native", .commands = IN(RECORD), .take = take_flag, .field = FIELD(no_native),
	 .help = "Python functions only: no native, JIT and kernel frames"},
	{"kernel", 'k', .value = "auto|yes|no", .optional = true, .commands = IN(RECORD),
	 .take = take_kernel,
	 .help = "kernel frames; auto (default): where their names can be read; -k alone: yes"},
	{"inlines", .commands = IN(RECORD), .take = take_flag, .field = FIELD(inlines),
	 .help = "lines and inlined functions of native code, from DWARF: the files take longer "
		 "to make"},

	{"baseline", .value = "GLOB", .commands = IN(DIFF), .take = take_repeated,
	 .field = FIELD(baselines),
	 .help = "recordings to compare with, a pattern in quotes; may be repeated. Every file "
		 "named is a new one then"},
	{"fail-on", .value = "RULE", .commands = IN(DIFF), .take = take_repeated,
	 .field = FIELD(fail_on),
	 .help = "exit status 1 when a function got slower beyond chance: +5pp (any, by 5 points "
		 "of the total), func:REGEX>10% (those that match, by a tenth); may be repeated"},
	{"markdown", .commands = IN(REPORT) | IN(DIFF), .take = take_form,
	 .help = "as Markdown, for a pull request or $GITHUB_STEP_SUMMARY"},
	{"json", .commands = IN(REPORT) | IN(DIFF), .take = take_form, .help = "as JSON"},
	{"html", .commands = IN(REPORT), .take = take_form,
	 .help = "as one page of HTML that needs no other file"},
	{"checklist", .commands = IN(REPORT), .take = take_form,
	 .help = "the five steps of docs/checklist.md with the figures of this recording"},
	{"sort", .value = "self|total|name", .commands = IN(REPORT) | IN(DIFF), .take = take_sort,
	 .help = "order of the table of functions (default self)"},
	{"top", .value = "N", .commands = IN(REPORT) | IN(DIFF), .take = take_top,
	 .help = "so many rows in a table"},

	{"threads", 't', .group = GROUP_VIEW, .commands = IN(RECORD) | SHOWN, .take = take_flag,
	 .field = FIELD(by_thread), .help = "split by thread"},
	{"lines", .group = GROUP_VIEW, .commands = IN(RECORD) | SHOWN, .take = take_flag,
	 .field = FIELD(by_line), .help = "split Python functions by the line they are at"},
	{"interpreter-frames", .group = GROUP_VIEW, .commands = IN(RECORD) | SHOWN,
	 .take = take_flag, .field = FIELD(interpreter_frames),
	 .help = "show the interpreter's own machinery as well"},
	{"fold-kernel", .group = GROUP_VIEW, .commands = IN(RECORD) | SHOWN, .take = take_flag,
	 .field = FIELD(fold_kernel),
	 .help = "kernel frames count for the function that called the kernel"},
	{"pstats-native", .group = GROUP_VIEW, .commands = IN(RECORD) | IN(REPORT) | IN(CONVERT),
	 .take = take_flag, .field = FIELD(pstats_native),
	 .help = "in pstats, native, JIT and kernel functions have entries of their own"},

	{"include", .value = "REGEX", .group = GROUP_FILTER, .commands = SHOWN,
	 .take = take_pattern, .field = FIELD(include),
	 .help = "only stacks with a function that matches"},
	{"exclude", .value = "REGEX", .group = GROUP_FILTER, .commands = SHOWN,
	 .take = take_pattern, .field = FIELD(exclude),
	 .help = "no stacks with a function that matches"},
	{"process", .value = "REGEX", .group = GROUP_FILTER, .commands = SHOWN,
	 .take = take_pattern, .field = FIELD(process),
	 .help = "only processes whose name, or whole number, matches"},
	{"thread", .value = "REGEX", .group = GROUP_FILTER, .commands = SHOWN, .take = take_pattern,
	 .field = FIELD(thread), .help = "only threads whose name, or whole number, matches"},
	{"skip-first", .value = "SEC", .group = GROUP_FILTER, .commands = SHOWN, .take = take_skip,
	 .help = "without the samples of the first so many seconds"},

	{"quiet", 'q', .group = GROUP_COMMON, .commands = IN(RECORD) | SHOWN | IN(MERGE),
	 .take = take_quiet, .help = "errors and warnings only"},
	{"verbose", 'v', .group = GROUP_COMMON,
	 .commands = IN(RECORD) | SHOWN | IN(MERGE) | IN(DOCTOR), .take = take_verbose,
	 .help = "more detail"},
	{"help", 'h', .group = GROUP_COMMON, .commands = ALL,
	 .help = "these texts, for one command: ltsbpf COMMAND --help"},
	{0},
};

const struct command_entry *command_find(const char *name)
{
	for (const struct command_entry *each = command_table; each->name; each++)
		if (!strcmp(each->name, name))
			return each;
	return NULL;
}

bool option_of(const struct option_entry *option, enum command command)
{
	return option->commands >> command & 1;
}

bool option_is_choice(const struct option_entry *option)
{
	return option->value && *option->value >= 'a';
}
