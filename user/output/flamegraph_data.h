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
 *	nodes      of each node after its caller, in one flat list: depth (1 for a process), frame
 *		   (-1 stands for callees that there was no room for), self samples
 *	frames     in one flat list: function, line (0 = not known; of a thread: 1 when it is not
 *		   the first one of its process)
 *	functions  in one flat list: classes of the box, label
 */
#include <stdio.h>

#include "profile/profile.h"

enum {
	FLAMEGRAPH_DATA_BYTES = 950000 /* about what it takes at most: the smallest nodes go */
};

/* Of a profile with samples. 0 or -ENOMEM. */
int flamegraph_data_write(const struct profile *profile, FILE *stream);

#endif
