// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/processes.h"

#include <errno.h>

#include "check.h"
#include "memory.h"
#include "records.h"

static int feed(struct processes *processes, struct records *records)
{
	int err = 0;

	for (const struct record *each = NULL; !err && (each = records_next(records, each));)
		err = processes_feed(processes, each);
	records_done(records);
	return err;
}

static const struct process *latest(struct processes *processes, uint32_t pid)
{
	int64_t index = processes_find(processes, pid);

	return index < 0 ? NULL : &processes->list.items[index];
}

static const char *python_of(struct processes *processes, uint32_t pid)
{
	processes_inherit(processes);
	return latest(processes, pid)->python;
}

/* As if a sample had hit each of them: what has none is not told from the program after it. */
static void sample_all(struct processes *processes)
{
	for (size_t i = 0; i < processes->list.count; i++)
		processes->list.items[i].samples = 1;
}

static void a_process_that_was_never_told_of_is_unknown(void)
{
	struct processes processes = {0};

	check_int(processes_find(&processes, 9), 0);
	check_int(processes_find(&processes, 10), 1);
	check_int(processes_find(&processes, 9), 0);
	check_str(latest(&processes, 9)->name, "unknown");
	check_str(latest(&processes, 9)->python, "");
	check_str(processes_thread_name(&processes, 9), "");
	processes_done(&processes);
}

static void a_child_begins_with_its_parents_program(void)
{
	struct processes processes = {0};
	struct records records = {0};

	put_name(&records, RECORD_EXEC, 7, 7, "python3", 0);
	check_ok(feed(&processes, &records));
	put_fork(&records, 7, 8, 8, "worker");
	check_ok(feed(&processes, &records));
	check_str(python_of(&processes, 8), "");
	check_ok(processes_set_python(&processes, 7, "3.11.2")); /* told a little later */
	check_str(latest(&processes, 8)->name, "python3");
	check_str(python_of(&processes, 8), "3.11.2");
	check_str(processes_thread_name(&processes, 8), "worker");
	check_uint(processes.list.count, 2);
	processes_done(&processes);
}

static void a_thread_is_no_process(void)
{
	struct processes processes = {0};
	struct records records = {0};

	put_name(&records, RECORD_EXEC, 7, 7, "python3", 0);
	put_fork(&records, 7, 7, 8, "pool-1");
	check_ok(feed(&processes, &records));
	check_uint(processes.list.count, 1);
	check_str(processes_thread_name(&processes, 8), "pool-1");
	put_name(&records, RECORD_RENAME, 7, 8, "loader", 0);
	check_ok(feed(&processes, &records));
	check_str(processes_thread_name(&processes, 8), "loader");
	check_str(latest(&processes, 7)->name, "python3");
	processes_done(&processes);
}

static void a_name_of_full_length_has_no_end_of_its_own(void)
{
	struct processes processes = {0};
	struct records records = {0};

	put_name(&records, RECORD_EXEC, 7, 7, "sixteen letters!and more", 0);
	check_ok(feed(&processes, &records));
	check_str(latest(&processes, 7)->name, "sixteen letters!");
	processes_done(&processes);
}

static void another_program_is_another_entry_with_its_own_time(void)
{
	struct processes processes = {0};
	struct records records = {0};

	put_name(&records, RECORD_EXEC, 7, 7, "python3", 100);
	check_ok(feed(&processes, &records));
	sample_all(&processes);
	put_name(&records, RECORD_EXEC, 7, 7, "ls", 350);
	put_cpu(&records, RECORD_FREED, 7, 7, 400);
	check_ok(feed(&processes, &records));
	if (check_uint(processes.list.count, 2)) {
		check_str(processes.list.items[0].name, "python3");
		check_uint(process_cpu_ns(&processes.list.items[0]), 250);
		check_str(processes.list.items[1].name, "ls");
		check_uint(process_cpu_ns(&processes.list.items[1]), 50);
	}
	check_int(processes_find(&processes, 7), 1);
	processes_done(&processes);
}

static void a_program_without_samples_gives_its_entry_to_the_next(void)
{
	struct processes processes = {0};
	struct records records = {0};

	put_name(&records, RECORD_EXEC, 7, 7, "python3", 20);
	check_ok(feed(&processes, &records));
	check_ok(processes_set_python(&processes, 7, "3.11.2"));
	put_fork(&records, 7, 8, 8, "python3");
	put_name(&records, RECORD_EXEC, 7, 7, "ls", 50);
	put_name(&records, RECORD_EXEC, 8, 8, "cat", 1);
	check_ok(feed(&processes, &records));
	check_uint(processes.list.count, 2);
	check_str(latest(&processes, 7)->name, "ls");
	check_str(python_of(&processes, 7), "");
	check_str(latest(&processes, 8)->name, "cat");
	check_str(python_of(&processes, 8), "");
	processes_done(&processes);
}

