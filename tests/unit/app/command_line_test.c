// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/command_line.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "check.h"

enum {
	MOST_WORDS = 32
};

struct parsed {
	int status;
	struct options options;
	char words[512];
	char *argv[MOST_WORDS + 1];
	char said[16384]; /* on stderr, then on stdout */
};

/* What is written to the descriptor goes into the file from here on; returns the old one. */
static int redirect(int fd, FILE *file)
{
	int saved = dup(fd);

	dup2(fileno(file), fd);
	return saved;
}

static void give_back(int fd, int saved)
{
	dup2(saved, fd);
	close(saved);
}

/* Parses a command line without quotes; "''" is an empty word. */
static struct parsed *parse(const char *line)
{
	struct parsed *parsed = calloc(1, sizeof(*parsed));
	FILE *said = tmpfile();
	int argc = 0, err, out;

	snprintf(parsed->words, sizeof(parsed->words), "%s", line);
	for (char *word = strtok(parsed->words, " "); word; word = strtok(NULL, " "))
		parsed->argv[argc++] = strcmp(word, "''") ? word : word + 2;
	fflush(stdout);
	err = redirect(STDERR_FILENO, said);
	out = redirect(STDOUT_FILENO, said);
	log_set_level(LOG_NORMAL);
	parsed->status = command_line_parse(argc, parsed->argv, &parsed->options);
	fflush(stdout);
	give_back(STDERR_FILENO, err);
	give_back(STDOUT_FILENO, out);
	rewind(said);
	parsed->said[fread(parsed->said, 1, sizeof(parsed->said) - 1, said)] = '\0';
	fclose(said);
	return parsed;
}

static void check_refused(const char *line, const char *said)
{
	struct parsed *parsed = parse(line);

	check_int(parsed->status, OPTIONS_USAGE_ERROR);
	check_contains(parsed->said, said);
	free(parsed);
}

static void a_program_needs_nothing_else(void)
{
	struct parsed *parsed = parse("ltsbpf record -- python x.py -r 5");
	const struct options *options = &parsed->options;

	check_int(parsed->status, OPTIONS_GO_ON);
	check_int(options->command, COMMAND_RECORD);
	check_near(options->rate_hz, 99, 0);
	check_true(!options->tick && options->subprocesses && !options->as_root);
	check_true(!options->by_thread && !options->interpreter_frames && !options->fold_kernel);
	check_true(!options->pstats_native && !options->no_native && !options->inlines);
	check_int(options->kernel, KERNEL_AUTO);
	check_near(options->duration_s, 0, 0);
	check_null(options->user);
	check_str(options->output, "profiles");
	check_str(options->name, "profile");
	check_str(options->formats, "svg,pstats,folded");
	check_str(options->program[0], "python");
	check_str(options->program[3], "5");
	check_null(options->program[4]);
	check_str(parsed->said, "");
	free(parsed);
}

static void every_option_is_taken(void)
{
	struct parsed *parsed =
		parse("ltsbpf record -r 997.5 --clock tick -d 2.5 -o out --name run "
		      "-f svg --no-subprocesses -t --user nobody make all");
	const struct options *options = &parsed->options;

	check_int(parsed->status, OPTIONS_GO_ON);
	check_near(options->rate_hz, 997.5, 0);
	check_true(options->tick && !options->subprocesses && options->by_thread);
	check_near(options->duration_s, 2.5, 0);
	check_str(options->output, "out");
	check_str(options->name, "run");
	check_str(options->formats, "svg");
	check_str(options->user, "nobody");
	check_str(options->program[0], "make");
	check_str(options->program[1], "all");
	free(parsed);
}

/* The program's options are its own, with or without the two dashes. */
static void options_behind_the_program_are_not_ours(void)
{
	struct parsed *parsed = parse("ltsbpf record python -o x --help");

	check_int(parsed->status, OPTIONS_GO_ON);
	check_str(parsed->options.output, "profiles");
	check_str(parsed->options.program[3], "--help");
	free(parsed);
}

static void the_last_of_two_contrary_options_counts(void)
{
	struct parsed *parsed = parse("ltsbpf record --no-subprocesses -s --clock tick "
				      "--clock cpu -- x");

	check_true(parsed->options.subprocesses && !parsed->options.tick);
	free(parsed);
}

static void bounds_are_within(void)
{
	static const char *const lines[] = {
		"ltsbpf record -r 1 -- x",
		"ltsbpf record -r 20000 -- x",
		"ltsbpf record --rate=1e2 -- x",
		"ltsbpf record -d 0.001 -- x",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct parsed *parsed = parse(lines[i]);
		check_int(parsed->status, OPTIONS_GO_ON);
		free(parsed);
	}
}

