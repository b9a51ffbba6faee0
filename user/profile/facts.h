/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PROFILE_FACTS_H
#define LTSBPF_PROFILE_FACTS_H
/*
 * What is known of a run besides its stacks. Texts are borrowed from the profile's frames.strings.
 */
#include <stdbool.h>
#include <stdint.h>

enum loss_kind {
	LOSS_SAMPLE,  /* a sample that was due is missing */
	LOSS_FRAMES,  /* a sample has a stack that is not whole */
	LOSS_NOTHING, /* a sample had no Python stack to take, or what was late came later */
};

/* What did not go as a plain sample does, by reason. */
struct profile_loss {
	const char *reason;   /* a word for parsers: "ring_full" */
	const char *sentence; /* for people */
	uint64_t count;
	enum loss_kind kind;
};

/* Where native stacks end before their root. */
struct profile_gap {
	const char *marker; /* "[no unwind info: libopenblas.so.0]" */
	uint64_t count;	    /* samples */
};

enum calls_kind {
	CALLS_NONE,   /* calls were not counted */
	CALLS_COUNTS, /* calls are counted, times are sampled */
	CALLS_TIMES,  /* both are from the probes */
};

struct profile_calls_facts {
	enum calls_kind kind;
	double covered_s;      /* wall time during which calls were counted */
	double since_s;	       /* from the beginning of the recording until then */
	bool over_budget;      /* it ended before the program did */
	uint64_t hits;	       /* of the probes */
	double cost_s, trap_s; /* of all hits; of one trap */
	uint64_t uncounted;
};

struct profile_facts {
	const char *command; /* the command line as text */
	const char *clock;   /* "cpu" or "tick" */
	double rate_hz;
	uint64_t period_ns;	/* CPU time that one sample stands for */
	double duration_s;	/* wall time that was recorded */
	int64_t start_unix_s;	/* when it began */
	double cpu_s;		/* CPU seconds of the whole tree while it was recorded */
	uint64_t due, received; /* samples */
	uint64_t filtered;	/* of the received ones: left out of the tree, as was asked for */
	uint64_t python_stacks; /* samples with a complete Python stack */
	uint64_t native_stacks; /* samples with native or kernel frames */
	uint64_t whole_stacks;	/* of these, the ones that reach their root */
	double own_user_s, own_bpf_s;
	struct profile_calls_facts calls;
	bool cut_short;	    /* the recording has no end: ltsbpf was killed */
	bool by_thread;	    /* the tree is split by thread */
	bool by_line;	    /* Python functions are split by line */
	bool pstats_native; /* native functions apart in pstats; set by the app, not the resolver */
};

#endif
