// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/bystanders.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "folder.h"

static pid_t child_that_waits(void)
{
	pid_t pid = fork();

	if (!pid)
		for (;;)
			pause();
	return pid;
}

/* The tests themselves are mapped as code by this process, and by each child. */
static void processes_that_run_the_file_are_counted(void)
{
	struct stat self;
	size_t before;
	pid_t pid;

	check_ok(stat("/proc/self/exe", &self));
	before = bystanders_count(&self);
	check_true(before >= 1);
	pid = child_that_waits();
	check_uint(bystanders_count(&self), before + 1);
	check_ok(kill(pid, SIGKILL));
	check_int(waitpid(pid, NULL, 0), pid);
	check_uint(bystanders_count(&self), before);
}

static void a_file_that_nobody_runs_has_none(void)
{
	struct folder folder;
	struct stat status;
	char path[128];
	FILE *file;

	if (!folder_make(&folder))
		return;
	snprintf(path, sizeof(path), "%s/file", folder.path);
	file = fopen(path, "w");
	check_not_null(file);
	fputs("text", file);
	fclose(file);
	check_ok(stat(path, &status));
	check_uint(bystanders_count(&status), 0);
	folder_remove(&folder);
}

CU_TestInfo bystanders_tests[] = {
	TEST(processes_that_run_the_file_are_counted),
	TEST(a_file_that_nobody_runs_has_none),
	CU_TEST_INFO_NULL,
};