static void wrong_values_are_refused_with_what_is_expected(void)
{
	check_refused("ltsbpf record -r 0 -- x", "--rate '0': expected");
	check_refused("ltsbpf record -r 20001 -- x", "1 to 20000");
	check_refused("ltsbpf record -r nan -- x", "--rate 'nan'");
	check_refused("ltsbpf record -r 99Hz -- x", "--rate '99Hz'");
	check_refused("ltsbpf record -r '' -- x", "--rate ''");
	check_refused("ltsbpf record -d 0 -- x", "--duration '0'");
	check_refused("ltsbpf record -d inf -- x", "--duration 'inf'");
	check_refused("ltsbpf record --clock wall -- x", "expected cpu or tick");
	check_refused("ltsbpf record -o '' -- x", "--output ''");
	check_refused("ltsbpf record --name a/b -- x", "--name 'a/b'");
	check_refused("ltsbpf record --name .. -- x", "--name '..'");
	check_refused("ltsbpf record --name '' -- x", "--name ''");
	check_refused("ltsbpf record --user a --as-root -- x", "exclude each other");
}

static void mistyped_options_are_named(void)
{
	check_refused("ltsbpf record --thread-names -- x", "unknown option '--thread-names'");
	check_refused("ltsbpf record --formt svg -- x", "Did you mean --format?");
	check_refused("ltsbpf record --no-subproceses=1 -- x", "Did you mean --no-subprocesses?");
	check_refused("ltsbpf record -tx -- x", "unknown option '-tx'");
	check_refused("ltsbpf record -x -- x", "unknown option '-x'");
	check_refused("ltsbpf report run.ltsbpf --bad", "unknown option '--bad'");
	check_refused("ltsbpf report a -t -z", "unknown option '-z'");
	check_refused("ltsbpf report -r 5 a", "unknown option '-r'");
	check_refused("ltsbpf record --rate", "option '--rate' needs a value");
	check_refused("ltsbpf convert a -o", "option '-o' needs a value");
	check_refused("ltsbpf report --treads a", "Did you mean --threads? `ltsbpf report --help`");
}

static void mistyped_commands_are_named(void)
{
	check_refused("ltsbpf recrod -- x", "Did you mean record?");
	check_refused("ltsbpf python x.py", "sudo ltsbpf record -- python ...");
	check_refused("ltsbpf --rate 5", "unknown command '--rate'");
}

static void what_is_missing_is_asked_for(void)
{
	check_refused("ltsbpf", "sudo ltsbpf record [options] [--] COMMAND...");
	check_refused("ltsbpf record", "no program given");
	check_refused("ltsbpf record -t --", "no program given");
	check_refused("ltsbpf report", "report: expected one recording");
	check_refused("ltsbpf convert a b", "convert: expected one recording");
	check_refused("ltsbpf doctor a", "takes no file");
	check_refused("ltsbpf man a", "takes no file");
	check_refused("ltsbpf completion", "expected bash, zsh or fish");
	check_refused("ltsbpf completion tcsh", "expected bash, zsh or fish");
	check_refused("ltsbpf completion bash zsh", "expected bash, zsh or fish");
	check_refused("ltsbpf diff a", "diff: expected two recordings");
	check_refused("ltsbpf diff a b c", "diff: expected two recordings");
	check_refused("ltsbpf diff --baseline x", "diff: expected two recordings");
	check_refused("ltsbpf merge a b", "with -o");
	check_refused("ltsbpf merge -o x", "merge: expected recordings");
}

static void a_recording_may_stand_before_the_options(void)
{
	struct parsed *parsed = parse("ltsbpf convert a.ltsbpf -f folded -o out -t");

	check_int(parsed->status, OPTIONS_GO_ON);
	check_int(parsed->options.command, COMMAND_CONVERT);
	check_str(parsed->options.files[0], "a.ltsbpf");
	check_str(parsed->options.formats, "folded");
	check_str(parsed->options.output, "out");
	check_true(parsed->options.by_thread);
	free(parsed);
	parsed = parse("ltsbpf report -- -t");
	check_int(parsed->options.command, COMMAND_REPORT);
	check_str(parsed->options.files[0], "-t");
	check_true(!parsed->options.by_thread);
	free(parsed);
}

