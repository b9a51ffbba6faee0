// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/output.h"

#include "check.h"
#include "format_profiles.h"
#include "unzipped.h"

/* The content of the file, and its size; pprof itself reads files in tests/e2e/formats.sh. */
static char *content_of(const struct profile *profile, size_t *size)
{
	CLEANUP(freep) char *file = NULL;
	size_t file_size;
	FILE *stream = open_memstream(&file, &file_size);

	check_ok(pprof_write(profile, stream));
	fclose(stream);
	return unzipped(file, file_size, size);
}

static void check_has(const char *content, size_t size, const char *part, size_t part_size)
{
	check_not_null(memmem(content, size, part, part_size));
}

static void stacks_are_samples(void)
{
	CLEANUP(profile_freep) struct profile *profile = timed_profile();
	size_t size;
	CLEANUP(freep) char *content = content_of(profile, &size);

	/* f, main, python: locations 3, 2, 1; 2 samples, 20 ns; a label of 4 bytes */
	check_has(content, size, "\x0a\x03\x03\x02\x01\x12\x02\x02\x14\x1a\x04", 11);
	check_has(content, size, "\x0a\x02\x02\x01\x12\x02\x01\x0a\x1a\x04", 10);
	/* location 2: mapping 1, function 2 at line 3 */
	check_has(content, size, "\x22\x0a\x08\x02\x10\x01\x22\x04\x08\x02\x10\x03", 12);
	check_has(content, size, "\x32\x04main", 6);
	check_has(content, size, "\x32\x0bpython x.py", 13);
}

/* Threads are labels, no functions: the stack is that of the function alone. */
static void threads_are_labels(void)
{
	CLEANUP(profile_freep) struct profile *profile = timed_profile();
	const uint32_t stack[] = {
		(uint32_t)frames_add(&profile->frames, FRAME_PROCESS, "python"),
		(uint32_t)frames_add(&profile->frames, FRAME_THREAD, "worker (8)"),
		(uint32_t)frames_add(&profile->frames, FRAME_NATIVE, "spin"),
	};
	size_t size;

	check_ok(profile_add(profile, stack, 3, 0, 5));
	CLEANUP(freep) char *content = content_of(profile, &size);
	/* spin, python: locations 5, 1; 5 samples, 50 ns; two labels */
	check_has(content, size, "\x0a\x02\x05\x01\x12\x02\x05\x32\x1a\x04", 10);
	check_has(content, size, "\x32\x0aworker (8)", 12);
}

static void the_first_text_is_empty(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	size_t size;
	CLEANUP(freep) char *content = content_of(profile, &size);

	check_has(content, size,
		  "\x32\x00\x32\x07samples\x32\x05"
		  "count\x32\x03"
		  "cpu",
		  23);
}

static void names_are_printable(void)
{
	CLEANUP(profile_freep) struct profile *profile = hostile_profile();
	size_t size;
	CLEANUP(freep) char *content = content_of(profile, &size);

	check_has(content, size,
		  "\x32\x04"
		  "a\\nb",
		  6);
	check_null(memmem(content, size, "\xed\xb2\x80", 3));
	check_reports_a_full_disk(pprof_write, profile);
	check_reports_lack_of_memory(pprof_write, profile);
}

CU_TestInfo pprof_tests[] = {
	TEST(stacks_are_samples),  TEST(threads_are_labels), TEST(the_first_text_is_empty),
	TEST(names_are_printable), CU_TEST_INFO_NULL,
};
