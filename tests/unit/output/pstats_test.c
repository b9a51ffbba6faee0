// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* The reader here shares nothing with the writer: it turns the file into what Python's repr() of
 * it looks like (times by %g), and the tests compare that. Real Pythons read files in
 * tests/e2e/pstats_readers.sh. */
#include "output/output.h"

#include <errno.h>

#include "base/cleanup.h"
#include "check.h"
#include "pstats_stacks.h"

struct reader {
	const unsigned char *at, *end;
	FILE *repr;
	bool broken;
};

static uint64_t take(struct reader *reader, size_t bytes)
{
	uint64_t value = 0;

	if ((size_t)(reader->end - reader->at) < bytes) {
		reader->broken = true;
		return 0;
	}
	for (size_t i = 0; i < bytes; i++)
		value |= (uint64_t)*reader->at++ << 8 * i;
	return value;
}

static void read_value(struct reader *reader);

static void read_dict(struct reader *reader)
{
	const char *separator = "";

	fputc('{', reader->repr);
	while (!reader->broken && reader->at < reader->end && *reader->at != '0') {
		fputs(separator, reader->repr);
		read_value(reader);
		fputs(": ", reader->repr);
		read_value(reader);
		separator = ", ";
	}
	take(reader, 1);
	fputc('}', reader->repr);
}

static void read_tuple(struct reader *reader)
{
	uint64_t count = take(reader, 4);

	fputc('(', reader->repr);
	for (uint64_t i = 0; i < count && !reader->broken; i++) {
		fputs(i ? ", " : "", reader->repr);
		read_value(reader);
	}
	fputc(')', reader->repr);
}

static void read_text(struct reader *reader)
{
	uint64_t length = take(reader, 4);

	fputc('\'', reader->repr);
	for (uint64_t i = 0; i < length && !reader->broken; i++)
		fputc((int)take(reader, 1), reader->repr);
	fputc('\'', reader->repr);
}

static void read_long(struct reader *reader)
{
	uint64_t digits = take(reader, 4), value = 0;

	for (uint64_t i = 0; i < digits && !reader->broken; i++)
		value |= take(reader, 2) << 15 * i;
	fprintf(reader->repr, "%" PRIu64, value);
}

static void read_value(struct reader *reader)
{
	uint64_t bits, type = take(reader, 1);
	double real;

	if (type == '{') {
		read_dict(reader);
	} else if (type == '(') {
		read_tuple(reader);
	} else if (type == 'u') {
		read_text(reader);
	} else if (type == 'l') {
		read_long(reader);
	} else if (type == 'i') {
		fprintf(reader->repr, "%" PRId32, (int32_t)take(reader, 4));
	} else if (type == 'g') {
		bits = take(reader, 8);
		memcpy(&real, &bits, sizeof(real));
		fprintf(reader->repr, "%g", real);
	} else {
		reader->broken = true;
	}
}

/* Python's view of the profile's file, owned by the caller; NULL when it is not readable. */
static char *repr_of(const struct profile *profile)
{
	CLEANUP(freep) char *file = NULL;
	CLEANUP(freep) char *repr = NULL;
	size_t file_size, repr_size;
	FILE *stream = open_memstream(&file, &file_size);

	check_ok(pstats_write(profile, stream));
	fclose(stream);
	struct reader reader = {
		.at = (unsigned char *)file,
		.end = (unsigned char *)file + file_size,
		.repr = open_memstream(&repr, &repr_size),
	};
	read_value(&reader);
	fclose(reader.repr);
	check_true(!reader.broken);
	check_int(reader.end - reader.at, 0);
	return TAKE(repr);
}

static struct profile *new_profile(void)
{
	struct profile *profile = profile_new();

	if (!check_not_null(profile))
		return NULL;
	profile->facts.clock = "cpu";
	profile->facts.rate_hz = 100;
	profile->facts.period_ns = 10000000;
	return profile;
}

#define ROOT_KEY "('~', 0, '<ltsbpf: 100 Hz on-CPU samples; ncalls = samples, not calls>')"

