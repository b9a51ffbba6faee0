// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/stack_filter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/frame.h"

/* What is known of a label. */
enum {
	LOOKED_AT = 1,
	INCLUDES = 2,
	EXCLUDES = 4,
};

static int compile(const char *pattern, regex_t *compiled, bool *given)
{
	if (!pattern)
		return 0;
	if (regcomp(compiled, pattern, REG_EXTENDED))
		return -EINVAL;
	*given = true;
	return 0;
}

int stack_filter_init(struct stack_filter *filter, const struct stack_patterns *patterns)
{
	int err = compile(patterns->include, &filter->include, &filter->has_include);

	if (!err)
		err = compile(patterns->exclude, &filter->exclude, &filter->has_exclude);
	if (!err)
		err = compile(patterns->process, &filter->process, &filter->has_process);
	return err ? err : compile(patterns->thread, &filter->thread, &filter->has_thread);
}

static bool matches(const regex_t *pattern, const char *text)
{
	return !regexec(pattern, text, 0, NULL, 0);
}

/* A number must be the whole id: "1" is not every process with a 1 in it. */
static bool matches_id(const regex_t *pattern, uint32_t id)
{
	char text[16];
	regmatch_t match;
	int length = snprintf(text, sizeof(text), "%u", id);

	return !regexec(pattern, text, 1, &match, 0) && match.rm_so == 0 && match.rm_eo == length;
}

bool stack_filter_takes_process(const struct stack_filter *filter, const char *name, uint32_t pid)
{
	return !filter->has_process || matches(&filter->process, name) ||
	       matches_id(&filter->process, pid);
}

bool stack_filter_takes_thread(const struct stack_filter *filter, const char *name, uint32_t tid)
{
	return !filter->has_thread || matches(&filter->thread, name) ||
	       matches_id(&filter->thread, tid);
}

/* What the label of a frame matches; -ENOMEM. */
static int look_at(struct stack_filter *filter, const struct frames *frames, uint32_t id)
{
	CLEANUP(freep) char *label = NULL;
	size_t known = filter->labels.count;
	uint8_t found = LOOKED_AT;

	if (id < known && filter->labels.items[id])
		return filter->labels.items[id];
	if (id >= known) {
		if (vec_reserve(&filter->labels, id + 1 - known))
			return -ENOMEM;
		memset(filter->labels.items + known, 0, id + 1 - known);
		filter->labels.count = id + 1;
	}
	label = frame_label(frames_get(frames, id));
	if (!label)
		return -ENOMEM;
	if (filter->has_include && matches(&filter->include, label))
		found |= INCLUDES;
	if (filter->has_exclude && matches(&filter->exclude, label))
		found |= EXCLUDES;
	filter->labels.items[id] = found;
	return found;
}

void stack_filter_begin(struct stack_filter *filter)
{
	filter->labels.count = 0;
}

int stack_filter_takes(struct stack_filter *filter, const struct frames *frames,
		       const uint32_t *stack, size_t depth)
{
	bool included = !filter->has_include;

	if (!filter->has_include && !filter->has_exclude)
		return 1;
	for (size_t i = 0; i < depth; i++) {
		int found = look_at(filter, frames, stack[i]);
		if (found < 0)
			return found;
		if (found & EXCLUDES)
			return 0;
		included |= (found & INCLUDES) != 0;
	}
	return included;
}

void stack_filter_done(struct stack_filter *filter)
{
	regex_t *patterns[] = {&filter->include, &filter->exclude, &filter->process,
			       &filter->thread};
	bool given[] = {filter->has_include, filter->has_exclude, filter->has_process,
			filter->has_thread};

	for (size_t i = 0; i < 4; i++)
		if (given[i])
			regfree(patterns[i]);
	vec_done(&filter->labels);
}
