// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/convert.h"

#include <fcntl.h>

#include "app/options.h"
#include "app/report.h"
#include "base/cleanup.h"
#include "check.h"
#include "folder.h"
#include "recording/writer.h"
#include "records.h"

/* One sample of main, in the kernel. */
static void put_kernel_stack(struct records *records)
{
	const uint64_t words[] = {
		frame_word(1, 0),
		(uint64_t)FRAME_WORD_KERNEL << FRAME_KIND_SHIFT | 4096,
		(uint64_t)FRAME_WORD_JOIN << FRAME_KIND_SHIFT | 1,
	};
	struct stack_record *stack = put_stack(records, 7, 7, 99, STACK_COMPLETE, 3, words);

	stack->depth = 1;
	stack->native_depth = 2;
}

/* A small run, a block for each stack: two samples of main, then two of main -> work. */
static void write_recording(const char *path)
{
	const uint64_t words[] = {frame_word(2, 0), frame_word(1, 0)};
	struct recording_writer writer;
	struct records records = {0};
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	put_begin(&records, "python x.py", 1000000);
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
	put_kernel_stack(&records);
	put_stack(&records, 7, 7, 100, STACK_COMPLETE, 1, words + 1);
	put_stack(&records, 7, 8, 101, STACK_COMPLETE, 2, words);
	put_sample(&records, 7, 8, 101);
	put_progress(&records, true);
	check_ok(recording_writer_init(&writer, fd));
	for (const struct record *each = NULL; (each = records_next(&records, each));) {
		check_ok(recording_write(&writer, each));
		if (each->kind == RECORD_STACK)
			check_ok(recording_flush(&writer));
	}
	check_ok(recording_flush(&writer));
	recording_writer_done(&writer);
	records_done(&records);
	close(fd);
}

struct place {
	struct folder folder;
	char file[128];
	struct options options;
	char *files[2];
};

static bool place_make(struct place *place)
{
	if (!folder_make(&place->folder))
		return false;
	snprintf(place->file, sizeof(place->file), "%s/in.ltsbpf", place->folder.path);
	place->files[0] = place->file;
	place->files[1] = NULL;
	place->options = (struct options){
		.files = place->files,
		.file_count = 1,
		.output = place->folder.path,
		.name = "out",
		.formats = "folded",
	};
	write_recording(place->file);
	return true;
}

/* Runs one of the commands; what it prints on stdout goes into the file "stdout". */
static int run(struct place *place, int (*command)(const struct options *))
{
	char path[128];
	int saved, status, fd;

	snprintf(path, sizeof(path), "%s/stdout", place->folder.path);
	fflush(stdout);
	saved = dup(STDOUT_FILENO);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	dup2(fd, STDOUT_FILENO);
	status = command(&place->options);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	close(fd);
	return status;
}

static void a_recording_becomes_its_files_again(void)
{
	struct place place;

	if (!place_make(&place))
		return;
	check_int(run(&place, convert_files), 0);
	check_true(folder_holds(&place.folder, "out.folded",
				"python3;main (x.py:5);work (x.py:9) 2\n"));
	check_true(folder_holds(&place.folder, "out.folded", "python3;main (x.py:5) 1\n"));
	check_int(folder_size_of(&place.folder, "stdout"), 0);
	folder_remove(&place.folder);
}

static void threads_can_be_told_apart_afterwards(void)
{
	struct place place;

	if (!place_make(&place))
		return;
	place.options.by_thread = true;
	check_int(run(&place, convert_files), 0);
	check_true(folder_holds(&place.folder, "out.folded",
				"python3; (8);main (x.py:5);work (x.py:9) 2\n"));
	folder_remove(&place.folder);
}

static void the_kernel_can_be_folded_into_its_callers(void)
{
	struct place place;

	if (!place_make(&place))
		return;
	check_int(run(&place, convert_files), 0);
	check_true(folder_holds(&place.folder, "out.folded", "main (x.py:5);[kernel]_[k] 1\n"));
	check_true(folder_holds(&place.folder, "out.folded", "main (x.py:5) 1\n"));
	place.options.fold_kernel = true;
	check_int(run(&place, convert_files), 0);
	check_true(!folder_holds(&place.folder, "out.folded", "[kernel]"));
	check_true(folder_holds(&place.folder, "out.folded", "main (x.py:5) 2\n"));
	folder_remove(&place.folder);
}

static void native_functions_stand_apart_in_pstats_when_asked_for(void)
{
	struct place place;

	if (!place_make(&place))
		return;
	place.options.formats = "pstats";
	check_int(run(&place, convert_files), 0);
	check_true(!folder_holds(&place.folder, "out.stats", "[kernel]"));
	place.options.pstats_native = true;
	check_int(run(&place, convert_files), 0);
	check_true(folder_holds(&place.folder, "out.stats", "<[kernel]_[k]>"));
	folder_remove(&place.folder);
}