static void counting_calls_has_its_options(void)
{
	struct parsed *parsed =
		parse("ltsbpf record --calls=require --calls-budget none --include ^a -- x");

	check_true(parsed->options.calls && parsed->options.calls_required);
	check_near(parsed->options.calls_budget_percent, 0, 0);
	check_str(parsed->options.include, "^a");
	free(parsed);
	parsed = parse("ltsbpf record --calls --exclude b$ -- x");
	check_true(parsed->options.calls && !parsed->options.calls_required);
	check_near(parsed->options.calls_budget_percent, 50, 0);
	check_str(parsed->options.exclude, "b$");
	free(parsed);
	check_refused("ltsbpf record --calls=maybe -- x", "--calls 'maybe'");
	check_refused("ltsbpf record --calls-budget 0 -- x", "--calls-budget '0'");
	check_refused("ltsbpf record --include ( -- x", "--include '('");
	check_refused("ltsbpf record --exclude [a -- x", "--exclude '[a'");
}

static void machine_code_has_its_options(void)
{
	struct parsed *parsed = parse("ltsbpf record -k --inlines -- x");

	check_int(parsed->options.kernel, KERNEL_YES);
	check_true(parsed->options.inlines && !parsed->options.no_native);
	free(parsed);
	parsed = parse("ltsbpf record --no-native --kernel=auto -- x");
	check_int(parsed->options.kernel, KERNEL_AUTO);
	check_true(parsed->options.no_native && !parsed->options.inlines);
	free(parsed);
	parsed = parse("ltsbpf record --no-native -qkno -- x");
	check_int(parsed->status, OPTIONS_GO_ON);
	check_int(parsed->options.kernel, KERNEL_NO);
	free(parsed);
	parsed = parse("ltsbpf record -k=no -- x");
	check_int(parsed->options.kernel, KERNEL_NO);
	free(parsed);
	check_refused("ltsbpf record --kernel=maybe -- x",
		      "--kernel 'maybe': expected auto, yes or no");
	check_refused("ltsbpf record --kernel= -- x", "--kernel ''");
	check_refused("ltsbpf record --no-native -kyes -- x",
		      "--kernel=yes and --no-native contradict each other; drop one");
	check_refused("ltsbpf record -k --no-native -- x", "contradict each other");
	check_refused("ltsbpf convert -k a", "unknown option '-k'");
	check_refused("ltsbpf report --no-native a", "unknown option '--no-native'");
}

/* `record -k yes -- python x.py` must not run yes. */
static void a_kernel_value_is_no_program(void)
{
	struct parsed *parsed = parse("ltsbpf record -k -- yes");

	check_int(parsed->status, OPTIONS_GO_ON);
	check_str(parsed->options.program[0], "yes");
	free(parsed);
	parsed = parse("ltsbpf record -k yesod x");
	check_str(parsed->options.program[0], "yesod");
	free(parsed);
	check_refused("ltsbpf record -k yes -- python x.py", "without a blank: --kernel=yes");
	check_refused("ltsbpf record --kernel no -- x", "--kernel no: this value");
	check_refused("ltsbpf record -k auto x", "If 'auto' is the program, put -- before it");
}

static void the_view_has_its_options_in_each_command(void)
{
	static const char *const lines[] = {
		"ltsbpf record -t --interpreter-frames --fold-kernel --pstats-native -- x",
		"ltsbpf report -t --interpreter-frames --fold-kernel --pstats-native a",
		"ltsbpf convert -t --interpreter-frames --fold-kernel --pstats-native a",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct parsed *parsed = parse(lines[i]);
		check_int(parsed->status, OPTIONS_GO_ON);
		check_true(parsed->options.by_thread && parsed->options.interpreter_frames);
		check_true(parsed->options.fold_kernel && parsed->options.pstats_native);
		free(parsed);
	}
	struct parsed *parsed = parse("ltsbpf convert --fold-kernel a");
	check_true(parsed->options.fold_kernel && !parsed->options.interpreter_frames);
	check_true(!parsed->options.pstats_native && !parsed->options.by_thread);
	free(parsed);
	check_refused("ltsbpf doctor --fold-kernel", "unknown option '--fold-kernel'");
}

static void a_report_has_its_options(void)
{
	struct parsed *parsed = parse("ltsbpf report a --markdown --sort total --top 5 --lines "
				      "--include f --exclude g --process p --thread t "
				      "--skip-first 1.5 -o out.md");
	const struct options *options = &parsed->options;

	check_int(parsed->status, OPTIONS_GO_ON);
	check_int(options->form, REPORT_MARKDOWN);
	check_int(options->sort, SORT_TOTAL);
	check_int(options->top, 5);
	check_true(options->by_line && !options->by_thread);
	check_str(options->include, "f");
	check_str(options->exclude, "g");
	check_str(options->process, "p");
	check_str(options->thread, "t");
	check_near(options->skip_first_s, 1.5, 0);
	check_str(options->output, "out.md");
	free(parsed);
	parsed = parse("ltsbpf report a");
	check_null(parsed->options.output);
	check_int(parsed->options.form, REPORT_TEXT);
	check_int(parsed->options.top, 0);
	free(parsed);
	check_refused("ltsbpf report a --json --html", "--json and --html exclude each other");
	check_refused("ltsbpf convert a --json", "unknown option '--json'");
}

