// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "target/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

/* Two pages of which the second cannot be read. */
static char *half_readable(size_t page)
{
	char *pages =
		mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	munmap(pages + page, page);
	return pages;
}

static void memory_of_another_process_is_read(void)
{
	char text[] = "ours", got[8] = "";
	int ready[2];
	char byte;

	check_ok(pipe(ready));
	pid_t child = fork();
	if (!child) {
		memcpy(text, "its", 4);
		if (write(ready[1], "x", 1) == 1)
			pause();
		_exit(0);
	}
	check_int(read(ready[0], &byte, 1), 1);
	check_ok(memory_read(child, (uintptr_t)text, got, 4));
	check_str(got, "its");
	check_str(text, "ours");
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	check_int(memory_read(child, (uintptr_t)text, got, 4), -ESRCH);
	close(ready[0]);
	close(ready[1]);
}

static void nothing_less_than_all_is_a_failure(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *pages = half_readable(page), got[16];
	uintptr_t end = (uintptr_t)pages + page;

	memset(pages + page - 8, 'e', 8);
	check_ok(memory_read(getpid(), end - 8, got, 8));
	check_int(memcmp(got, "eeeeeeee", 8), 0);
	check_int(memory_read(getpid(), end - 8, got, 9), -EFAULT);
	check_int(memory_read(getpid(), end, got, 1), -EFAULT);
	check_int(memory_read(getpid(), 0, got, 8), -EFAULT);
	check_int(memory_read(getpid(), UINT64_MAX - 3, got, 8), -EFAULT);
	munmap(pages, page);
}

CU_TestInfo memory_tests[] = {
	TEST(memory_of_another_process_is_read),
	TEST(nothing_less_than_all_is_a_failure),
	CU_TEST_INFO_NULL,
};
