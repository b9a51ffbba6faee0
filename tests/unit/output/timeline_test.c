// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/timeline.h"

#include "base/cleanup.h"
#include "check.h"
#include "format_profiles.h"

static void on_begin(void *stream, uint32_t node, uint64_t at_ns)
{
	fprintf(stream, "+%u@%" PRIu64 " ", node, at_ns);
}

static void on_end(void *stream, uint32_t node, uint64_t since_ns, uint64_t at_ns)
{
	fprintf(stream, "-%u@%" PRIu64 "..%" PRIu64 " ", node, since_ns, at_ns);
}

static char *walked(const struct profile *profile, uint32_t thread)
{
	CLEANUP(timeline_done) struct timeline timeline = {0};
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	check_ok(timeline_init(&timeline, profile));
	check_ok(timeline_walk(&timeline, thread,
			       &(struct timeline_listener){on_begin, on_end, stream}));
	fclose(stream);
	return text;
}

static void neighbours_are_joined_and_gaps_kept(void)
{
	CLEANUP(profile_freep) struct profile *profile = timed_profile();
	CLEANUP(freep) char *text = walked(profile, 0);

	check_str(text, "+1@0 +2@0 +3@10 -3@10..20 -2@0..20 -1@0..20 "
			"+1@40 +2@40 +3@40 -3@40..50 -2@40..50 -1@40..50 ");
}

static void threads_are_told_apart(void)
{
	CLEANUP(profile_freep) struct profile *profile = timed_profile();
	CLEANUP(timeline_done) struct timeline timeline = {0};
	struct profile_thread thread = {7, 9, "", "python"};
	size_t count;

	check_ok(vec_push(&profile->threads, thread));
	timed_sample(profile, 1, 1, 60, 2);
	timed_sample(profile, 0, 1, 61, 1);
	timed_sample(profile, 1, PROFILE_ROOT, 75, 1);
	CLEANUP(freep) char *text = walked(profile, 1);
	check_str(text, "+1@40 -1@40..60 ");
	check_ok(timeline_init(&timeline, profile));
	check_uint(timeline_samples(&timeline, 0, &count)[3], 4);
	check_uint(count, 4);
	timeline_samples(&timeline, 1, &count);
	check_uint(count, 2);
}

static void a_weight_that_reaches_back_is_cut(void)
{
	CLEANUP(profile_freep) struct profile *profile = timed_profile();

	profile->samples.count = 0;
	timed_sample(profile, 0, 1, 5, 1);
	timed_sample(profile, 0, 1, 20, 9);
	timed_sample(profile, 0, 2, 20, 1);
	CLEANUP(freep) char *text = walked(profile, 0);
	check_str(text, "+1@0 +2@20 -2@20..20 -1@0..20 ");
}

CU_TestInfo timeline_tests[] = {
	TEST(neighbours_are_joined_and_gaps_kept),
	TEST(threads_are_told_apart),
	TEST(a_weight_that_reaches_back_is_cut),
	CU_TEST_INFO_NULL,
};
