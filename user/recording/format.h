/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_RECORDING_FORMAT_H
#define LTSBPF_RECORDING_FORMAT_H
/* Records that are made in user space; others are in bpf/ltsbpf.h. Little endian. */
#include <stdint.h>

#include "ltsbpf.h"
#include "recording/blocks.h"
#include "recording/symbol_records.h"

/* Texts are WTF-8, NUL-terminated, one behind the other in data[]. */
enum {
	RECORD_BEGIN = RECORD_USER, /* the first record */
	RECORD_FUNCTION,	    /* a Python code object */
	RECORD_INTERPRETER,	    /* a process has this Python */
	RECORD_CPU,		    /* CPU time of a process that still runs, in an exit_record */
	RECORD_PROGRESS,	    /* counters so far; every second, and last with `final` set */
	RECORD_CALLS,		    /* calls of one function by one other, in one process */
	RECORD_CALLS_STATE,	    /* how calls were counted; once, after the last RECORD_CALLS */
	RECORD_IMAGE,		    /* a file of machine code; see symbol_records.h */
	RECORD_SYMBOL,		    /* what the word of a native, JIT or kernel frame means */
};

enum recording_clock {
	CLOCK_CPU,
	CLOCK_TICK
};

struct begin_record {
	struct record head; /* head.pid = the program's first process */
	int64_t start_unix_s;
	uint64_t period_ns;
	uint32_t clock;	   /* enum recording_clock */
	uint32_t rate_mhz; /* 1/1000 Hz */
	char data[];	   /* command line, ltsbpf's version, the kernel's release */
};

struct function_record {
	struct record head; /* head.pid = the process it was first seen in */
	uint64_t fingerprint;
	uint32_t first_line;
	uint32_t python_minor;	  /* the line table's format goes by it */
	uint32_t linetable_bytes; /* the last so many bytes of data[] that are used */
	uint32_t text_bytes;	  /* of the three texts with their NULs */
	uint8_t data[];		  /* name, qualname ("" = none), file name, line table */
};

struct interpreter_record {
	struct record head;
	uint32_t version_hex;	 /* PY_VERSION_HEX */
	uint32_t without_probes; /* 1 = it has none for collections and imports */
	char data[];		 /* version, where the layout is from */
};

struct progress_record {
	struct record head;
	uint64_t counters[COUNTERS]; /* enum counter */
	uint64_t own_user_ns;	     /* CPU time of ltsbpf itself */
	uint64_t mappings_lost;	     /* notices of mapped files that found no room */
	uint64_t texts_unreadable;   /* code objects with a name that is not whole */
	uint32_t final, reserved;
};

/* Counted by function__entry and function__return. "Primitive" as in cProfile: made while the
 * function (the pair) was not active already in the thread. Times are wall time, without what the
 * probes cost; 0 where only returns are seen. */
struct calls_record {
	struct record head;
	uint64_t caller, callee; /* fingerprints; caller 0 = nobody: the thread's first function */
	uint64_t calls;
	uint64_t primitive;	 /* of the callee, among these calls */
	uint64_t pair_primitive; /* of the pair, among these calls */
	int64_t own_ns;		 /* in the callee itself; may be below 0 by what calibration errs */
	int64_t total_ns;	 /* with what it called, primitive calls of the callee alone */
	int64_t pair_total_ns;	 /* with what it called, primitive calls of the pair alone */
};

struct calls_state_record {
	struct record head;
	uint64_t begin_ns, end_ns; /* CLOCK_MONOTONIC: calls were counted from..to */
	uint64_t entries, returns; /* probe hits */
	uint64_t cost_ns;	   /* of all hits, traps included, as estimated */
	uint64_t trap_ns;	   /* of one trap, calibrated at the start */
	uint64_t uncounted;	   /* calls without a place: too deep, or no room in the tables */
	uint32_t timed;		   /* 1 = entries fire too: times are from the probes */
	uint32_t over_budget;	   /* 1 = ended before the program did, by the budget */
};

#endif
