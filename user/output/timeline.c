// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/timeline.h"

#include <errno.h>
#include <stdlib.h>

#include "base/vec.h"

struct span {
	uint32_t node;
	uint64_t since_ns;
};

struct walk {
	const struct profile *profile;
	const struct timeline_listener *listener;
	VEC(struct span) path; /* what has begun and not ended, from the root on */
	VEC(uint32_t) wanted;  /* the next stack, likewise */
	uint64_t until_ns;     /* of the latest sample */
};

int timeline_init(struct timeline *timeline, const struct profile *profile)
{
	size_t count = profile->samples.count, threads = profile->threads.count, end = 0;
	const struct profile_sample *samples = profile->samples.items;

	timeline->profile = profile;
	timeline->samples = calloc(count + 1, sizeof(*timeline->samples));
	timeline->ends = calloc(threads + 1, sizeof(*timeline->ends));
	if (!timeline->samples || !timeline->ends)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		timeline->ends[samples[i].thread]++;
	for (size_t i = 0; i < threads; i++) {
		size_t of_thread = timeline->ends[i];
		timeline->ends[i] = end;
		end += of_thread;
	}
	for (size_t i = 0; i < count; i++)
		timeline->samples[timeline->ends[samples[i].thread]++] = (uint32_t)i;
	return 0;
}

void timeline_done(struct timeline *timeline)
{
	free(timeline->samples);
	free(timeline->ends);
	*timeline = (struct timeline){0};
}

const uint32_t *timeline_samples(const struct timeline *timeline, uint32_t thread, size_t *count)
{
	size_t start = thread ? timeline->ends[thread - 1] : 0;

	*count = timeline->ends[thread] - start;
	return timeline->samples + start;
}

static void end_down_to(struct walk *walk, size_t depth, uint64_t at_ns)
{
	while (walk->path.count > depth) {
		struct span span = walk->path.items[--walk->path.count];
		walk->listener->end(walk->listener->context, span.node, span.since_ns, at_ns);
	}
}

/* The stack that ends in the node, from the root on, without the root. */
static int want(struct walk *walk, uint32_t node)
{
	walk->wanted.count = 0;
	for (; node != PROFILE_ROOT; node = walk->profile->nodes.items[node].parent)
		if (vec_push(&walk->wanted, node))
			return -ENOMEM;
	for (size_t i = 0, k = walk->wanted.count; i + 1 < k; i++) {
		uint32_t swapped = walk->wanted.items[i];
		walk->wanted.items[i] = walk->wanted.items[--k];
		walk->wanted.items[k] = swapped;
	}
	return 0;
}

/* Where the span of a sample begins; what is open ends there when it lies apart. */
static uint64_t begin_of(struct walk *walk, const struct profile_sample *sample)
{
	uint64_t period = walk->profile->facts.period_ns, length = sample->weight * period;
	uint64_t begin = sample->time_ns > length ? sample->time_ns - length : 0;

	if (begin < walk->until_ns || begin - walk->until_ns <= period / 2)
		return walk->until_ns;
	end_down_to(walk, 0, walk->until_ns);
	return begin;
}

static int add_sample(struct walk *walk, const struct profile_sample *sample)
{
	uint64_t at_ns = begin_of(walk, sample);
	size_t same = 0;

	if (want(walk, sample->node))
		return -ENOMEM;
	while (same < walk->path.count && same < walk->wanted.count &&
	       walk->path.items[same].node == walk->wanted.items[same])
		same++;
	end_down_to(walk, same, at_ns);
	for (size_t i = same; i < walk->wanted.count; i++) {
		struct span span = {walk->wanted.items[i], at_ns};
		if (vec_push(&walk->path, span))
			return -ENOMEM;
		walk->listener->begin(walk->listener->context, span.node, at_ns);
	}
	if (sample->time_ns > walk->until_ns)
		walk->until_ns = sample->time_ns;
	return 0;
}

int timeline_walk(const struct timeline *timeline, uint32_t thread,
		  const struct timeline_listener *listener)
{
	struct walk walk = {.profile = timeline->profile, .listener = listener};
	size_t count;
	const uint32_t *samples = timeline_samples(timeline, thread, &count);
	int err = 0;

	for (size_t i = 0; i < count && !err; i++)
		err = add_sample(&walk, &timeline->profile->samples.items[samples[i]]);
	end_down_to(&walk, 0, walk.until_ns);
	vec_done(&walk.path);
	vec_done(&walk.wanted);
	return err;
}
