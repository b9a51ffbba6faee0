/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_CAPTURE_MACHINE_H
#define LTSBPF_CAPTURE_MACHINE_H
/*
 * What this machine and this process are, as far as sampling depends on it: observed, not judged
 * (capture/requirements.h judges). Nothing here fails or prints: what cannot be told has a value
 * that says so.
 */
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* proc(5): these inodes are fixed for the first namespaces of a kernel (linux/proc_ns.h). */
#define MACHINE_FIRST_PID_NAMESPACE  4026531836u
#define MACHINE_FIRST_USER_NAMESPACE 4026531837u

struct machine {
	char architecture[65]; /* of uname(2): "x86_64" */
	char release[65];      /* of uname(2): "6.1.0-18-amd64" */
	int btf_error;	       /* 0 or -errno; -ENODATA: the file is no BTF */
	char lockdown[64];     /* "none [integrity] confidentiality"; "" = not told */
	uint64_t pid_namespace, user_namespace; /* inodes; 0 = not told */
	uint64_t capabilities;			/* effective; bit n = number n of capability.h */
	bool root;				/* by effective uid */
	bool filtered;				/* by seccomp */
	int program_error;			/* 0 or -errno of loading a trivial BPF program */
	int event_error;			/* 0 or -errno of opening a clock event on a CPU */
	char perf_event_paranoid[16];		/* these three: "2"; "" = the kernel has none */
	char ptrace_scope[16];
	char kptr_restrict[16];
	bool counters;		 /* hardware performance counters */
	uint64_t tick_period_ns; /* of the scheduler's tick */
	int tick_error;		 /* 0 or -errno of finding the tick's handler */
	char self[PATH_MAX];	 /* the file that runs: this ltsbpf; "ltsbpf" = not told */
};

/* All but tick_error; takes less than a millisecond. With the rights that recording will have. */
void machine_probe(struct machine *machine);

/* tick_error: reads all the kernel's symbols, some 30 ms. */
void machine_probe_tick(struct machine *machine);

#endif
