// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/diff_sides.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "app/load.h"
#include "app/options.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"

enum {
	STATUS_NOT_COMPARED = 3 /* as diff.h has it */
};

static int find_pattern(struct diff_sides *sides, const char *pattern)
{
	int found = glob(pattern, sides->has_found ? GLOB_APPEND : 0, NULL, &sides->found);

	sides->has_found = true;
	if (!found)
		return 0;
	if (found == GLOB_NOSPACE)
		return fail(STATUS_NOT_COMPARED, "cannot compare: %s", strerror(ENOMEM));
	return fail(STATUS_NOT_COMPARED, "--baseline: no file matches '%s'", pattern);
}

int diff_sides_find(struct diff_sides *sides, const struct options *options)
{
	struct diff_paths *old = &sides->paths[SIDE_OLD], *new = &sides->paths[SIDE_NEW];

	if (!options->baselines.count) {
		*old = (struct diff_paths){options->files, 1};
		*new = (struct diff_paths){options->files + 1, 1};
		return 0;
	}
	for (int i = 0; i < options->baselines.count; i++) {
		int status = find_pattern(sides, options->baselines.items[i]);
		if (status)
			return status;
	}
	*old = (struct diff_paths){sides->found.gl_pathv, sides->found.gl_pathc};
	*new = (struct diff_paths){options->files, (size_t)options->file_count};
	return 0;
}

void diff_sides_done(struct diff_sides *sides)
{
	if (sides->has_found)
		globfree(&sides->found);
	sides->has_found = false;
}

bool diff_same_command(const char *one, const char *other)
{
	for (;;) {
		one += strspn(one, " ");
		other += strspn(other, " ");
		size_t length = strcspn(one, " "), other_length = strcspn(other, " ");
		const char *folder = memrchr(one, '/', length);
		const char *other_folder = memrchr(other, '/', other_length);
		const char *name = folder ? folder + 1 : one;
		const char *other_name = other_folder ? other_folder + 1 : other;
		if (one + length - name != other + other_length - other_name ||
		    memcmp(name, other_name, (size_t)(one + length - name)) != 0)
			return false;
		one += length;
		other += other_length;
		if (!*one || !*other)
			return one[strspn(one, " ")] == other[strspn(other, " ")];
	}
}

/* What no two runs of a side, nor the sides, may differ in. */
static int check_clock(const struct profile_facts *one, const struct profile_facts *other,
		       const char *which)
{
	if (strcmp(one->clock, other->clock) != 0)
		return fail(-EINVAL, "not comparable: %s: clock %s, not %s as in the first new one",
			    which, other->clock, one->clock);
	if (fabs(one->rate_hz - other->rate_hz) > 0.01)
		return fail(-EINVAL,
			    "not comparable: %s: recorded at %g Hz, not %g as the first new one",
			    which, other->rate_hz, one->rate_hz);
	return 0;
}

static int check_command(const struct profile_facts *one, const struct profile_facts *other,
			 const char *which, bool strict)
{
	CLEANUP(freep) char *first = text_printable(one->command, "");
	CLEANUP(freep) char *second = text_printable(other->command, "");

	if (!first || !second)
		return -ENOMEM;
	if (diff_same_command(one->command, other->command))
		return 0;
	if (strict)
		return fail(-EINVAL,
			    "not comparable: %s: command '%s', not '%s' as in the first new "
			    "one",
			    which, second, first);
	warn("%s: another command: '%s', not '%s' as in the first new one", which, second, first);
	return 0;
}

static int load_one(const char *path, const struct resolver_view *view, bool strict,
		    enum comparison_side_id side, struct comparison *comparison)
{
	CLEANUP(profile_freep) struct profile *profile = NULL;
	const struct comparison_side *new = &comparison->sides[SIDE_NEW];
	int err = load_profile(path, view, &profile);

	if (err)
		return err;
	if (!profile_total(profile))
		return fail(-EINVAL,
			    "not comparable: '%s' has no samples, or none that pass the "
			    "filters",
			    path);
	err = comparison_add(comparison, side, profile);
	if (err)
		return fail(err, "cannot compare: %s", strerror(-err));
	err = check_clock(&new->facts, &profile->facts, path);
	return err ? err : check_command(&new->facts, &profile->facts, path, strict);
}

int diff_sides_load(const struct diff_sides *sides, const struct resolver_view *view, bool strict,
		    struct comparison *comparison)
{
	/* The new side first: its lines are shown. */
	static const enum comparison_side_id order[] = {SIDE_NEW, SIDE_OLD};
	int err = 0;

	for (int i = 0; i < SIDES; i++) {
		const struct diff_paths *paths = &sides->paths[order[i]];
		for (size_t file = 0; file < paths->count && !err; file++)
			err = load_one(paths->items[file], view, strict, order[i], comparison);
	}
	return err;
}

int diff_sides_check(const struct comparison *comparison, bool strict)
{
	unsigned long samples = comparison_samples(comparison);

	if (samples >= COMPARISON_SAMPLES)
		return 0;
	if (strict)
		return fail(-EINVAL,
			    "not comparable: %lu samples on one side; a verdict needs %d or more: "
			    "record for longer, or at a higher --rate",
			    samples, COMPARISON_SAMPLES);
	warn("only %lu samples on one side: the intervals can be trusted from %d on", samples,
	     COMPARISON_SAMPLES);
	return 0;
}
