// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/html_source.h"

#include "detailed.h"
#include "rendered.h"

/* Twenty lines: "one" with a tab, "</code>" and more, then numbers. */
static int read_made(const char *path, int64_t recorded_s, struct html_source *source)
{
	size_t size;
	FILE *stream = open_memstream(&source->text, &size);

	check_str(path, "x.py");
	check_int(recorded_s, 77);
	fputs("\tone\r\n</code>&\x01\xff\n", stream);
	for (int i = 3; i <= 20; i++)
		fprintf(stream, "line %d\n", i);
	return fclose(stream) ? -ENOMEM : 0;
}

static int read_nothing(const char *path, int64_t recorded_s, struct html_source *source)
{
	(void)path;
	(void)recorded_s;
	source->note = "It is gone.";
	return 0;
}

static int write_with(const struct profile *profile, html_source_reader *read, FILE *stream)
{
	CLEANUP(html_functions_done) struct html_functions functions = {0};
	CLEANUP(html_sources_done) struct html_sources sources = {0};
	int err = html_functions_init(&functions, profile);

	err = err ? err : html_sources_init(&sources, &functions);
	return err ? err : html_sources_write(&sources, read, stream);
}

static int write_found(const struct profile *profile, FILE *stream)
{
	return write_with(profile, read_made, stream);
}

static int write_missing(const struct profile *profile, FILE *stream)
{
	return write_with(profile, read_nothing, stream);
}

static struct profile *profile_with_lines(void)
{
	struct profile *profile = profile_new();

	profile->facts.start_unix_s = 77;
	check_ok(detailed_add(profile, "process:python main@1:2 builtin:sum", 6));
	check_ok(detailed_add(profile, "process:python main@1:12 work@14:15", 4));
	return profile;
}

static void lines_have_heat_text_and_neighbours(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_with_lines();
	CLEANUP(freep) char *text = rendered(write_found, profile);

	check_contains(
		text,
		"<details id=\"s2\" open><summary><h3 id=\"s2-h\">main</h3> 60.0\xc2\xa0% <span "
		"class=\"place\" id=\"s2-p\"><span class=\"base\">x.py:1</span></span></summary>");
	check_contains(text, "tabindex=\"0\" aria-labelledby=\"s2-h s2-p\">");
	check_contains(text,
		       "<tr class=\"h0\"><th scope=\"row\">1</th><td></td><td></td>"
		       "<td><code>    one</code></td></tr>\n"
		       "<tr class=\"h5\"><th scope=\"row\">2</th><td class=\"n\">60.0\xc2\xa0%"
		       "</td><td class=\"n\">60.0\xc2\xa0%</td><td><code>&lt;/code&gt;&amp;"
		       "\\x01\\xff</code></td></tr>\n"
		       "<tr class=\"h0\"><th scope=\"row\">3</th>");
	check_contains(text, "line 4</code></td></tr>\n<tr class=\"gap\">");
	check_contains(text, "<tr class=\"h0\"><th scope=\"row\">12</th><td></td><td "
			     "class=\"n\">40.0\xc2\xa0%</td><td><code>line 12</code>");
	check_uint(count_of(text, "<code>line 10</code>"), 1);
	check_uint(count_of(text, "<code>line 9</code>"), 0);
}

static void without_the_file_the_lines_are_numbers(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_with_lines();
	CLEANUP(freep) char *text = rendered(write_missing, profile);

	check_uint(count_of(text, "<p class=\"note\">It is gone.</p>"), 2);
	check_uint(count_of(text, "<th scope=\"row\">"), 3);
	check_uint(count_of(text, "<code></code>"), 3);
}

static void lines_beyond_the_file_are_numbers(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	profile->facts.start_unix_s = 77;
	check_ok(detailed_add(profile, "main@4294967295:4294967295", 1));
	check_ok(detailed_add(profile, "main@4294967295:2147483647", 1));
	check_ok(detailed_add(profile, "main@4294967295:21", 1));
	CLEANUP(freep) char *text = rendered(write_found, profile);
	check_contains(text, ">20</th>");
	check_contains(text, ">21</th>");
	check_uint(count_of(text, ">22</th>"), 0);
	check_contains(text, ">2147483647</th>");
	check_true(count_of(text, "<tr class=\"h") <= 6);
}

static void listings_are_bounded(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	char stack[64];

	profile->facts.start_unix_s = 77;
	for (unsigned int i = 0; i < 10000; i++) {
		snprintf(stack, sizeof(stack), "f%u@1:%u", i % 100, 10 * i);
		check_ok(detailed_add(profile, stack, 1 + i / 100));
	}
	CLEANUP(freep) char *text = rendered(write_missing, profile);
	check_uint(count_of(text, "<details"), HTML_SOURCES);
	check_uint(count_of(text, "<tr class=\"h"), HTML_SOURCES * 30);
	check_uint(count_of(text, " open"), 5);
}

/* One very long line, again and again. */
static int read_long(const char *path, int64_t recorded_s, struct html_source *source)
{
	enum {
		BYTES = 100000
	};

	(void)path;
	(void)recorded_s;
	source->text = malloc(BYTES + 1);
	if (!source->text)
		return -ENOMEM;
	memset(source->text, '"', BYTES);
	for (size_t i = 999; i < BYTES; i += 1000)
		source->text[i] = '\n';
	source->text[BYTES] = '\0';
	return 0;
}

static int write_long(const struct profile *profile, FILE *stream)
{
	return write_with(profile, read_long, stream);
}

static void source_text_is_bounded(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	char stack[64];

	for (unsigned int i = 0; i < 4000; i++) {
		snprintf(stack, sizeof(stack), "f%u@1:%u", i % 40, i / 40 + 1);
		check_ok(detailed_add(profile, stack, 1));
	}
	CLEANUP(freep) char *text = rendered(write_long, profile);
	check_uint(count_of(text, "<details"), 40);
	check_true(strlen(text) < 1000000);
}

static void without_lines_there_is_no_section(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "process:python main", 3));
	CLEANUP(freep) char *text = rendered(write_found, profile);
	check_str(text, "");
}

static void lack_of_memory_is_reported(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_with_lines();

	check_reports_lack_of_memory(write_found, profile);
}

CU_TestInfo html_source_tests[] = {
	TEST(lines_have_heat_text_and_neighbours),
	TEST(without_the_file_the_lines_are_numbers),
	TEST(lines_beyond_the_file_are_numbers),
	TEST(listings_are_bounded),
	TEST(source_text_is_bounded),
	TEST(without_lines_there_is_no_section),
	TEST(lack_of_memory_is_reported),
	CU_TEST_INFO_NULL,
};
