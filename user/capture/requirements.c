// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "capture/requirements.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/capabilities.h"

#define SAY(field, ...) snprintf(out->field, sizeof(out->field), __VA_ARGS__)

/* Capabilities count for the kernel's own things only in the first user namespace. */
static bool has_rights(const struct machine *machine)
{
	return capabilities_suffice(machine->capabilities) &&
	       (!machine->user_namespace ||
		machine->user_namespace == MACHINE_FIRST_USER_NAMESPACE);
}

static void judge_architecture(const struct machine *machine, struct requirement *out)
{
	SAY(found, "%s", machine->architecture);
	if (!strcmp(machine->architecture, "x86_64"))
		return;
	out->state = REQUIREMENT_MISSING;
	SAY(meaning, "the sampling programs are written for x86_64 alone");
}

static void judge_kernel(const struct machine *machine, struct requirement *out)
{
	unsigned int major, minor;

	SAY(found, "%s", machine->release);
	if (sscanf(machine->release, "%u.%u", &major, &minor) != 2) {
		out->state = REQUIREMENT_WARN;
		SAY(meaning, "no version that can be compared; 5.15 or later is needed");
	} else if (major > 5 || (major == 5 && minor >= 15)) {
		return;
	} else if (major == 5 && minor == 14 && strstr(machine->release, ".el9")) {
		out->state = REQUIREMENT_WARN;
		SAY(meaning, "older than 5.15, but Red Hat's has BPF from later ones; not tested");
	} else {
		out->state = REQUIREMENT_MISSING;
		SAY(meaning, "Linux 5.15 or later is needed: boot a newer kernel");
	}
}

static void judge_btf(const struct machine *machine, struct requirement *out)
{
	SAY(found, "/sys/kernel/btf/vmlinux: %s",
	    machine->btf_error == -ENODATA ? "empty or not BTF"
	    : machine->btf_error	   ? strerror(-machine->btf_error)
					   : "readable");
	if (!machine->btf_error)
		return;
	out->state = REQUIREMENT_MISSING;
	SAY(meaning, "without it the programs cannot be fitted to this kernel, which must be built "
		     "with CONFIG_DEBUG_INFO_BTF=y and show it under /sys");
}

/* linux/security.h: the reasons of the integrity mode spare BPF reads, those above it do not. */
static void judge_lockdown(const struct machine *machine, struct requirement *out)
{
	const char *mode = strchr(machine->lockdown, '[');

	if (!mode) {
		SAY(found, "none is told");
		return;
	}
	SAY(found, "%.*s", (int)strcspn(mode + 1, "]"), mode + 1);
	if (strcmp(out->found, "confidentiality"))
		return;
	out->state = REQUIREMENT_MISSING;
	SAY(meaning, "this mode forbids BPF to read kernel memory: boot without "
		     "\"lockdown=confidentiality\" on the kernel's command line");
}

static void judge_user_namespace(const struct machine *machine, struct requirement *out)
{
	SAY(found, machine->user_namespace ? "the machine's" : "not told");
	if (!machine->user_namespace || machine->user_namespace == MACHINE_FIRST_USER_NAMESPACE)
		return;
	out->state = REQUIREMENT_MISSING;
	SAY(found, "a container's (user:[%lu])", machine->user_namespace);
	SAY(meaning, "root of a rootless container has no rights over the kernel: run on the host, "
		     "or in a container that root started");
}

static void judge_pid_namespace(const struct machine *machine, struct requirement *out)
{
	SAY(found, machine->pid_namespace ? "the machine's" : "not told");
	if (machine->pid_namespace == MACHINE_FIRST_PID_NAMESPACE)
		return;
	out->state = REQUIREMENT_MISSING;
	if (!machine->pid_namespace) {
		SAY(meaning, "/proc is needed: process numbers and maps are read there");
		SAY(fix, "sudo mount -t proc proc /proc");
		return;
	}
	SAY(found, "a container's (pid:[%lu])", machine->pid_namespace);
	SAY(meaning, "the kernel counts processes by the host's numbers: run on the host, or the "
		     "container with --pid=host");
	SAY(fix, "docker run --privileged --pid=host ...");
}

static void judge_capabilities(const struct machine *machine, struct requirement *out)
{
	char names[128];

	capabilities_missing(machine->capabilities, names, sizeof(names));
	SAY(found, *names ? "without %s" : "all that are needed", names);
	if (!*names)
		return;
	out->state = REQUIREMENT_WARN;
	out->sudo = !machine->root;
	capabilities_losses(machine->capabilities, out->meaning, sizeof(out->meaning));
	if (!capabilities_suffice(machine->capabilities)) {
		out->state = REQUIREMENT_MISSING;
		SAY(meaning, "the kernel loads programs only with CAP_BPF and CAP_PERFMON%s",
		    machine->root ? "; this is root, but in a container it seems" : "");
	}
	if (machine->root)
		capabilities_fix_container(out->fix, sizeof(out->fix));
	else
		capabilities_fix(machine->self, out->fix, sizeof(out->fix));
}