static void a_report_goes_to_stdout(void)
{
	struct place place;

	if (!place_make(&place))
		return;
	place.options.output = NULL;
	check_int(run(&place, report_run), 0);
	check_true(folder_holds(&place.folder, "stdout", "python x.py\n"));
	check_true(folder_holds(&place.folder, "stdout", "work (x.py:9)"));
	check_int(folder_size_of(&place.folder, "out.folded"), -1);
	folder_remove(&place.folder);
}

/* A file may end anywhere when ltsbpf was killed: what is whole is shown, and no run fails. */
static void a_cut_recording_shows_what_it_has(void)
{
	struct place place;

	if (!place_make(&place))
		return;
	for (long size = folder_size_of(&place.folder, "in.ltsbpf") - 1; size >= 24; size--) {
		check_ok(truncate(place.file, size));
		check_int(run(&place, convert_files), 0);
	}
	check_ok(truncate(place.file, 23));
	check_int(run(&place, convert_files), 1);
	folder_remove(&place.folder);
}

static void half_a_recording_keeps_its_first_block(void)
{
	struct place place;

	if (!place_make(&place))
		return;
	check_ok(truncate(place.file, folder_size_of(&place.folder, "in.ltsbpf") - 1));
	check_int(run(&place, convert_files), 0);
	check_true(folder_holds(&place.folder, "out.folded", "work (x.py:9) 1\n"));
	place.options.output = NULL;
	check_int(run(&place, report_run), 0);
	check_true(folder_holds(&place.folder, "stdout", "cut short"));
	folder_remove(&place.folder);
}

static void what_is_no_recording_fails(void)
{
	struct place place;

	if (!place_make(&place))
		return;
	folder_put(&place.folder, "in.ltsbpf", "something else, and long enough", 31);
	check_int(run(&place, convert_files), 1);
	check_int(run(&place, report_run), 1);
	check_int(folder_size_of(&place.folder, "stdout"), 0);
	place.options.files = (char *[]){(char *)"/no/such/file", NULL};
	check_int(run(&place, report_run), 1);
	place.options.files = (char *[]){(char *)place.folder.path, NULL};
	check_int(run(&place, report_run), 1);
	folder_remove(&place.folder);
}

static void an_unknown_format_is_a_usage_error(void)
{
	struct place place;

	if (!place_make(&place))
		return;
	place.options.formats = "folded,pdf";
	check_int(run(&place, convert_files), OPTIONS_USAGE_ERROR);
	check_int(folder_size_of(&place.folder, "out.folded"), -1);
	folder_remove(&place.folder);
}

/* What stands beside a recording is its own. */
static void files_of_another_recording_are_not_replaced(void)
{
	struct place place;
	char path[128];

	if (!place_make(&place))
		return;
	folder_put(&place.folder, "out.folded", "theirs", 6);
	folder_put(&place.folder, "out.ltsbpf", "of another run", 14);
	check_int(run(&place, convert_files), 1);
	check_true(folder_holds(&place.folder, "out.folded", "theirs"));
	snprintf(path, sizeof(path), "%s/out.ltsbpf", place.folder.path);
	check_ok(unlink(path));
	check_ok(link(place.file, path));
	check_int(run(&place, convert_files), 0);
	check_true(folder_holds(&place.folder, "out.folded", "python3;main"));
	place.options.name = "in";
	check_int(run(&place, convert_files), 0);
	check_int(run(&place, convert_files), 0);
	check_int(folder_size_of(&place.folder, "in.folded.old"), -1);
	folder_remove(&place.folder);
}

static void what_cannot_be_written_fails(void)
{
	struct place place;

	if (!place_make(&place))
		return;
	place.options.output = place.file;
	check_int(run(&place, convert_files), 1);
	folder_remove(&place.folder);
}

CU_TestInfo convert_tests[] = {
	TEST(a_recording_becomes_its_files_again),
	TEST(threads_can_be_told_apart_afterwards),
	TEST(the_kernel_can_be_folded_into_its_callers),
	TEST(native_functions_stand_apart_in_pstats_when_asked_for),
	TEST(a_report_goes_to_stdout),
	TEST(a_cut_recording_shows_what_it_has),
	TEST(half_a_recording_keeps_its_first_block),
	TEST(what_is_no_recording_fails),
	TEST(an_unknown_format_is_a_usage_error),
	TEST(files_of_another_recording_are_not_replaced),
	TEST(what_cannot_be_written_fails),
	CU_TEST_INFO_NULL,
};
