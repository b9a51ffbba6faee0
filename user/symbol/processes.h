/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_SYMBOL_PROCESSES_H
#define LTSBPF_SYMBOL_PROCESSES_H
/*
 * The processes and threads of the recorded tree. A process that executes another program becomes
 * another entry if it has samples: they belong to the program that ran.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map64.h"
#include "base/strings.h"
#include "base/vec.h"
#include "ltsbpf.h"

struct process {
	uint32_t pid;
	const char *name;     /* the command's name when the entry began */
	const char *python;   /* "3.11.2", "" when no interpreter was seen; processes_inherit() */
	bool without_probes;  /* its interpreter's collections and imports are not seen */
	uint32_t forked_from; /* index + 1 of the entry whose memory it began with; 0 = none */
	uint64_t samples;
	uint64_t cpu_ns;	 /* of tasks that have ended */
	uint64_t cpu_running_ns; /* of the whole process when it was last looked at */
	uint64_t cpu_before_ns;	 /* spent before we followed it or in the program before */
};

struct processes {
	struct strings strings;
	VEC(struct process) list;
	struct map64 by_pid;	   /* pid -> index of its latest entry */
	struct map64 thread_names; /* tid -> address of an interned name */
};

/* Index of the pid's latest entry, made when there is none; -ENOMEM. */
int64_t processes_find(struct processes *processes, uint32_t pid);

/* RECORD_FORK, RECORD_EXEC, RECORD_RENAME, RECORD_FREED, RECORD_CPU. 0 or -ENOMEM. */
int processes_feed(struct processes *processes, const struct record *record);

/* RECORD_INTERPRETER. 0 or -ENOMEM. */
int processes_set_python(struct processes *processes, uint32_t pid, const char *version);
void processes_set_without_probes(struct processes *processes, uint32_t pid, bool without);

/* Gives the entries without an interpreter the one of the process they were forked from. */
void processes_inherit(struct processes *processes);

/* The thread's name, "" when it is not known. */
const char *processes_thread_name(const struct processes *processes, uint32_t tid);

/* CPU time of an entry while it was followed. */
uint64_t process_cpu_ns(const struct process *process);

void processes_done(struct processes *processes);

#endif
