// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/html_functions.h"

#include "output/html_cells.h"
#include "pstats_stacks.h"
#include "rendered.h"

static int write_functions(const struct profile *profile, FILE *stream)
{
	CLEANUP(html_functions_done) struct html_functions functions;
	const bool sourced[HTML_FUNCTIONS] = {true};
	int err = html_functions_init(&functions, profile);

	return err ? err : html_functions_write(&functions, sourced, stream);
}

static void rows_are_sorted_by_own_time(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "process:python main work@10", 3));
	check_ok(stack_add(profile, "process:python main", 1));
	check_ok(stack_add(profile, "process:python main builtin:sum gap:[x]", 4));
	CLEANUP(freep) char *text = rendered(write_functions, profile);
	check_uint(count_of(text, "<tr id=\"f"), 3);
	check_contains(text, "<tr id=\"f0\"><th scope=\"row\"><span class=\"name\">work</span> "
			     "<a href=\"#s0\">lines</a></th>");
	check_contains(text,
		       "<tr id=\"f1\"><th scope=\"row\"><span class=\"name\">main</span></th>");
	check_contains(text,
		       "<td>Python</td><td class=\"place\"><span class=\"base\">x.py:10</span>");
	check_contains(text,
		       "<tr id=\"f2\"><th scope=\"row\"><span class=\"name\">sum</span></th>");
	check_contains(text, "<td>built-in</td>");
}

static int64_t add_function(struct profile *profile, const char *name, const char *file)
{
	return frames_intern(&profile->frames, &(struct frame){.kind = FRAME_PYTHON,
							       .first_line = 7,
							       .name = name,
							       .short_name = name,
							       .file = file});
}

static void folders_and_names_may_be_anything(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	uint32_t frame =
		(uint32_t)add_function(profile, "<script>alert('x')</script>", "/a/<i>/\"b\".py");

	check_ok(profile_add(profile, &frame, 1, 0, 1));
	CLEANUP(freep) char *text = rendered(write_functions, profile);
	check_contains(text, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</span>");
	check_contains(text, "<span class=\"dir\">/a/&lt;i&gt;/</span><span "
			     "class=\"base\">&quot;b&quot;.py:7</span>");
}

static void of_long_folders_the_end_is_shown(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	char path[10010] = "/\xc3\xa9";

	for (size_t i = 3; i < 10000; i += 2)
		memcpy(path + i, "\xc3\xa9", 2);
	strcat(path, "/z/x.py");
	uint32_t frame = (uint32_t)add_function(profile, "f", path);
	check_ok(profile_add(profile, &frame, 1, 0, 1));
	CLEANUP(freep) char *text = rendered(write_functions, profile);
	check_contains(text, "<span class=\"dir\">\xe2\x80\xa6\xc3\xa9");
	check_contains(text, "\xc3\xa9/z/</span><span class=\"base\">x.py:7</span>");
}

static void the_page_stays_small(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	char name[10001], number[16];

	memset(name, '"', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	for (int i = 0; i < 3000; i++) {
		snprintf(number, sizeof(number), "%05d", i);
		memcpy(name, number, 5);
		uint32_t frame = (uint32_t)add_function(profile, name, name);
		check_ok(profile_add(profile, &frame, 1, 0, 1));
	}
	CLEANUP(freep) char *text = rendered(write_functions, profile);
	check_true(strlen(text) < 3000000);
	check_uint(count_of(text, "<tr id=\"f"), HTML_FUNCTION_BYTES / (2 * HTML_LABEL));
	check_contains(text, " more</td></tr>");
}

static void lack_of_memory_is_reported(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "process:python main native:work", 3));
	check_reports_lack_of_memory(write_functions, profile);
}

CU_TestInfo html_functions_tests[] = {
	TEST(rows_are_sorted_by_own_time),	TEST(folders_and_names_may_be_anything),
	TEST(of_long_folders_the_end_is_shown), TEST(the_page_stays_small),
	TEST(lack_of_memory_is_reported),	CU_TEST_INFO_NULL,
};
