// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/live_processes.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "memory.h"
#include "records.h"

static int note(struct live_processes *live, uint16_t kind, pid_t pid, pid_t tid)
{
	struct records records = {0};
	int err = live_processes_note(
		live, records_put(&records, kind, (uint32_t)pid, (uint32_t)tid, 64));

	records_done(&records);
	return err;
}

static void a_process_lives_from_its_first_event_to_its_exit(void)
{
	struct live_processes live = {0};

	check_ok(note(&live, RECORD_EXEC, 7, 7));
	check_ok(note(&live, RECORD_EXEC, 7, 7));
	check_ok(note(&live, RECORD_FORK, 8, 8));
	check_ok(note(&live, RECORD_FORK, 8, 9)); /* a thread of it */
	check_uint(live.list.count, 2);
	check_uint(live_processes_running(&live, 0), 2);
	check_uint(live_processes_running(&live, 7), 1);
	check_ok(note(&live, RECORD_EXIT, 8, 9));
	check_uint(live_processes_running(&live, 7), 0);
	check_uint(live.list.count, 2);
	live_processes_done(&live);
}

static void a_pid_that_comes_again_lives_again(void)
{
	struct live_processes live = {0};

	check_ok(note(&live, RECORD_FORK, 7, 7));
	check_ok(note(&live, RECORD_EXIT, 7, 7));
	check_ok(note(&live, RECORD_FORK, 7, 7));
	check_uint(live_processes_running(&live, 0), 1);
	check_uint(live.list.count, 1);
	live_processes_done(&live);
}

static pid_t forgotten[8];
static size_t forgotten_count;

static void forget(void *context, pid_t pid)
{
	check_true(context == forgotten);
	forgotten[forgotten_count++] = pid;
}

static void check_forgotten(struct live_processes *live, size_t count, pid_t expected)
{
	forgotten_count = 0;
	live_processes_forget(live, count, forget, forgotten);
	check_uint(forgotten_count, expected != 0);
	if (expected && forgotten_count)
		check_int(forgotten[0], expected);
}

static void only_those_of_before_are_forgotten(void)
{
	struct live_processes live = {0};

	for (pid_t pid = 7; pid <= 8; pid++)
		check_ok(note(&live, RECORD_FORK, pid, pid));
	check_ok(note(&live, RECORD_FREED, 7, 9)); /* a thread: its process goes on */
	check_uint(live.list.count, 2);
	check_ok(note(&live, RECORD_FREED, 7, 7));
	check_ok(note(&live, RECORD_FREED, 8, 8));
	check_uint(live.list.count, 0);
	check_forgotten(&live, 0, 0);
	check_forgotten(&live, 1, 7);
	check_forgotten(&live, 1, 8);
	check_forgotten(&live, 0, 0);
	live_processes_done(&live);
}

static void a_pid_in_use_again_is_not_forgotten(void)
{
	struct live_processes live = {0};

	check_ok(note(&live, RECORD_FORK, 7, 7));
	check_ok(note(&live, RECORD_FREED, 7, 7));
	check_ok(note(&live, RECORD_FORK, 7, 7));
	check_forgotten(&live, 1, 0);
	check_uint(live.freed.count, 0);
	check_uint(live_processes_running(&live, 0), 1);
	live_processes_done(&live);
}

static void an_ended_process_without_a_clock_is_waited_for(void)
{
	struct live_processes live = {0};
	pid_t child = fork();

	if (!child)
		_exit(0);
	check_ok(note(&live, RECORD_FORK, child, child));
	check_true(!live_processes_await_cpu_time(&live));
	check_int(waitpid(child, NULL, 0), child);
	check_ok(note(&live, RECORD_EXIT, child, child));
	check_true(live_processes_await_cpu_time(&live));
	check_ok(note(&live, RECORD_FREED, child, child));
	check_true(!live_processes_await_cpu_time(&live));
	live_processes_done(&live);
}

static void other_records_change_nothing(void)
{
	struct live_processes live = {0};

	check_ok(note(&live, RECORD_SAMPLE, 7, 7));
	check_ok(note(&live, RECORD_RENAME, 7, 7));
	check_ok(note(&live, RECORD_EXIT, 7, 7)); /* of a process that was never told of */
	check_uint(live.list.count + live.freed.count, 0);
	live_processes_done(&live);
}

static void lack_of_memory_is_told(void)
{
	struct live_processes live = {0};
	struct records records = {0};
	struct record *record = records_put(&records, RECORD_FORK, 7, 7, 64);

	memory_fail_at(1);
	check_int(live_processes_note(&live, record), -ENOMEM);
	check_true(memory_failed());
	check_ok(live_processes_note(&live, record));
	record->kind = RECORD_FREED;
	memory_fail_at(1);
	check_int(live_processes_note(&live, record), -ENOMEM);
	check_true(memory_failed());
	records_done(&records);
	live_processes_done(&live);
}

CU_TestInfo live_processes_tests[] = {
	TEST(a_process_lives_from_its_first_event_to_its_exit),
	TEST(a_pid_that_comes_again_lives_again),
	TEST(only_those_of_before_are_forgotten),
	TEST(a_pid_in_use_again_is_not_forgotten),
	TEST(an_ended_process_without_a_clock_is_waited_for),
	TEST(other_records_change_nothing),
	TEST(lack_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
