/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_FLAMEGRAPH_DATA_H
#define LTSBPF_OUTPUT_FLAMEGRAPH_DATA_H
/*
 * What flamegraph.js makes its views of: the detailed tree of a profile (or its only one), as JSON
 * in the text of a <metadata id="data">, which no viewer shows:
 *
 *	period     seconds of CPU time that one sample stands for
 *	detail     whether threads and lines are told apart whatever the picture shows
 *	threads, lines  whether the picture shows them
 *	nodes      [depth, frame, self samples] of each node after its caller, in one flat list;
 *depth is 1 for a process; frame -1 stands for callees that there was no room for frames [function,
 *line] in one flat list; line 0 = not known functions  [classes of the box, label] in one flat list
 */
#include <stdio.h>

#include "profile/profile.h"

enum {
	FLAMEGRAPH_DATA_BYTES = 950000 /* about what it takes at most: the smallest nodes go */
};

/* Of a profile with samples. 0 or -ENOMEM. */
int flamegraph_data_write(const struct profile *profile, FILE *stream);

#endif
