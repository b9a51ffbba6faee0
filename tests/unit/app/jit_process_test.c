// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* Our own process: its perf map, and an object that it registers for debuggers, as LLVM does. */
#include "app/jit_process.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "check.h"

struct jit_entry {
	struct jit_entry *next, *previous;
	const void *elf;
	uint64_t size;
};

static struct {
	uint32_t version, action;
	struct jit_entry *relevant, *first;
} descriptor = {.version = 1};

static uint64_t address_of(const void *object)
{
	return (uint64_t)(uintptr_t)object;
}

/* The whole of our own program: it has functions with names. */
static void *read_program(size_t *size)
{
	CLEANUP(closep) int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	off_t end = lseek(fd, 0, SEEK_END);
	void *bytes = end > 0 ? malloc((size_t)end) : NULL;

	*size = (size_t)end;
	if (!bytes || pread(fd, bytes, *size, 0) != end) {
		free(bytes);
		return NULL;
	}
	return bytes;
}

static void a_process_that_tells_nothing_has_no_names(void)
{
	struct jit_process *process = jit_process_new(getpid());

	if (!check_not_null(process))
		return;
	check_int(jit_process_pid(process), getpid());
	jit_process_refresh(process, 0);
	check_null(jit_process_find(process, 0x1000));
	jit_process_free(process);
	jit_process_free(NULL);
}

static void names_of_a_perf_map_are_found(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/tmp/perf-%d.map", getpid());
	FILE *map = fopen(path, "we");
	if (!check_not_null(map))
		return;
	fputs("1000 20 made at run time\n", map);
	fclose(map);
	struct jit_process *process = jit_process_new(getpid());
	jit_process_refresh(process, 0);
	check_str(jit_process_find(process, 0x101f), "made at run time");
	check_null(jit_process_find(process, 0x1020));
	jit_process_free(process);
	unlink(path);
}

static void names_of_registered_objects_are_found(void)
{
	struct jit_process *process = jit_process_new(getpid());
	struct jit_entry entry = {0};
	size_t size;
	CLEANUP(freep) void *program = read_program(&size);

	if (!check_not_null(program) || !check_not_null(process))
		return;
	const Elf64_Ehdr *head = program;
	entry.elf = program;
	entry.size = size;
	jit_process_refresh(process, address_of(&descriptor));
	check_null(jit_process_find(process, head->e_entry));
	descriptor.first = descriptor.relevant = &entry;
	jit_process_refresh(process, address_of(&descriptor));
	check_str(jit_process_find(process, head->e_entry), "_start");
	descriptor.first = descriptor.relevant = NULL;
	jit_process_free(process);
}

static void a_process_that_is_gone_has_ended(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	struct jit_process *process = jit_process_new(pid);
	if (!check_true(pid > 0) || !check_not_null(process))
		return;
	check_int(waitpid(pid, NULL, 0), pid);
	check_true(jit_process_ended(process));
	jit_process_free(process);
	process = jit_process_new(getpid());
	check_true(process && !jit_process_ended(process));
	jit_process_free(process);
}

CU_TestInfo jit_process_tests[] = {
	TEST(a_process_that_tells_nothing_has_no_names),
	TEST(names_of_a_perf_map_are_found),
	TEST(names_of_registered_objects_are_found),
	TEST(a_process_that_is_gone_has_ended),
	CU_TEST_INFO_NULL,
};