/* A system call that was refused though the capabilities are there, or because they are not. */
static void judge_call(const struct machine *machine, int err, const char *call,
		       struct requirement *out)
{
	SAY(found, "%s: %s", call, err ? strerror(-err) : "works");
	if (!err)
		return;
	out->state = REQUIREMENT_MISSING;
	if (!has_rights(machine)) {
		SAY(meaning, "for want of the rights above");
		out->sudo = !machine->root;
	} else if (machine->filtered) {
		SAY(meaning, "the rights are there: it is the seccomp filter of a container or a "
			     "service that refuses");
		SAY(fix, "docker run --pid=host --privileged ..., or "
			 "--security-opt seccomp=unconfined");
	} else {
		SAY(meaning, "the rights are there: a security module (SELinux, AppArmor) may "
			     "refuse, the system's log tells; or this kernel is built without it");
	}
}

static void judge_bpf(const struct machine *machine, struct requirement *out)
{
	judge_call(machine, machine->program_error, "bpf()", out);
}

static void judge_events(const struct machine *machine, struct requirement *out)
{
	judge_call(machine, machine->event_error, "perf_event_open()", out);
}

static void judge_paranoid(const struct machine *machine, struct requirement *out)
{
	if (!*machine->perf_event_paranoid)
		SAY(found, "kernel.perf_event_paranoid is not there");
	else
		SAY(found, "kernel.perf_event_paranoid = %s", machine->perf_event_paranoid);
	if (capabilities_allow(machine->capabilities, CAP_PERFMON))
		SAY(meaning, "any value will do with CAP_PERFMON");
	else
		SAY(meaning, "no value of it makes up for CAP_PERFMON");
}

/* Documentation/admin-guide/LSM/Yama.rst; nothing but a reboot leaves 3. */
static void judge_ptrace(const struct machine *machine, struct requirement *out)
{
	int scope = atoi(machine->ptrace_scope);

	if (!*machine->ptrace_scope) {
		SAY(found, "kernel.yama.ptrace_scope is not there: no limit");
		return;
	}
	SAY(found, "kernel.yama.ptrace_scope = %s", machine->ptrace_scope);
	if (scope < 2 || (scope == 2 && capabilities_allow(machine->capabilities, CAP_SYS_PTRACE)))
		return;
	out->state = REQUIREMENT_WARN;
	out->sudo = scope == 2 && !machine->root;
	SAY(meaning,
	    "memory of other processes cannot be read: Python lines and some names will be "
	    "missing");
}

static void judge_tick(const struct machine *machine, struct requirement *out)
{
	double period_ms = (double)machine->tick_period_ns / 1e6;

	SAY(found, "every %g ms, its handler %s", period_ms,
	    machine->tick_error ? "is not to be seen in /proc/kallsyms" : "is known");
	if (!machine->tick_error)
		return;
	out->state = REQUIREMENT_WARN;
	SAY(meaning, "`--clock tick` takes the usual clock instead, which is not concerned");
	if (!strcmp(machine->kptr_restrict, "2"))
		SAY(fix, "sudo sysctl kernel.kptr_restrict=1");
	else
		out->sudo =
			!machine->root && !capabilities_allow(machine->capabilities, CAP_SYSLOG);
}

static void judge_counters(const struct machine *machine, struct requirement *out)
{
	SAY(found, machine->counters ? "there" : "none, as in most virtual machines");
	SAY(meaning, "not needed");
}

static const struct {
	const char *name;
	void (*judge)(const struct machine *machine, struct requirement *out);
} rules[REQUIREMENTS] = {
	{"architecture", judge_architecture},
	{"kernel", judge_kernel},
	{"kernel types", judge_btf},
	{"lockdown", judge_lockdown},
	{"user namespace", judge_user_namespace},
	{"pid namespace", judge_pid_namespace},
	{"capabilities", judge_capabilities},
	{"BPF programs", judge_bpf},
	{"clock events", judge_events},
	{"perf's limit", judge_paranoid},
	{"ptrace's limit", judge_ptrace},
	{"scheduler's tick", judge_tick},
	{"CPU counters", judge_counters},
};

void requirements_judge(const struct machine *machine, struct requirement list[REQUIREMENTS])
{
	for (size_t i = 0; i < REQUIREMENTS; i++) {
		list[i] = (struct requirement){.name = rules[i].name};
		rules[i].judge(machine, &list[i]);
	}
}

int requirements_first_missing(struct requirement *missing)
{
	struct requirement list[REQUIREMENTS];
	struct machine machine;

	machine_probe(&machine);
	requirements_judge(&machine, list);
	for (size_t i = 0; i < REQUIREMENTS; i++) {
		if (list[i].state == REQUIREMENT_MISSING) {
			*missing = list[i];
			return -ENOTSUP;
		}
	}
	return 0;
}

void requirements_line(const struct requirement *requirement, char *line, size_t size)
{
	snprintf(line, size, "%s: %s (%s)%s%s", requirement->name, requirement->found,
		 requirement->meaning, *requirement->fix ? "; run: " : "", requirement->fix);
}
