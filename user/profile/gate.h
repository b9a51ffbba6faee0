/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PROFILE_GATE_H
#define LTSBPF_PROFILE_GATE_H
/*
 * Rules that a comparison must not break, each about the total share of every function on its own:
 *
 *	+5pp             any function: grows by more than 5 percentage points
 *	func:REGEX>10%   functions that match: grows by more than 10 % of what it was
 *	func:REGEX>5pp   functions that match: grows by more than 5 percentage points
 *
 * REGEX is an extended regular expression that matches anywhere in the name or in the label, "name
 * (file:line)". A function breaks a rule when its estimate is over the limit and the change is
 * beyond noise: the interval that misses it in 2.5 % on this side, divided by the number of shares
 * that all the rules look at (Bonferroni), lies above 0. Functions that cannot break a rule of
 * points, for old and new share together are less than the limit, are not looked at, nor rare ones.
 *
 * Blocks of time do not tell how runs of one program differ, by where its memory happens to lie
 * and by what else the machine does. Unless there are several runs to tell it, a verdict takes it
 * that they do by GATE_BETWEEN_RUNS of a share (of a large one: of the rest).
 */
#include <regex.h>

#include "profile/comparison.h"

#define GATE_BETWEEN_RUNS 0.04 /* standard deviation; measured: docs/performance.md */

struct gate_rule {
	const char *text; /* borrowed */
	regex_t functions;
	bool has_functions; /* false: any */
	bool relative;	    /* the limit is a part of the old share, else of all samples */
	double limit;	    /* 0.05 for 5 % or 5 points */
	size_t tested;	    /* after gate_judge(): how many shares it looks at */
};

struct gate_finding {
	size_t rule, function; /* indexes of gate.rules and comparison.functions */
	double least;	       /* the lower end of the interval of the change, 0..1 */
};

/* Zeroed: no rules. */
struct gate {
	VEC(struct gate_rule) rules;
	/* After gate_judge(): */
	VEC(struct gate_finding) findings;
	size_t tested; /* shares that all rules together look at */
};

/* 0, -EINVAL when the text is no rule, or -ENOMEM. */
int gate_add(struct gate *gate, const char *text);

/* Once. 0 or -ENOMEM. */
int gate_judge(struct gate *gate, const struct comparison *comparison);

void gate_done(struct gate *gate);

#endif