static void a_profile_without_samples_has_the_root_with_zeros(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();
	CLEANUP(freep) char *repr = profile ? repr_of(profile) : NULL;

	check_str(repr, "{" ROOT_KEY ": (0, 0, 0, 0, {})}");
}

static void an_entry_has_samples_times_and_callers(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();

	if (!profile || !check_ok(stack_add(profile, "main@3 C.f@7", 150)))
		return;
	CLEANUP(freep) char *repr = repr_of(profile);
	check_str(repr, "{" ROOT_KEY ": (150, 150, 0, 1.5, {}), "
			"('x.py', 3, 'main'): (150, 150, 0, 1.5, "
			"{" ROOT_KEY ": (150, 150, 0, 1.5)}), "
			"('x.py', 7, 'f'): (150, 150, 1.5, 1.5, "
			"{('x.py', 3, 'main'): (150, 150, 1.5, 1.5)})}");
}

static void a_function_has_all_its_callers(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();

	if (!profile || !check_ok(stack_add(profile, "main f", 100)) ||
	    !check_ok(stack_add(profile, "main g f f", 200)))
		return;
	CLEANUP(freep) char *repr = repr_of(profile);
	check_contains(repr, "('x.py', 1, 'f'): (300, 300, 3, 3, {");
	check_contains(repr, "('x.py', 1, 'main'): (100, 100, 1, 1)");
	check_contains(repr, "('x.py', 1, 'g'): (200, 200, 0, 2)");
	check_contains(repr, "('x.py', 1, 'f'): (200, 200, 2, 2)");
}

static void the_root_tells_clock_and_rate(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();

	if (!profile)
		return;
	profile->facts.clock = "tick";
	profile->facts.rate_hz = 250;
	CLEANUP(freep) char *repr = repr_of(profile);
	check_contains(repr, "'<ltsbpf: tick clock 250 Hz on-CPU samples; ncalls = samples, not "
			     "calls>'");
}

/* Samples of main -> f, and calls: main once, f 5 times by main, 3 of them primitive. */
static struct profile *counted_profile(enum calls_kind kind)
{
	struct profile *profile = new_profile();

	if (!profile || !check_ok(stack_add(profile, "main@3 C.f@7", 150)))
		return profile;
	char main_word[] = "main@3", f_word[] = "C.f@7";
	uint32_t main = (uint32_t)stack_frame(profile, main_word);
	uint32_t f = (uint32_t)stack_frame(profile, f_word);
	struct profile_call calls[] = {
		{NO_CALLER, main, 1, 1, 1, 0.5, 4, 4},
		{main, f, 5, 3, 4, 3.5, 3, 3.75},
	};
	profile->facts.calls = (struct profile_calls_facts){.kind = kind, .covered_s = 1.234};
	check_ok(vec_push(&profile->calls, calls[0]));
	check_ok(vec_push(&profile->calls, calls[1]));
	return profile;
}

#define SAMPLES "'<ltsbpf: 100 Hz on-CPU samples; ncalls = "

static void counted_calls_stand_beside_sampled_times(void)
{
	CLEANUP(profile_freep) struct profile *profile = counted_profile(CALLS_COUNTS);
	CLEANUP(freep) char *repr = profile ? repr_of(profile) : NULL;

	check_str(repr, "{('~', 0, " SAMPLES "exact calls>'): (0, 0, 0, 1.5, {}), "
			"('x.py', 3, 'main'): (1, 1, 0, 1.5, "
			"{('~', 0, " SAMPLES "exact calls>'): (1, 1, 0, 1.5)}), "
			"('x.py', 7, 'f'): (3, 5, 1.5, 1.5, "
			"{('x.py', 3, 'main'): (5, 4, 1.5, 1.5)})}");
}

