/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_DIFF_SIDES_H
#define LTSBPF_APP_DIFF_SIDES_H
/* The recordings of a comparison: which they are, and whether they can be compared. */
#include <glob.h>

#include "profile/comparison.h"

struct options;
struct resolver_view;

/* Paths of a side, borrowed from the command line or from `found`. */
struct diff_paths {
	char **items;
	size_t count;
};

struct diff_sides {
	struct diff_paths paths[SIDES];
	glob_t found; /* the patterns' files */
	bool has_found;
};

/* 0, or the exit status, told. diff_sides_done() is right after both. */
int diff_sides_find(struct diff_sides *sides, const struct options *options);
void diff_sides_done(struct diff_sides *sides);

/*
 * Reads all recordings, with samples in time, into the comparison, which is initialised, and tells
 * what makes them incomparable. strict: for a verdict; then another command is no matter of a
 * warning. 0 or -errno, told.
 */
int diff_sides_load(const struct diff_sides *sides, const struct resolver_view *view, bool strict,
		    struct comparison *comparison);

/* Whether there are samples enough; too few are a matter of a warning unless strict. 0 or -EINVAL,
 * told. */
int diff_sides_check(const struct comparison *comparison, bool strict);

/* The same program with the same arguments; folders in paths, and blanks, are no difference. */
bool diff_same_command(const char *one, const char *other);

#endif
