// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "target/launch.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "target/command.h"

enum step {
	STEP_IDENTITY,
	STEP_EXEC
};

/* What the child sends back when it cannot become the program; nothing when it could. */
struct report {
	enum step step;
	int err;
};

/* ---- the child; nothing of it returns ---- */

static ssize_t receive(int gate, void *data, size_t size)
{
	ssize_t got;

	do
		got = recv(gate, data, size, MSG_WAITALL);
	while (got < 0 && errno == EINTR);
	return got;
}

_Noreturn static void give_up(int gate, enum step step, int err)
{
	struct report report = {.step = step, .err = err};

	send(gate, &report, sizeof(report), MSG_NOSIGNAL);
	_exit(step == STEP_EXEC ? command_exit_code(err) : TARGET_EXIT_FAILURE);
}

/* A text without "#!" is what execvp(3) takes for a shell script. */
static void execute_by_shell(const struct target_program *program)
{
	size_t count = 0;

	while (program->argv[count])
		count++;
	char **argv = calloc(count + 3, sizeof(*argv));
	if (!argv)
		return;
	argv[0] = (char *)"/bin/sh";
	argv[1] = (char *)program->path;
	for (size_t i = 1; i < count; i++)
		argv[i + 1] = program->argv[i];
	execve(argv[0], argv, program->environment);
	free(argv);
}

_Noreturn static void be_child(int gate, const struct target_program *program)
{
	char opened;

	signals_restore(program->inherited);
	if (receive(gate, &opened, 1) != 1)
		_exit(TARGET_EXIT_FAILURE);
	int err = identity_assume(program->identity);
	if (err)
		give_up(gate, STEP_IDENTITY, err);
	execve(program->path, program->argv, program->environment);
	if (errno == ENOEXEC)
		execute_by_shell(program);
	give_up(gate, STEP_EXEC, -errno);
}

/* ---- ltsbpf ---- */

int target_start(struct target *target, const struct target_program *program)
{
	int gate[2];

	/* One socket for both ways: writing to a child that was killed must not raise SIGPIPE. */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, gate))
		return fail(-errno, "cannot start '%s': %s", program->path, strerror(errno));
	pid_t pid = fork();
	if (pid == 0) {
		close(gate[0]);
		be_child(gate[1], program);
	}
	int err = -errno;
	close(gate[1]);
	if (pid < 0) {
		close(gate[0]);
		return fail(err, "cannot start '%s': %s", program->path, strerror(-err));
	}
	struct target made = {.pid = pid, .gate = gate[0], .program = *program};
	made.pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (made.pidfd < 0) {
		err = fail(-errno, "cannot watch process %d: %s", (int)pid, strerror(errno));
		target_abandon(&made);
		return err;
	}
	*target = made;
	return 0;
}

static int exit_code_of(const siginfo_t *info)
{
	return info->si_code == CLD_EXITED ? info->si_status : 128 + info->si_status;
}

static int wait_for(const struct target *target, siginfo_t *info, int options)
{
	int result;

	*info = (siginfo_t){0};
	do
		result = waitid(P_PID, (id_t)target->pid, info, WEXITED | options);
	while (result && errno == EINTR);
	return result ? -errno : 0;
}

int target_reap(struct target *target, int *exit_code)
{
	siginfo_t info;

	int err = wait_for(target, &info, 0);
	target->reaped = true;
	if (err)
		return fail(err, "the exit status of process %d is lost: %s", (int)target->pid,
			    strerror(-err));
	*exit_code = exit_code_of(&info);
	target->signal = info.si_code == CLD_EXITED ? 0 : info.si_status;
	return 0;
}

int target_exited(const struct target *target)
{
	siginfo_t info;

	int err = wait_for(target, &info, WNOHANG | WNOWAIT);
	if (err)
		return fail(err, "cannot watch process %d: %s", (int)target->pid, strerror(-err));
	return info.si_pid == target->pid;
}

static int tell_report(struct target *target, const struct report *report)
{
	const struct target_program *program = &target->program;

	if (report->step == STEP_IDENTITY) {
		target->exit_code = TARGET_EXIT_FAILURE;
		return fail(report->err, "cannot become %s to run '%s': %s",
			    program->identity->name, program->path, strerror(-report->err));
	}
	target->exit_code = command_exit_code(report->err);
	if (report->err == -ENOENT)
		return fail(report->err,
			    "cannot execute '%s': it is gone, or the interpreter in its first line "
			    "or its dynamic loader is not there",
			    program->path);
	return fail(report->err, "cannot execute '%s': %s", program->path, strerror(-report->err));
}

static int release_failed(struct target *target, int err)
{
	closep(&target->gate);
	int exit_code;
	target_reap(target, &exit_code);
	return err;
}

static int killed_at_gate(struct target *target)
{
	int exit_code = TARGET_EXIT_FAILURE;

	closep(&target->gate);
	if (!target_reap(target, &exit_code))
		fail(-ECANCELED, "'%s' was stopped before it began (exit code %d)",
		     target->program.path, exit_code);
	target->exit_code = exit_code;
	return -ECANCELED;
}

int target_release(struct target *target)
{
	struct report report;

	if (send(target->gate, "", 1, MSG_NOSIGNAL) != 1)
		return killed_at_gate(target);
	ssize_t got = receive(target->gate, &report, sizeof(report));
	if (got == sizeof(report))
		return release_failed(target, tell_report(target, &report));
	closep(&target->gate);
	return 0;
}

void target_abandon(struct target *target)
{
	siginfo_t info;

	if (!target->pid || target->reaped)
		return;
	kill(target->pid, SIGKILL);
	wait_for(target, &info, 0);
	target->reaped = true;
	target_done(target);
}

int target_signal(const struct target *target, int signo)
{
	return syscall(SYS_pidfd_send_signal, target->pidfd, signo, NULL, 0) ? -errno : 0;
}

void target_done(struct target *target)
{
	if (!target->pid)
		return;
	closep(&target->gate);
	closep(&target->pidfd);
	*target = (struct target){0};
}

int target_cpu_ns(pid_t pid, uint64_t *cpu_ns)
{
	struct timespec time;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &time))
		return -ESRCH;
	*cpu_ns = (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
	return 0;
}
