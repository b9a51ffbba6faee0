// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "target/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static const struct identity self = {.name = (char *)"self"};
static char *const environment[] = {(char *)"PATH=/usr/bin:/bin", NULL};

/* Starts a program of up to two arguments as ourselves; what it is given must outlive the release.
 */
struct run {
	struct signals_inherited inherited;
	char *argv[4];
	struct target target;
};

static bool start(struct run *run, const char *path, const char *first, const char *second)
{
	*run = (struct run){.argv = {(char *)path, (char *)first, (char *)second}};
	signals_save(&run->inherited);
	struct target_program program = {.path = path,
					 .argv = run->argv,
					 .environment = environment,
					 .identity = &self,
					 .inherited = &run->inherited};
	return check_ok(target_start(&run->target, &program));
}

static bool wait_for_end(const struct target *target)
{
	struct pollfd end = {.fd = target->pidfd, .events = POLLIN};

	return check_int(poll(&end, 1, 10000), 1);
}

static int run_shell(const char *script)
{
	struct run run;
	int exit_code = -1;

	if (start(&run, "/bin/sh", "-c", script) && check_ok(target_release(&run.target)))
		check_ok(target_reap(&run.target, &exit_code));
	target_done(&run.target);
	return exit_code;
}

static void the_exit_code_is_the_programs(void)
{
	check_int(run_shell("exit 0"), 0);
	check_int(run_shell("exit 3"), 3);
	check_int(run_shell("kill -TERM $$"), 128 + SIGTERM);
	check_int(run_shell("kill -KILL $$"), 128 + SIGKILL);
}

static void nothing_runs_before_the_release(void)
{
	struct run run;
	char name[] = "/tmp/ltsbpf-launch-test-XXXXXX";
	struct stat stat_of;
	int exit_code;

	close(mkstemp(name));
	unlink(name);
	if (!start(&run, "/usr/bin/touch", name, NULL))
		return;
	usleep(50000);
	check_int(stat(name, &stat_of), -1);
	check_int(target_exited(&run.target), 0);
	check_ok(target_release(&run.target));
	check_ok(target_reap(&run.target, &exit_code));
	check_ok(stat(name, &stat_of));
	unlink(name);
	target_done(&run.target);
}

static void an_abandoned_program_never_runs(void)
{
	struct run run;
	char name[] = "/tmp/ltsbpf-launch-test-XXXXXX";
	struct stat stat_of;

	close(mkstemp(name));
	unlink(name);
	if (!start(&run, "/usr/bin/touch", name, NULL))
		return;
	pid_t pid = run.target.pid;
	target_abandon(&run.target);
	target_abandon(&run.target);
	check_int(stat(name, &stat_of), -1);
	check_int(waitpid(pid, NULL, 0), -1);
	check_int(errno, ECHILD);
	check_int(run.target.pid, 0);
}

static void failed_exec(const char *path, int err, int exit_code)
{
	struct run run;

	if (!start(&run, path, NULL, NULL))
		return;
	check_int(target_release(&run.target), err);
	check_int(run.target.exit_code, exit_code);
	check_true(run.target.reaped);
	target_done(&run.target);
}

static void what_cannot_be_executed_says_so(void)
{
	failed_exec("/nowhere/at/all", -ENOENT, 127);
	failed_exec("/etc/passwd", -EACCES, 126);
	failed_exec("/tmp", -EACCES, 126);
}

static void an_identity_we_may_not_have_is_our_own_failure(void)
{
	struct identity other = {.uid = (uid_t)-1, .gid = (gid_t)-1, .name = (char *)"x"};
	struct run run;

	other.drops = true;
	if (!start(&run, "/bin/true", NULL, NULL))
		return;
	target_abandon(&run.target);
	struct target_program program = {.path = "/bin/true",
					 .argv = run.argv,
					 .environment = environment,
					 .identity = &other,
					 .inherited = &run.inherited};
	check_ok(target_start(&run.target, &program));
	check_true(target_release(&run.target) < 0);
	check_int(run.target.exit_code, TARGET_EXIT_FAILURE);
	target_done(&run.target);
}

