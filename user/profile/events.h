/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PROFILE_EVENTS_H
#define LTSBPF_PROFILE_EVENTS_H
/*
 * What a run consisted of besides its stacks: processes, threads, samples in time, collections,
 * imports, counted calls. Texts are borrowed from the profile's frames.strings.
 */
#include <stdbool.h>
#include <stdint.h>

struct profile_process {
	uint32_t pid;
	const char *name;   /* the command's name */
	const char *python; /* "3.11.2", "" when it is no Python */
	uint64_t samples;
	double cpu_s;	     /* CPU seconds the kernel charged to it while it was recorded */
	bool without_probes; /* its Python tells of no collections and imports */
};

/* Garbage collections of one generation, in all processes. */
struct profile_collection {
	uint32_t generation;
	uint64_t count;
	double total_s, longest_s; /* wall time */
	uint64_t collected;	   /* objects */
};

/* A module that was searched and loaded, below the one whose import wanted it. */
struct profile_import {
	const char *module;
	uint32_t parent;	/* index + 1 of another one, which stands before it; 0 = none */
	uint64_t count;		/* in all processes */
	double total_s, self_s; /* wall time with and without the imports below it */
};

struct profile_thread {
	uint32_t pid, tid;
	const char *name;    /* "" when it is not known */
	const char *process; /* the name of its process */
};

/* A sample in time; of one stack and thread, `weight` at once. */
struct profile_sample {
	uint64_t time_ns; /* since the recording began; never falls from one to the next */
	uint32_t thread;  /* index of profile.threads */
	uint32_t node;	  /* where its stack ends in the tree */
	uint32_t weight;
};

enum {
	NO_CALLER = UINT32_MAX
};

/* Calls of one Python function by another one, in all processes: a sum of struct calls_record. */
struct profile_call {
	uint32_t caller, callee; /* frame ids; NO_CALLER = none, or not known */
	uint64_t calls, primitive, pair_primitive;
	double own_s, total_s, pair_total_s;
};

#endif
