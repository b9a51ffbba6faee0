/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_CALL_FILTER_H
#define LTSBPF_APP_CALL_FILTER_H
/*
 * Which functions' calls are recorded: --include and --exclude, extended regular expressions over
 * a function's qualified name and its file. The probes trap all the same; what is left out does not
 * reach the recording.
 */
#include <regex.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/map64.h"

/* Zeroed = everything passes. */
struct call_filter {
	regex_t include, exclude;
	bool includes, excludes;
	struct map64 left_out; /* fingerprints */
};

/* NULL = no such pattern. 0, or -EINVAL when one is not an expression, untold. */
int call_filter_init(struct call_filter *filter, const char *include, const char *exclude);

/* Judges a function when its names are known. 0 or -ENOMEM. */
int call_filter_learn(struct call_filter *filter, uint64_t fingerprint, const char *name,
		      const char *file);

/* False for a function that was left out. */
bool call_filter_passes(const struct call_filter *filter, uint64_t fingerprint);

void call_filter_done(struct call_filter *filter);

#endif
