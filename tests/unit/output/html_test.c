// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/html.h"

#include "detailed.h"
#include "rendered.h"

static int write_page(const struct profile *profile, FILE *stream)
{
	return html_write(profile, NULL, stream);
}

static void the_page_has_its_parts(void)
{
	static const char *const parts[] = {
		"<!DOCTYPE html>\n<html lang=\"en\">",
		"default-src 'none'",
		"<h1>python x.py</h1>",
		"<iframe title=\"Flame graph\" srcdoc='<!DOCTYPE html>",
		"<tr id=\"f0\">",
		"<details id=\"s0\"",
		"<section id=\"run\">",
		"<script type=\"application/json\" id=\"data\">",
		"</script>\n</body>\n</html>\n",
	};
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	const char *at;

	profile->facts.command = "python x.py";
	check_ok(detailed_add(profile, "process:python main@1:2", 3));
	CLEANUP(freep) char *text = rendered(write_page, profile);
	at = text;
	for (size_t i = 0; at && i < sizeof(parts) / sizeof(*parts); i++) {
		check_contains(at, parts[i]);
		at = strstr(at, parts[i]);
	}
	check_uint(count_of(text, " src="), 0);
	check_uint(count_of(text, "url("), 0);
}

/* The graph is in an attribute between single quotes: none may be in it. */
static void the_graph_stays_in_its_attribute(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "process:' main native:'></iframe><script>'", 3));
	CLEANUP(freep) char *text = rendered(write_page, profile);
	const char *begin = text ? strstr(text, "srcdoc='") : NULL;
	if (!check_not_null(begin))
		return;
	const char *end = strchr(begin + strlen("srcdoc='"), '\'');
	check_contains(begin, "&amp;#39;&amp;gt;&amp;lt;/iframe&amp;gt;");
	check_true(!strncmp(end, "'></iframe></section>", 21));
	check_uint(count_of(text, "<iframe"), 1);
}

static void the_script_cannot_end_itself(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	profile->facts.command = "</title></script><!--";
	check_ok(stack_add(profile, "process:</script> </script>", 3));
	CLEANUP(freep) char *text = rendered(write_page, profile);
	const char *after = text ? strstr(text, "</iframe>") : NULL;
	check_uint(count_of(after, "<script"), 2);
	check_uint(count_of(after, "</script"), 2);
	check_uint(count_of(text, "<!--"), 0);
}

static void an_empty_profile_has_a_page(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	CLEANUP(freep) char *text = rendered(write_page, profile);

	check_contains(text, "No samples: ");
	check_contains(text, "\"rows\":[]");
}

static void a_full_disk_is_reported(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "process:python main", 2));
	check_reports_a_full_disk(write_page, profile);
}

static void lack_of_memory_is_reported(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "process:python main", 2));
	check_reports_lack_of_memory(write_page, profile);
}

CU_TestInfo html_tests[] = {
	TEST(the_page_has_its_parts),
	TEST(the_graph_stays_in_its_attribute),
	TEST(the_script_cannot_end_itself),
	TEST(an_empty_profile_has_a_page),
	TEST(a_full_disk_is_reported),
	TEST(lack_of_memory_is_reported),
	CU_TEST_INFO_NULL,
};
