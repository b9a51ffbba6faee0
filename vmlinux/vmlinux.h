/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef VMLINUX_H
#define VMLINUX_H
/*
 * The kernel's own structures, cut down to the fields that we read. CO-RE finds their places on the
 * running kernel; `make check` compares this file with its BTF.
 */
#include <linux/types.h>
#include <stdbool.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	int counter;
} atomic_t;

struct mm_struct;

struct thread_struct {
	unsigned long fsbase; /* x86-64 */
};

struct sched_entity {
	__u64 sum_exec_runtime; /* ns */
};

struct signal_struct {
	atomic_t live;			      /* threads that have not ended */
	unsigned long long sum_sched_runtime; /* ns, of threads that were released */
};

struct task_struct {
	struct mm_struct *mm;
	struct sched_entity se;
	int pid, tgid;
	char comm[16];
	struct signal_struct *signal;
	unsigned int in_execve : 1;
	struct thread_struct thread;
};

struct pt_regs { /* x86-64 */
	unsigned long ip;
};

struct hrtimer {
	void *function;
};

#pragma clang attribute pop

#endif
