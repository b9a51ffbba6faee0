// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "capture/machine.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static uint64_t status_number(const char *key, int base)
{
	FILE *status = fopen("/proc/self/status", "re");
	uint64_t value = UINT64_MAX;
	char line[256];

	while (status && fgets(line, sizeof(line), status))
		if (!strncmp(line, key, strlen(key)))
			value = strtoull(line + strlen(key), NULL, base);
	if (status)
		fclose(status);
	return value;
}

static uint64_t link_number(const char *path)
{
	char text[64] = "";

	check_true(readlink(path, text, sizeof(text) - 1) > 0);
	return strtoull(strchr(text, '[') + 1, NULL, 10);
}

static void what_is_observed_is_what_proc_tells(void)
{
	struct machine machine;
	char self[PATH_MAX] = "", release[80] = "";
	FILE *file = fopen("/proc/sys/kernel/osrelease", "re");

	machine_probe(&machine);
	check_uint(machine.capabilities, status_number("CapEff:", 16));
	check_int(machine.filtered, status_number("Seccomp:", 10) == 2);
	check_uint(machine.pid_namespace, link_number("/proc/self/ns/pid"));
	check_uint(machine.user_namespace, link_number("/proc/self/ns/user"));
	check_int(machine.root, geteuid() == 0);
	check_true(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
	check_str(machine.self, self);
	if (!check_not_null(file))
		return;
	check_not_null(fgets(release, sizeof(release), file));
	fclose(file);
	release[strcspn(release, "\n")] = '\0';
	check_str(machine.release, release);
	check_true(machine.tick_period_ns >= 1000000 && machine.tick_period_ns <= 10000000);
}

static void nothing_stays_open(void)
{
	struct machine machine;
	int before = dup(0);

	machine_probe(&machine);
	int after = dup(0);
	check_int(after, before + 1);
	close(before);
	close(after);
}

/* A container's seccomp filter in small: these two calls fail with ENOSYS and ENODATA. */
static bool refuse_calls(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_perf_event_open, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENODATA),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(*code), .filter = code};

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void calls_that_a_filter_refuses_are_seen(void)
{
	struct machine machine;
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		if (!refuse_calls())
			_exit(10);
		machine_probe(&machine);
		_exit(!machine.filtered + 2 * (machine.program_error != -ENOSYS) +
		      4 * (machine.event_error != -ENODATA));
	}
	check_int(waitpid(child, &status, 0), child);
	check_int(status, 0);
}

static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

	if (syscall(SYS_capset, &header, none))
		_exit(10);
}

static void a_process_without_capabilities_is_seen(void)
{
	struct machine machine;
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		drop_capabilities();
		machine_probe(&machine);
		_exit((machine.capabilities != 0) + 2 * !machine.program_error);
	}
	check_int(waitpid(child, &status, 0), child);
	check_int(status, 0);
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The best of many, for another process may take the CPU. */
static void the_probe_takes_less_than_a_millisecond(void)
{
	struct machine machine;
	double best_s = 1;

	for (int i = 0; i < 50; i++) {
		double start_s = seconds_now();
		machine_probe(&machine);
		double took_s = seconds_now() - start_s;
		best_s = took_s < best_s ? took_s : best_s;
	}
	check_near(best_s, 0.0005, 0.0005);
}

CU_TestInfo machine_tests[] = {
	TEST(what_is_observed_is_what_proc_tells),     TEST(nothing_stays_open),
	TEST(calls_that_a_filter_refuses_are_seen),    TEST(a_process_without_capabilities_is_seen),
	TEST(the_probe_takes_less_than_a_millisecond), CU_TEST_INFO_NULL,
};
