/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_FORMAT_PROFILES_H
#define LTSBPF_TESTS_FORMAT_PROFILES_H
/* Profiles that the writers of several formats are tried with. */
#include "pstats_stacks.h"
#include "rendered.h"

/* Ends in a node: the last one that was made. */
static inline void timed_sample(struct profile *profile, uint32_t thread, uint32_t node,
				uint64_t time_ns, uint32_t weight)
{
	struct profile_sample sample = {time_ns, thread, node, weight};

	check_ok(vec_push(&profile->samples, sample));
}

/*
 * python;main;f 2, python;main 1, of period 10 ns; in time main (10), f (20), a gap, f (50), all in
 * one thread. Node 1 is the process, 2 is main, 3 is f.
 */
static inline struct profile *timed_profile(void)
{
	struct profile *profile = profile_new();
	struct profile_thread thread = {7, 8, "worker", "python"};

	profile->facts.period_ns = 10;
	profile->facts.command = "python x.py";
	check_ok(stack_add(profile, "process:python main@3 f@7", 2));
	check_ok(stack_add(profile, "process:python main@3", 1));
	check_ok(vec_push(&profile->threads, thread));
	timed_sample(profile, 0, 2, 10, 1);
	timed_sample(profile, 0, 3, 20, 1);
	timed_sample(profile, 0, 3, 50, 1);
	return profile;
}

/* Names that would break a document if they were copied into it. */
static inline struct profile *hostile_profile(void)
{
	static const char *const names[] = {
		"\"", "</script>", "a\nb", "|", "`", "\xff\xfe", "\xed\xb2\x80", "(3) x", "", "\\",
	};
	struct profile *profile = profile_new();
	static char long_name[10001];
	uint32_t frames[16], depth = 0;

	memset(long_name, 'x', sizeof(long_name) - 1);
	profile->facts.period_ns = 10;
	profile->facts.command = "a\n\"</script>\xff";
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct frame frame = {FRAME_PYTHON, 1, 0, names[i], names[i], names[i]};
		frames[depth++] = (uint32_t)frames_intern(&profile->frames, &frame);
	}
	frames[depth++] = (uint32_t)frames_add(&profile->frames, FRAME_NATIVE, long_name);
	struct profile_thread thread = {1, 2, "a\n\"\xff", "</script>\xed\xb2\x80"};
	check_ok(vec_push(&profile->threads, thread));
	int64_t node = profile_add_leaf(profile, frames, depth, 0, 1);
	timed_sample(profile, 0, (uint32_t)node, 10, 1);
	return profile;
}

/* Nothing that is no text, and brackets and quotes that match as JSON wants them. */
static inline void check_is_json(const char *text)
{
	bool quoted = false;
	int open = 0;

	for (const char *at = text; at && *at; at++) {
		check_true((unsigned char)*at >= ' ' || (*at == '\n' && !quoted));
		if (quoted && *at == '\\')
			at++;
		else if (*at == '"')
			quoted = !quoted;
		else if (!quoted)
			open += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
	}
	check_true(!quoted && !open);
}

/* What every writer of JSON promises. */
static inline void check_json_writer(writer *write)
{
	CLEANUP(profile_freep) struct profile *empty = profile_new();
	CLEANUP(profile_freep) struct profile *hostile = hostile_profile();
	CLEANUP(freep) char *of_empty = rendered(write, empty);
	CLEANUP(freep) char *of_hostile = rendered(write, hostile);

	check_is_json(of_empty);
	check_is_json(of_hostile);
	check_null(strstr(of_hostile, "\xff"));
	check_null(strstr(of_hostile, "\xed\xb2"));
	check_reports_a_full_disk(write, hostile);
	check_reports_lack_of_memory(write, hostile);
}

#endif
