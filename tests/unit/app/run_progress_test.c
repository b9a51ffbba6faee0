// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* What stands on the terminal then: e2e/progress.sh. */
#include "app/run_progress.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

/* Asks about a child with this on its stdout and stderr; -1 = closed. */
static bool is_free(int out, int err)
{
	pid_t pid = fork();
	int pair[2] = {out, err};
	bool result = false;

	if (!pid) {
		for (int i = 0; i < 2; i++) {
			if (pair[i] < 0)
				close(STDOUT_FILENO + i);
			else
				dup2(pair[i], STDOUT_FILENO + i);
		}
		raise(SIGSTOP);
		_exit(0);
	}
	waitpid(pid, NULL, WUNTRACED);
	result = run_progress_is_free(pid);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return result;
}

static void a_program_that_may_write_to_a_terminal_is_left_alone(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), file = memfd_create("file", 0);
	int null = open("/dev/null", O_RDWR);

	check_true(master >= 0 && !grantpt(master) && !unlockpt(master));
	int terminal = open(ptsname(master), O_RDWR | O_NOCTTY);
	check_true(is_free(file, file));
	check_true(is_free(null, file));
	check_true(is_free(null, -1));
	check_true(!is_free(terminal, file));
	check_true(!is_free(file, terminal));
	check_true(!is_free(terminal, terminal));
	close(terminal);
	close(master);
	close(file);
	close(null);
}

/* Its files cannot be seen: they may be anything. */
static void what_cannot_be_seen_is_not_free(void)
{
	enum {
		NOBODY = 65534
	};
	pid_t pid = fork();
	int status = -1;

	if (!pid) {
		if (!geteuid() && setresuid(NOBODY, NOBODY, NOBODY))
			_exit(2);
		_exit(run_progress_is_free(1));
	}
	waitpid(pid, &status, 0);
	check_int(status, 0);
}

CU_TestInfo run_progress_tests[] = {
	TEST(a_program_that_may_write_to_a_terminal_is_left_alone),
	TEST(what_cannot_be_seen_is_not_free),
	CU_TEST_INFO_NULL,
};