static void a_text_without_an_interpreter_goes_to_the_shell(void)
{
	struct run run;
	char name[] = "/tmp/ltsbpf-launch-test-XXXXXX";
	int fd = mkstemp(name), exit_code = -1;

	check_int(write(fd, "exit $1$#\n", 10), 10);
	fchmod(fd, 0755);
	close(fd);
	if (start(&run, name, "4", "x") && check_ok(target_release(&run.target)))
		check_ok(target_reap(&run.target, &exit_code));
	check_int(exit_code, 42);
	unlink(name);
	target_done(&run.target);
}

static void killed_at_the_gate_is_told_with_its_signal(void)
{
	struct run run;

	if (!start(&run, "/bin/true", NULL, NULL))
		return;
	check_ok(target_signal(&run.target, SIGKILL));
	wait_for_end(&run.target);
	check_int(target_release(&run.target), -ECANCELED);
	check_int(run.target.exit_code, 128 + SIGKILL);
	check_int(run.target.signal, SIGKILL);
	target_done(&run.target);
}

static void the_cpu_time_of_the_dead_can_be_read_until_the_reap(void)
{
	struct run run;
	uint64_t cpu_ns = 0, before_ns = 0;
	int exit_code = -1;

	if (!start(&run, "/bin/sh", "-c", "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done"))
		return;
	check_ok(target_cpu_ns(run.target.pid, &before_ns));
	check_ok(target_release(&run.target));
	wait_for_end(&run.target);
	check_int(target_exited(&run.target), 1);
	check_int(target_exited(&run.target), 1);
	check_ok(target_cpu_ns(run.target.pid, &cpu_ns));
	check_true(cpu_ns > before_ns + 5000000);
	pid_t pid = run.target.pid;
	check_ok(target_reap(&run.target, &exit_code));
	check_int(exit_code, 0);
	cpu_ns = 7;
	check_int(target_cpu_ns(pid, &cpu_ns), -ESRCH);
	check_uint(cpu_ns, 7);
	check_int(target_signal(&run.target, 0), -ESRCH);
	target_done(&run.target);
}

/* The read end of a pipe stays open in whoever forgot to close it. */
static void the_program_gets_no_descriptor_of_ours(void)
{
	struct run run;
	int exit_code = -1, kept = open("/dev/null", O_RDONLY);

	/* "ls" holds the folder it lists, which is then gone: test -e says no. */
	if (start(&run, "/bin/sh", "-c",
		  "n=0; for f in /proc/self/fd/*; do [ -e \"$f\" ] && n=$((n+1)); done; exit $n") &&
	    check_ok(target_release(&run.target)))
		check_ok(target_reap(&run.target, &exit_code));
	target_done(&run.target);
	int expected = 0;
	for (int fd = 0; fd < 1024; fd++) {
		int flags = fcntl(fd, F_GETFD);
		expected += flags >= 0 && !(flags & FD_CLOEXEC);
	}
	check_true(kept > 2);
	check_int(exit_code, expected);
	close(kept);
}

static void a_status_is_not_lost_where_sigchld_was_ignored(void)
{
	signal(SIGCHLD, SIG_IGN);
	check_int(run_shell("exit 9"), 9);
	signal(SIGCHLD, SIG_DFL);
}

CU_TestInfo launch_tests[] = {
	TEST(the_exit_code_is_the_programs),
	TEST(nothing_runs_before_the_release),
	TEST(an_abandoned_program_never_runs),
	TEST(what_cannot_be_executed_says_so),
	TEST(an_identity_we_may_not_have_is_our_own_failure),
	TEST(a_text_without_an_interpreter_goes_to_the_shell),
	TEST(killed_at_the_gate_is_told_with_its_signal),
	TEST(the_cpu_time_of_the_dead_can_be_read_until_the_reap),
	TEST(the_program_gets_no_descriptor_of_ours),
	TEST(a_status_is_not_lost_where_sigchld_was_ignored),
	CU_TEST_INFO_NULL,
};
