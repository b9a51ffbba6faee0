/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_PSTATS_TABLE_H
#define LTSBPF_OUTPUT_PSTATS_TABLE_H
/*
 * A profile as pstats sees it: a flat table of functions and, for each, who called it, in samples;
 * output/pstats_calls.h adds the counted calls. A function is what pstats tells apart: equal (file,
 * first line, name) are one function, whatever else differs in their frames.
 *
 * Native, JIT and kernel frames and gaps between them are no functions here: their samples belong
 * to the nearest function above them, as cProfile does with C code it does not trace. With
 * facts.pstats_native they are functions like all others.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/map64.h"
#include "base/strings.h"
#include "base/vec.h"
#include "profile/profile.h"

enum {
	PSTATS_ROOT = 0
};

struct pstats_cost {
	uint64_t self;	  /* samples that end here */
	uint64_t total;	  /* samples that come by here, each counted once however often it does */
	uint32_t on_path; /* while the table is made: how often the current stack is here */
	bool timed;	  /* the times by the probes stand in for the samples */
	uint64_t calls, primitive; /* as counted; 0 = not counted */
	double own_s, total_s;	   /* by the probes, wall time; total_s of primitive calls */
};

struct pstats_function {
	const char
		*file; /* co_filename in full; "~" for what is no Python function, as in cProfile */
	uint32_t first_line;
	const char *name; /* co_name, "<process NAME>", "<thread NAME>", "<built-in method NAME>",
			   * or the frame's label: "<SYMBOL (LIBRARY)>", "<MARKER>" */
	uint32_t first_call; /* the first of the calls with this callee; 0 = none */
	struct pstats_cost cost;
};

/* One function seen directly above another one. */
struct pstats_call {
	uint32_t caller;    /* index of a function */
	uint32_t next_call; /* the next one with the same callee; 0 = none */
	struct pstats_cost cost;
};

struct pstats_table {
	struct strings strings; /* owns the texts; they hold no bad bytes (output/marshal.h) */
	VEC(struct pstats_function) functions; /* [PSTATS_ROOT]: every stack starts there */
	VEC(struct pstats_call) calls;	       /* [0] stands for "none" */
	struct map64 of_key;		       /* hash of file, line and name -> function */
	struct map64 of_frame;		       /* frame -> function */
	struct map64 of_pair;		       /* caller << 32 | callee -> call */
};

/*
 * Fills a zeroed table; the root's name is given (file "~", line 0). The table does not depend on
 * the profile afterwards. Takes time linear in the number of nodes and memory linear in functions,
 * calls and depth. 0 or -ENOMEM; pstats_table_done() is due in both cases.
 */
int pstats_table_make(struct pstats_table *table, const struct profile *profile,
		      const char *root_name);

/* The index of a frame's function, or of the call with this caller and callee, made without any
 * cost on first sight. -ENOMEM otherwise. */
int64_t pstats_table_function(struct pstats_table *table, const struct frames *frames,
			      uint32_t frame_id);
int64_t pstats_table_call(struct pstats_table *table, uint32_t caller, uint32_t callee);

void pstats_table_done(struct pstats_table *table);

#endif
