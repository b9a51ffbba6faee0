// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "capture/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "capture/clock.h"

/* The first line of a small file; "" when there is none to read. */
static void read_line(const char *path, char *line, size_t size)
{
	CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? 0 : read(fd, line, size - 1);

	line[got > 0 ? got : 0] = '\0';
	line[strcspn(line, "\n")] = '\0';
}

/* linux/btf.h: a BTF file begins with this number. */
static int try_btf(void)
{
	CLEANUP(closep) int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	uint16_t magic = 0;

	if (fd < 0)
		return -errno;
	if (read(fd, &magic, sizeof(magic)) < 0)
		return -errno;
	return magic == 0xeb9f ? 0 : -ENODATA;
}

static uint64_t inode_of(const char *path)
{
	struct stat stat_of;

	return stat(path, &stat_of) ? 0 : stat_of.st_ino;
}

static uint64_t effective_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};

	if (syscall(SYS_capget, &header, data))
		return 0;
	return (uint64_t)data[1].effective << 32 | data[0].effective;
}

/* "return 0" for a perf event: loading it takes the rights that the real programs take. */
static int try_program(void)
{
	static const struct bpf_insn instructions[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_PERF_EVENT;
	attr.insns = (uintptr_t)instructions;
	attr.insn_cnt = sizeof(instructions) / sizeof(*instructions);
	attr.license = (uintptr_t) "GPL";
	CLEANUP(closep) int fd = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	return fd < 0 ? -errno : 0;
}

/* The same kind of event as the clock's, never switched on. */
static int try_event(void)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = 1000000000,
		.disabled = 1,
		.exclude_idle = 1,
	};
	CLEANUP(closep)
	int fd = (int)syscall(SYS_perf_event_open, &attr, -1, sched_getcpu(), -1,
			      PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : 0;
}

static void find_self(char *path, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", path, size - 1);

	if (length > 0)
		path[length] = '\0';
	else
		snprintf(path, size, "ltsbpf");
}

void machine_probe(struct machine *machine)
{
	struct utsname names = {0};

	memset(machine, 0, sizeof(*machine));
	uname(&names);
	memcpy(machine->architecture, names.machine, sizeof(machine->architecture));
	memcpy(machine->release, names.release, sizeof(machine->release));
	machine->btf_error = try_btf();
	read_line("/sys/kernel/security/lockdown", machine->lockdown, sizeof(machine->lockdown));
	machine->pid_namespace = inode_of("/proc/self/ns/pid");
	machine->user_namespace = inode_of("/proc/self/ns/user");
	machine->capabilities = effective_capabilities();
	machine->root = !geteuid();
	machine->filtered = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == SECCOMP_MODE_FILTER;
	machine->program_error = try_program();
	machine->event_error = try_event();
	read_line("/proc/sys/kernel/perf_event_paranoid", machine->perf_event_paranoid,
		  sizeof(machine->perf_event_paranoid));
	read_line("/proc/sys/kernel/yama/ptrace_scope", machine->ptrace_scope,
		  sizeof(machine->ptrace_scope));
	read_line("/proc/sys/kernel/kptr_restrict", machine->kptr_restrict,
		  sizeof(machine->kptr_restrict));
	machine->counters = inode_of("/sys/bus/event_source/devices/cpu") ||
			    inode_of("/sys/bus/event_source/devices/cpu_core");
	machine->tick_period_ns = clock_tick_period_ns();
	find_self(machine->self, sizeof(machine->self));
}

void machine_probe_tick(struct machine *machine)
{
	struct tick_code tick;

	machine->tick_error = clock_find_tick(&tick);
}
