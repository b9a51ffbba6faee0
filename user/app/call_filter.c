// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/call_filter.h"

#include <errno.h>

static int compile(const char *pattern, regex_t *compiled, bool *given)
{
	if (!pattern)
		return 0;
	if (regcomp(compiled, pattern, REG_EXTENDED | REG_NOSUB))
		return -EINVAL;
	*given = true;
	return 0;
}

int call_filter_init(struct call_filter *filter, const char *include, const char *exclude)
{
	int err = compile(include, &filter->include, &filter->includes);

	return err ? err : compile(exclude, &filter->exclude, &filter->excludes);
}

static bool matches(const regex_t *pattern, const char *name, const char *file)
{
	return !regexec(pattern, name, 0, NULL, 0) || !regexec(pattern, file, 0, NULL, 0);
}

int call_filter_learn(struct call_filter *filter, uint64_t fingerprint, const char *name,
		      const char *file)
{
	bool passes = (!filter->includes || matches(&filter->include, name, file)) &&
		      !(filter->excludes && matches(&filter->exclude, name, file));

	return passes ? 0 : map64_put(&filter->left_out, fingerprint, 1);
}

bool call_filter_passes(const struct call_filter *filter, uint64_t fingerprint)
{
	uint64_t found;

	return !map64_get(&filter->left_out, fingerprint, &found);
}

void call_filter_done(struct call_filter *filter)
{
	if (filter->includes)
		regfree(&filter->include);
	if (filter->excludes)
		regfree(&filter->exclude);
	map64_done(&filter->left_out);
}