static void recordings_are_compared(void)
{
	struct parsed *parsed = parse("ltsbpf diff old new --fail-on +5pp --fail-on func:f>10%");
	const struct options *options = &parsed->options;

	check_int(parsed->status, OPTIONS_GO_ON);
	check_int(options->command, COMMAND_DIFF);
	check_int(options->file_count, 2);
	check_str(options->files[1], "new");
	check_int(options->fail_on.count, 2);
	check_str(options->fail_on.items[1], "func:f>10%");
	check_null(options->output);
	check_str(options->name, "diff");
	free(parsed);
	parsed = parse("ltsbpf diff --baseline a* --baseline b* new1 new2 new3 --name x -o out");
	options = &parsed->options;
	check_int(parsed->status, OPTIONS_GO_ON);
	check_int(options->file_count, 3);
	check_int(options->baselines.count, 2);
	check_str(options->baselines.items[0], "a*");
	check_str(options->name, "x");
	check_str(options->output, "out");
	free(parsed);
	check_refused("ltsbpf diff a b --html", "unknown option '--html'");
	check_refused("ltsbpf diff a", "diff: expected two recordings");
	check_refused("ltsbpf diff a b c", "diff: expected two recordings");
	check_refused("ltsbpf diff --baseline a*", "diff: expected two recordings");
}

static void recordings_are_merged(void)
{
	struct parsed *parsed = parse("ltsbpf merge a b c -o all");

	check_int(parsed->status, OPTIONS_GO_ON);
	check_int(parsed->options.command, COMMAND_MERGE);
	check_int(parsed->options.file_count, 3);
	check_str(parsed->options.output, "all");
	free(parsed);
}

static void a_shell_is_completed(void)
{
	struct parsed *parsed = parse("ltsbpf completion fish");

	check_int(parsed->status, OPTIONS_GO_ON);
	check_int(parsed->options.command, COMMAND_COMPLETION);
	check_str(parsed->options.shell, "fish");
	free(parsed);
}

static void help_and_version_end_well(void)
{
	static const struct {
		const char *line, *has;
	} helps[] = {
		{"ltsbpf --help", "ltsbpf report [options] FILE"},
		{"ltsbpf -h", "--fail-on RULE"},
		{"ltsbpf help", "--skip-first SEC"},
		{"ltsbpf help merge", "  ltsbpf merge [options] FILE...\n"},
		{"ltsbpf record --help", "--rate HZ"},
		{"ltsbpf report -h", "ltsbpf report [options] FILE"},
		{"ltsbpf doctor --help", "sudo ltsbpf doctor"},
	};

	for (size_t i = 0; i < sizeof(helps) / sizeof(helps[0]); i++) {
		struct parsed *parsed = parse(helps[i].line);
		check_int(parsed->status, 0);
		check_contains(parsed->said, helps[i].has);
		free(parsed);
	}
	struct parsed *parsed = parse("ltsbpf --version");
	check_int(parsed->status, 0);
	check_str(parsed->said, "ltsbpf " LTSBPF_VERSION "\n");
	free(parsed);
}

static void the_log_level_is_set(void)
{
	struct parsed *parsed = parse("ltsbpf doctor -v");

	check_int(parsed->options.command, COMMAND_DOCTOR);
	check_int(log_get_level(), LOG_VERBOSE);
	free(parsed);
	parsed = parse("ltsbpf record -q x");
	check_int(log_get_level(), LOG_QUIET);
	free(parsed);
	log_set_level(LOG_NORMAL);
}

CU_TestInfo command_line_tests[] = {
	TEST(a_program_needs_nothing_else),
	TEST(every_option_is_taken),
	TEST(options_behind_the_program_are_not_ours),
	TEST(the_last_of_two_contrary_options_counts),
	TEST(bounds_are_within),
	TEST(wrong_values_are_refused_with_what_is_expected),
	TEST(mistyped_options_are_named),
	TEST(mistyped_commands_are_named),
	TEST(what_is_missing_is_asked_for),
	TEST(a_recording_may_stand_before_the_options),
	TEST(counting_calls_has_its_options),
	TEST(machine_code_has_its_options),
	TEST(a_kernel_value_is_no_program),
	TEST(the_view_has_its_options_in_each_command),
	TEST(a_report_has_its_options),
	TEST(recordings_are_compared),
	TEST(recordings_are_merged),
	TEST(a_shell_is_completed),
	TEST(help_and_version_end_well),
	TEST(the_log_level_is_set),
	CU_TEST_INFO_NULL,
};