/* pid numbers come round: the second process of the number is not the first one. */
static void a_pid_that_comes_again_is_another_entry(void)
{
	struct processes processes = {0};
	struct records records = {0};

	put_name(&records, RECORD_EXEC, 1, 1, "sh", 0);
	put_fork(&records, 1, 8, 8, "sh");
	put_cpu(&records, RECORD_FREED, 8, 8, 500);
	put_fork(&records, 1, 8, 8, "sh");
	put_cpu(&records, RECORD_FREED, 8, 8, 30);
	check_ok(feed(&processes, &records));
	check_uint(process_cpu_ns(&processes.list.items[1]), 500);
	check_uint(process_cpu_ns(latest(&processes, 8)), 30);
	processes_done(&processes);
}

static void time_is_that_of_the_ended_threads_or_of_the_last_look(void)
{
	struct processes processes = {0};
	struct records records = {0};

	put_fork(&records, 1, 7, 7, "python3");
	put_cpu(&records, RECORD_CPU, 7, 7, 60);
	check_ok(feed(&processes, &records));
	check_uint(process_cpu_ns(latest(&processes, 7)), 60);
	put_cpu(&records, RECORD_FREED, 7, 8, 40); /* a thread of it, in the 60 already */
	check_ok(feed(&processes, &records));
	check_uint(process_cpu_ns(latest(&processes, 7)), 60);
	put_cpu(&records, RECORD_CPU, 7, 7, 90);
	put_cpu(&records, RECORD_FREED, 7, 7, 65);
	check_ok(feed(&processes, &records));
	check_uint(process_cpu_ns(latest(&processes, 7)), 105);
	processes_done(&processes);
}

static void time_before_we_came_is_not_counted(void)
{
	struct process process = {.cpu_ns = 100, .cpu_before_ns = 30};

	check_uint(process_cpu_ns(&process), 70);
	process.cpu_before_ns = 101;
	check_uint(process_cpu_ns(&process), 0);
}

static void an_interpreter_belongs_to_the_latest_program(void)
{
	struct processes processes = {0};
	struct records records = {0};

	put_name(&records, RECORD_EXEC, 7, 7, "sh", 0);
	check_ok(feed(&processes, &records));
	sample_all(&processes);
	put_name(&records, RECORD_EXEC, 7, 7, "python3", 0);
	check_ok(feed(&processes, &records));
	check_ok(processes_set_python(&processes, 7, "3.13.0"));
	check_str(processes.list.items[0].python, "");
	check_str(processes.list.items[1].python, "3.13.0");
	processes_done(&processes);
}

static void lack_of_memory_is_told(void)
{
	struct records records = {0};
	unsigned int nth = 1;

	put_fork(&records, 1, 7, 7, "python3");
	put_name(&records, RECORD_RENAME, 7, 7, "other", 0);
	put_cpu(&records, RECORD_FREED, 8, 8, 1);
	for (;; nth++) {
		struct processes processes = {0};
		const struct record *each = NULL;
		int err = 0;
		memory_fail_at(nth);
		while (!err && (each = records_next(&records, each)))
			err = processes_feed(&processes, each);
		if (!err)
			err = processes_set_python(&processes, 7, "3.11.2");
		bool failed = memory_failed();
		check_int(err, failed ? -ENOMEM : 0);
		processes_done(&processes);
		if (!failed)
			break;
	}
	check_true(nth > 5);
	records_done(&records);
}

CU_TestInfo processes_tests[] = {
	TEST(a_process_that_was_never_told_of_is_unknown),
	TEST(a_child_begins_with_its_parents_program),
	TEST(a_thread_is_no_process),
	TEST(a_name_of_full_length_has_no_end_of_its_own),
	TEST(another_program_is_another_entry_with_its_own_time),
	TEST(a_program_without_samples_gives_its_entry_to_the_next),
	TEST(a_pid_that_comes_again_is_another_entry),
	TEST(time_is_that_of_the_ended_threads_or_of_the_last_look),
	TEST(time_before_we_came_is_not_counted),
	TEST(an_interpreter_belongs_to_the_latest_program),
	TEST(lack_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
