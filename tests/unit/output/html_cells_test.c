// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/html_cells.h"

#include "pstats_stacks.h"
#include "rendered.h"

static int write_hostile(const struct profile *profile, FILE *stream)
{
	(void)profile;
	return html_put_text(stream, "</td><script>\"'&\n\x01\xff\xed\xb2\x80`|");
}

static void texts_are_no_markup(void)
{
	CLEANUP(freep) char *text = rendered(write_hostile, NULL);

	check_str(text, "&lt;/td&gt;&lt;script&gt;&quot;&#39;&amp;\\n\\x01\\xff\\udc80`|");
}

static int write_blank(const struct profile *profile, FILE *stream)
{
	int err = html_put_name(stream, "  ");

	(void)profile;
	err = err ? err : html_put_name(stream, "");
	return err ? err : html_put_name(stream, " x");
}

static void names_without_anything_to_see_are_told(void)
{
	CLEANUP(freep) char *text = rendered(write_blank, NULL);

	check_str(text, "[blank][blank] x");
}

static int write_long(const struct profile *profile, FILE *stream)
{
	char name[10001];

	(void)profile;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	return html_put_text(stream, name);
}

static void long_texts_are_cut(void)
{
	CLEANUP(freep) char *text = rendered(write_long, NULL);

	check_uint(count_of(text, "x"), HTML_LABEL - 1);
	check_uint(count_of(text, "\xe2\x80\xa6"), 1);
}

static int write_cells(const struct profile *profile, FILE *stream)
{
	html_put_cost(stream, profile, 25);
	int err = html_put_cell(stream, "th scope=\"row\"", NULL);
	return err ? err : html_put_cell(stream, "td", "<b>");
}

static void costs_have_share_margin_seconds_and_samples(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	profile->facts.period_ns = 10000000;
	check_ok(stack_add(profile, "main", 100));
	CLEANUP(freep) char *text = rendered(write_cells, profile);
	check_str(text, "<td class=\"n\">25.0\xc2\xa0%\xc2\xa0<small>\xc2\xb1"
			"8.5</small></td><td class=\"n\">0.250</td><td class=\"n\">25</td>"
			"<th scope=\"row\"></th><td>&lt;b&gt;</td>");
}

static int write_table(const struct profile *profile, FILE *stream)
{
	(void)profile;
	html_begin_table(stream, "id", "Heading", "", "Name|#Count");
	html_put_more(stream, 5, 3, 2);
	html_put_more(stream, 3, 3, 2);
	html_end_table(stream);
	return 0;
}

static void tables_have_heads_and_say_what_they_leave_out(void)
{
	CLEANUP(freep) char *text = rendered(write_table, NULL);

	check_contains(text, "<section id=\"id\"><h2 id=\"id-h\">Heading</h2>\n<div");
	check_contains(text, "<th scope=\"col\">Name</th><th scope=\"col\" class=\"n\">Count</th>");
	check_uint(count_of(text, "<td colspan=\"2\">and 2 more</td>"), 1);
	check_uint(count_of(text, "more"), 1);
}

static void without_samples_there_are_no_shares(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_near(html_percent(profile, 0), 0, 0);
	check_near(html_margin(profile, 0), 0, 0);
}

CU_TestInfo html_cells_tests[] = {
	TEST(texts_are_no_markup),
	TEST(names_without_anything_to_see_are_told),
	TEST(long_texts_are_cut),
	TEST(costs_have_share_margin_seconds_and_samples),
	TEST(tables_have_heads_and_say_what_they_leave_out),
	TEST(without_samples_there_are_no_shares),
	CU_TEST_INFO_NULL,
};
