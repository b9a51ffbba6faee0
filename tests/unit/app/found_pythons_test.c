// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/found_pythons.h"

#include <errno.h>

#include "check.h"

static const struct interpreter silent = {
	.version = 0x030b07f0,
	.version_name = "3.11.7",
	.layout_source = LAYOUT_TABLE,
};
static const struct interpreter telling = {
	.version = 0x030b02f0,
	.version_name = "3.11.2",
	.layout_source = LAYOUT_TABLE,
	.probes = {.count = 1, .sites = {{.probe = PROBE_GC_START}}},
};

struct told {
	unsigned int count, without_probes;
	uint32_t last_pid;
	int answer;
};

static int on_record(void *context, const struct record *record)
{
	const struct interpreter_record *interpreter = (const void *)record;
	struct told *told = context;

	check_uint(record->kind, RECORD_INTERPRETER);
	check_contains(interpreter->data, "3.11.");
	told->count++;
	told->without_probes += interpreter->without_probes;
	told->last_pid = record->pid;
	return told->answer;
}

static struct found_pythons found;
static struct record_buffer buffer;

static void find(pid_t pid, uint64_t time_ns, const struct interpreter *interpreter)
{
	const struct found_python python = {pid, time_ns, interpreter};

	check_ok(found_pythons_add(&found, &python));
}

static int tell(struct told *told, pid_t pid, uint64_t end_ns)
{
	return found_pythons_tell(&found, pid, end_ns, &buffer, on_record, told);
}

static void end(void)
{
	found_pythons_done(&found);
	record_buffer_done(&buffer);
	found = (struct found_pythons){0};
	buffer = (struct record_buffer){0};
}

static void what_belongs_to_the_program_before_is_told_first(void)
{
	struct told told = {0};

	find(7, 100, &telling);
	find(8, 100, &telling);
	find(7, 300, &silent);
	check_ok(tell(&told, 7, 200));
	check_uint(told.count, 1);
	check_uint(told.last_pid, 7);
	check_uint(told.without_probes, 0);
	check_ok(tell(&told, 0, UINT64_MAX));
	check_uint(told.count, 3);
	check_uint(told.without_probes, 1);
	check_ok(tell(&told, 0, UINT64_MAX));
	check_uint(told.count, 3);
	end();
}

static void what_was_not_told_stays(void)
{
	struct told told = {.answer = -ENOMEM};

	find(7, 100, &telling);
	find(8, 100, &telling);
	check_int(tell(&told, 0, UINT64_MAX), -ENOMEM);
	check_uint(told.count, 1);
	told.answer = 0;
	check_ok(tell(&told, 0, UINT64_MAX));
	check_uint(told.last_pid, 8);
	end();
}

CU_TestInfo found_pythons_tests[] = {
	TEST(what_belongs_to_the_program_before_is_told_first),
	TEST(what_was_not_told_stays),
	CU_TEST_INFO_NULL,
};
