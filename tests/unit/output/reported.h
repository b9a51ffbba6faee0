/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_REPORTED_H
#define LTSBPF_TESTS_REPORTED_H
/* Profiles to report, and what the writers of reports make of them. */
#include "check.h"
#include "output/report.h"
#include "pstats_stacks.h"
#include "rendered.h"

static const struct report_choice default_choice = {.filters = "", .version = "1.2.3"};

/* 100 Hz, no samples yet. */
static inline struct profile *run_profile(void)
{
	struct profile *profile = profile_new();

	profile->facts = (struct profile_facts){
		.command = "python x.py",
		.clock = "cpu",
		.rate_hz = 100,
		.period_ns = 10000000,
		.duration_s = 12.5,
		.cpu_s = 10,
		.due = 1000,
		.received = 1000,
	};
	return profile;
}

/* Samples of the innermost Python function's line. */
static inline void line_add(struct profile *profile, char *function, uint32_t line, uint64_t count)
{
	uint64_t frame = (uint64_t)stack_frame(profile, function);

	check_ok(map64_add(&profile->lines, frame << 32 | line, count));
}

/* Names that would be something else if they were not escaped, each as a function's and so on. */
static const char *const hostile_names[] = {
	"</code></script><script>alert(1)</script>",
	"| a | b |",
	"``` `x` ```",
	"@octocat and #12, https://example.org/ www.example.org",
	"**bold** __under__ [link](javascript:x) ![i](x) <!-- c --> &lt;",
	"line\nfeed\r\t\x1b[2J",
	"\xed\xb2\x80 lone \xff\xfe bad",
};

enum {
	HOSTILE_NAMES = sizeof(hostile_names) / sizeof(*hostile_names)
};

/* Every text of the profile is one of them. */
static inline struct profile *hostile_profile(void)
{
	struct profile *profile = run_profile();

	profile->facts.by_thread = true;
	for (size_t i = 0; i < HOSTILE_NAMES; i++) {
		const char *name = hostile_names[i];
		const struct frame function = {.kind = FRAME_PYTHON,
					       .name = name,
					       .short_name = name,
					       .file = name,
					       .first_line = 7};
		const uint32_t stack[] = {
			(uint32_t)frames_add(&profile->frames, FRAME_PROCESS, name),
			(uint32_t)frames_add(&profile->frames, FRAME_THREAD, name),
			(uint32_t)frames_add(&profile->frames, FRAME_MARKER, name),
			(uint32_t)frames_intern(&profile->frames, &function),
		};
		profile->facts.command = name;
		check_ok(profile_add(profile, stack, 4, 8, 10));
		check_ok(vec_push(
			&profile->processes,
			((struct profile_process){.pid = 1, .name = name, .python = name})));
		check_ok(vec_push(&profile->imports, ((struct profile_import){.module = name})));
		check_ok(vec_push(&profile->gaps, ((struct profile_gap){.marker = name})));
	}
	return profile;
}

typedef int report_writer(const struct profile *profile, const struct report_choice *choice,
			  FILE *stream);

/* The text, owned by the caller; NULL with a failed check when the writer fails. */
static inline char *reported(report_writer *write, const struct profile *profile,
			     const struct report_choice *choice)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!check_not_null(stream))
		return NULL;
	check_ok(write(profile, choice, stream));
	fclose(stream);
	return text;
}

static inline void check_report_fails_well(report_writer *write, const struct profile *profile)
{
	FILE *full = fopen("/dev/full", "w");
	unsigned int nth = 1;

	check_int(write(profile, &default_choice, full), -ENOSPC);
	fclose(full);
	for (;; nth++) {
		FILE *null = fopen("/dev/null", "w");
		memory_fail_at(nth);
		int err = write(profile, &default_choice, null);
		bool failed = memory_failed();
		fclose(null);
		if (!failed)
			break;
		check_int(err, -ENOMEM);
	}
	check_true(nth > 4);
}

/* No name became markup: every special character is a number. */
static inline void check_no_markup(const char *text)
{
	static const char *const parts[] = {"<script",	"</script", "| a |",  "``` ",  "@octocat",
					    "https://", "www.",	    "**bold", "__und", "](java",
					    "<!--",	"\x1b",	    "feed\r"};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (text && strstr(text, parts[i]))
			check_str(parts[i], "escaped");
	check_contains(text, "&#60;/code&#62;&#60;/script&#62;");
}

#endif