static void times_of_the_probes_take_the_place_of_samples(void)
{
	CLEANUP(profile_freep) struct profile *profile = counted_profile(CALLS_TIMES);

	if (!profile || !check_ok(stack_add(profile, "C.f@7 unseen@9", 50)))
		return;
	CLEANUP(freep) char *repr = repr_of(profile);
#define TIMES_KEY "('~', 0, '<ltsbpf: exact calls and wall times from the interpreter's probes>')"
	check_str(repr, "{" TIMES_KEY ": (0, 0, 0, 2, {}), "
			"('x.py', 3, 'main'): (1, 1, 0.5, 4, {" TIMES_KEY ": (1, 1, 0.5, 4)}), "
			"('x.py', 7, 'f'): (3, 5, 3.5, 3.5, "
			"{('x.py', 3, 'main'): (5, 4, 3.5, 3.75)}), "
			"('x.py', 9, 'unseen'): (0, 0, 0.5, 0.5, "
			"{('x.py', 7, 'f'): (0, 0, 0.5, 0.5)})}");
}

static void counts_of_a_part_say_so(void)
{
	CLEANUP(profile_freep) struct profile *profile = counted_profile(CALLS_TIMES);

	if (!profile)
		return;
	profile->facts.calls.over_budget = true;
	CLEANUP(freep) char *repr = repr_of(profile);
	check_contains(repr, SAMPLES "exact calls of the first 1.23 s>'): (0, 0, 0, 1.5, {})");
	check_contains(repr, "('x.py', 7, 'f'): (3, 5, 1.5, 1.5, {");
	profile->facts.calls.covered_s = 1e300; /* as a damaged file may have it */
	CLEANUP(freep) char *absurd = repr_of(profile);
	check_contains(absurd, SAMPLES "exact calls of the first 1e+300 s");
}

static void native_functions_are_written_when_asked_for(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();

	if (!profile || !check_ok(stack_add(profile, "main builtin:time.sleep kernel:nap", 100)))
		return;
	CLEANUP(freep) char *merged = repr_of(profile);
	check_str(merged,
		  "{" ROOT_KEY ": (100, 100, 0, 1, {}), "
		  "('x.py', 1, 'main'): (100, 100, 1, 1, {" ROOT_KEY ": (100, 100, 1, 1)})}");
	profile->facts.pstats_native = true;
	CLEANUP(freep) char *apart = repr_of(profile);
	check_contains(apart, "('x.py', 1, 'main'): (100, 100, 0, 1, {");
	check_contains(apart, "('~', 0, '<built-in method time.sleep>'): (100, 100, 0, 1, "
			      "{('x.py', 1, 'main'): (100, 100, 0, 1)})");
	check_contains(apart, "('~', 0, '<nap_[k]>'): (100, 100, 1, 1, {");
}

static void more_samples_than_32_bits_hold_are_written(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();

	if (!profile || !check_ok(stack_add(profile, "f", UINT64_C(5000000000))))
		return;
	CLEANUP(freep) char *repr = repr_of(profile);
	check_contains(repr, "('x.py', 1, 'f'): (5000000000, 5000000000, 5e+07, 5e+07, ");
}

static void names_that_are_no_utf8_leave_the_file_readable(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();

	if (!profile || !check_ok(stack_add(profile, "process:\xff\xfe f\xed\xb2\x80", 1)))
		return;
	CLEANUP(freep) char *repr = repr_of(profile);
	check_contains(repr, "'<process \ufffd\ufffd>'");
	check_contains(repr, "'f\xed\xb2\x80'");
}

static void a_full_disk_is_an_error(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();
	CLEANUP(fclosep) FILE *full = fopen("/dev/full", "w");

	if (profile && check_not_null(full))
		check_int(pstats_write(profile, full), -ENOSPC);
}

CU_TestInfo pstats_tests[] = {
	TEST(a_profile_without_samples_has_the_root_with_zeros),
	TEST(an_entry_has_samples_times_and_callers),
	TEST(a_function_has_all_its_callers),
	TEST(the_root_tells_clock_and_rate),
	TEST(counted_calls_stand_beside_sampled_times),
	TEST(times_of_the_probes_take_the_place_of_samples),
	TEST(counts_of_a_part_say_so),
	TEST(native_functions_are_written_when_asked_for),
	TEST(more_samples_than_32_bits_hold_are_written),
	TEST(names_that_are_no_utf8_leave_the_file_readable),
	TEST(a_full_disk_is_an_error),
	CU_TEST_INFO_NULL,
};
