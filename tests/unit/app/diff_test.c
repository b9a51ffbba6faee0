// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/diff.h"

#include <fcntl.h>

#include "app/options.h"
#include "base/cleanup.h"
#include "check.h"
#include "folder.h"
#include "recording/writer.h"
#include "records.h"

struct run {
	const char *name, *command;
	uint64_t period_ns;
	int main_samples, work_samples; /* spread evenly over each other */
};

/* But for the two that the stacks themselves are. */
static void put_samples(struct records *records, const struct run *run)
{
	int all = run->main_samples + run->work_samples - 2;

	for (int i = 0, work = 0; i < all; i++) {
		bool is_work = (i + 1) * (run->work_samples - 1) / all > work;
		work += is_work;
		put_sample(records, 7, 7, is_work ? 101 : 100);
	}
}

static void write_recording(const struct folder *folder, const struct run *run)
{
	const uint64_t words[] = {frame_word(2, 0), frame_word(1, 0)};
	struct recording_writer writer;
	struct records records = {0};
	char path[256];

	snprintf(path, sizeof(path), "%s/%s.ltsbpf", folder->path, run->name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	put_begin(&records, run->command, run->period_ns);
	put_name(&records, RECORD_EXEC, 7, 7, "python3", 0);
	put_function(&records, &(struct function_facts){.fingerprint = 1,
							.first_line = 5,
							.minor = 11,
							.name = "main",
							.file = "x.py"});
	put_function(&records, &(struct function_facts){.fingerprint = 2,
							.first_line = 9,
							.minor = 11,
							.name = "work",
							.file = "x.py"});
	if (run->main_samples + run->work_samples) {
		put_stack(&records, 7, 7, 100, STACK_COMPLETE, 1, words + 1);
		put_stack(&records, 7, 7, 101, STACK_COMPLETE, 2, words);
		put_samples(&records, run);
	}
	put_progress(&records, true);
	check_ok(recording_writer_init(&writer, fd));
	for (const struct record *each = NULL; (each = records_next(&records, each));)
		check_ok(recording_write(&writer, each));
	check_ok(recording_flush(&writer));
	recording_writer_done(&writer);
	records_done(&records);
	close(fd);
}

struct place {
	struct folder folder;
	struct options options;
	char paths[8][96];
	char *files[9];
};

/* Zeroed options, and the files of these names as arguments. */
static bool place_make(struct place *place, const char *const *names)
{
	static const struct run runs[] = {
		{"old", "python /a/x.py 1", 1000000, 900, 100},
		{"same", "/usr/bin/python x.py 1", 1000000, 900, 101},
		{"slow", "python x.py 1", 1000000, 700, 300},
		{"other", "python x.py 2", 1000000, 900, 100},
		{"rate", "python x.py 1", 2000000, 900, 100},
		{"few", "python x.py 1", 1000000, 90, 10},
		{"none", "python x.py 1", 1000000, 0, 0},
	};

	*place = (struct place){0};
	if (!folder_make(&place->folder))
		return false;
	for (size_t i = 0; i < sizeof(runs) / sizeof(*runs); i++)
		write_recording(&place->folder, &runs[i]);
	struct folder folder = place->folder; /* for snprintf must not overlap what it reads */
	for (; names[place->options.file_count]; place->options.file_count++) {
		char *path = place->paths[place->options.file_count];
		snprintf(path, sizeof(place->paths[0]), "%s/%s.ltsbpf", folder.path,
			 names[place->options.file_count]);
		place->files[place->options.file_count] = path;
	}
	place->options.files = place->files;
	return true;
}

static void rule(struct place *place, const char *text)
{
	place->options.fail_on.items[place->options.fail_on.count++] = text;
}

/* The exit status; what was printed is in the file "out" of the folder. */
static int run(struct place *place)
{
	char path[128];
	int saved = dup(STDOUT_FILENO);

	snprintf(path, sizeof(path), "%s/out", place->folder.path);
	fflush(stdout);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	dup2(fd, STDOUT_FILENO);
	int status = diff_run(&place->options);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	close(fd);
	return status;
}

static int status_of(const char *old, const char *new, const char *rule_text)
{
	struct place place;

	if (!place_make(&place, (const char *[]){old, new, NULL}))
		return -1;
	if (rule_text)
		rule(&place, rule_text);
	int status = run(&place);
	folder_remove(&place.folder);
	return status;
}

static void the_status_tells_what_was_found(void)
{
	check_int(status_of("old", "slow", NULL), 0);
	check_int(status_of("old", "slow", "+5pp"), 1);
	check_int(status_of("old", "slow", "+25pp"), 0);
	check_int(status_of("old", "slow", "func:^work$>50%"), 1);
	check_int(status_of("slow", "old", "func:^work$>0%"), 0);
	check_int(status_of("old", "same", "func:.>0%"), 0);
	check_int(status_of("old", "slow", "5%"), 2);
}

/* Without rules only a warning, where there is something to be seen. */
static void what_is_not_comparable_is_refused(void)
{
	check_int(status_of("old", "other", "+5pp"), 3);
	check_int(status_of("old", "other", NULL), 0);
	check_int(status_of("old", "few", "+5pp"), 3);
	check_int(status_of("old", "few", NULL), 0);
	check_int(status_of("old", "rate", NULL), 3);
	check_int(status_of("old", "none", NULL), 3);
	check_int(status_of("none", "old", NULL), 3);
	check_int(status_of("old", "not-there", NULL), 3);
}

static void several_on_each_side_are_compared_by_run(void)
{
	struct place place;
	char pattern[96];

	if (!place_make(&place, (const char *[]){"slow", "slow", NULL}))
		return;
	snprintf(pattern, sizeof(pattern), "%s/[os]*[de].ltsbpf", place.folder.path);
	place.options.baselines.items[0] = pattern;
	place.options.baselines.count = 1;
	rule(&place, "+5pp");
	check_int(run(&place), 1);
	check_true(folder_holds(&place.folder, "out", "Old: 2 recordings, 2001 samples"));
	check_true(folder_holds(&place.folder, "out", "how the recordings of a side differ"));
	snprintf(pattern, sizeof(pattern), "%s/nothing*", place.folder.path);
	check_int(run(&place), 3);
	folder_remove(&place.folder);
}

static void forms_rows_and_order_are_as_asked_for(void)
{
	struct place place;

	if (!place_make(&place, (const char *[]){"old", "slow", NULL}))
		return;
	place.options.sort = SORT_TOTAL;
	check_int(run(&place), 0);
	check_true(folder_holds(&place.folder, "out", "  work (x.py:9)\n  90.00   70.00 "));
	place.options.sort = SORT_NAME;
	place.options.top = 1;
	check_int(run(&place), 0);
	check_true(folder_holds(&place.folder, "out", "main (x.py:5)\n  and 1 more"));
	place.options.form = REPORT_MARKDOWN;
	check_int(run(&place), 0);
	check_true(folder_holds(&place.folder, "out", "\n1 of 2 functions.\n"));
	place.options.form = REPORT_JSON;
	check_int(run(&place), 0);
	check_true(folder_holds(&place.folder, "out", "\"name\": \"main\""));
	check_true(!folder_holds(&place.folder, "out", "\"name\": \"work\""));
	folder_remove(&place.folder);
}

static void the_flame_graphs_go_where_they_should(void)
{
	struct place place;
	char output[96];

	if (!place_make(&place, (const char *[]){"old", "slow", NULL}))
		return;
	snprintf(output, sizeof(output), "%s/sub", place.folder.path);
	place.options.output = output;
	check_int(run(&place), 0);
	check_true(folder_holds(&place.folder, "sub/diff.svg", "work (x.py:9) · old 10.00 %"));
	check_true(folder_holds(&place.folder, "sub/diff-back.svg", "as wide as old samples"));
	place.options.name = "pr";
	check_int(run(&place), 0);
	check_true(folder_size_of(&place.folder, "sub/pr.svg") > 0);
	place.options.output = "/proc/no";
	check_int(run(&place), 3);
	folder_remove(&place.folder);
}

static void filters_and_threads_are_as_in_reports(void)
{
	struct place place;

	if (!place_make(&place, (const char *[]){"old", "slow", NULL}))
		return;
	place.options.include = "work";
	place.options.by_thread = true;
	check_int(run(&place), 0);
	check_true(folder_holds(&place.folder, "out", " 100.00  100.00   +0.00"));
	place.options.include = "(";
	check_int(run(&place), 2);
	folder_remove(&place.folder);
}

CU_TestInfo diff_tests[] = {
	TEST(the_status_tells_what_was_found),
	TEST(what_is_not_comparable_is_refused),
	TEST(several_on_each_side_are_compared_by_run),
	TEST(forms_rows_and_order_are_as_asked_for),
	TEST(the_flame_graphs_go_where_they_should),
	TEST(filters_and_threads_are_as_in_reports),
	CU_TEST_INFO_NULL,
};
