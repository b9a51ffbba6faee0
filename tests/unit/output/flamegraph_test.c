// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* What a browser makes of the picture is checked by tests/e2e/svg_browser.py. */
#include "output/output.h"

#include "check.h"
#include "output/flamegraph_assets.h"
#include "pstats_stacks.h"
#include "rendered.h"

static struct profile *new_profile(void)
{
	struct profile *profile = profile_new();

	profile->facts.command = "python main.py";
	profile->facts.clock = "cpu";
	profile->facts.period_ns = 10000000;
	return profile;
}

static void add_frame(struct profile *profile, const char *name, uint64_t count)
{
	int64_t frame = frames_add(&profile->frames, FRAME_NATIVE, name);

	if (check_true(frame >= 0))
		check_ok(profile_add(profile, &(uint32_t){(uint32_t)frame}, 1, 0, count));
}

/* The line of the box whose title starts with the label, NUL-terminated; owned by the caller. */
static char *line_of(const char *svg, const char *label)
{
	char start[100];

	snprintf(start, sizeof(start), "<title>%s \xc2\xb7 ", label);
	const char *found = svg ? strstr(svg, start) : NULL;
	if (!check_not_null(found))
		return NULL;
	while (found > svg && found[-1] != '\n')
		found--;
	return strndup(found, strcspn(found, "\n"));
}

static void a_box_has_title_rect_and_text(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();

	check_ok(stack_add(profile, "process:a kernel:read", 184));
	check_ok(stack_add(profile, "process:b", 1312));
	CLEANUP(freep) char *svg = rendered(flamegraph_write, profile);
	CLEANUP(freep) char *line = line_of(svg, "read_[k]");
	check_contains(line, "<g class=\"k");
	check_contains(line, "<title>read_[k] · 12.3 % · 1.84 s (184 samples) · "
			     "self 12.3 % · 1.84 s (184 samples)</title>");
	check_contains(line, "<rect x=\"10\" y=\"");
	check_contains(line, "\" width=\"145.13\" height=\"16\"/>");
	check_contains(line, ">read_[k]</text></g>");
}

static void the_root_is_at_the_bottom(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();
	int all = 0, process = 0;

	check_ok(stack_add(profile, "process:a native:x", 1));
	CLEANUP(freep) char *svg = rendered(flamegraph_write, profile);
	CLEANUP(freep) char *root = line_of(svg, "all"), *above = line_of(svg, "a");
	if (!root || !above)
		return;
	check_int(sscanf(strstr(root, " y="), " y=\"%d\"", &all), 1);
	check_int(sscanf(strstr(above, " y="), " y=\"%d\"", &process), 1);
	check_int(all - process, 17);
}

static void names_are_cut_to_their_boxes_and_whole_in_the_title(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();

	check_ok(stack_add(profile, "a_function_with_a_long_name", 10));
	check_ok(stack_add(profile, "b", 1));
	check_ok(stack_add(profile, "c", 89));
	CLEANUP(freep) char *svg = rendered(flamegraph_write, profile);
	CLEANUP(freep) char *cut = line_of(svg, "a_function_with_a_long_name (x.py:1)");
	CLEANUP(freep) char *narrow = line_of(svg, "b (x.py:1)");
	check_contains(cut, ">a_function_wit…</text>");
	check_contains(narrow, "<text/></g>");
}

static void the_box_shows_the_file_without_its_folder(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();
	struct frame frame = {
		.kind = FRAME_PYTHON,
		.name = "Class.method",
		.short_name = "method",
		.file = "/home/ana/<project>/main.py",
		.first_line = 7,
	};
	uint32_t id = (uint32_t)frames_intern(&profile->frames, &frame);

	check_ok(profile_add(profile, &id, 1, 0, 1));
	CLEANUP(freep) char *svg = rendered(flamegraph_write, profile);
	check_contains(svg, "<title>Class.method (/home/ana/&lt;project&gt;/main.py:7) · 100.0 %");
	check_contains(svg, ">Class.method (main.py:7)</text>");
}

/* True when no character is left that would open a tag or an entity of its own. */
static bool is_tame(const char *svg)
{
	static const char *const allowed[] = {"<g",	"</g>",	 "<title>", "</title>",
					      "<rect ", "<text", "</text>"};
	const char *end = strstr(svg, "<g id=\"head\">");

	for (const char *at = strstr(svg, "<g id=\"frames\">"); at && at < end; at++) {
		bool known = *at != '<' && (unsigned char)*at >= ' ';
		for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed); i++)
			known = known || !strncmp(at, allowed[i], strlen(allowed[i]));
		if (!known && *at != '\n')
			return false;
	}
	return true;
}

static void hostile_names_stay_text(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();

	profile->facts.command = "</title><script>alert(1)</script>";
	add_frame(profile, "</title><script>alert(1)</script>", 1);
	add_frame(profile, "\"'&", 1);
	add_frame(profile, "\x01\x1b[31m\r", 1);
	add_frame(profile, "\xed\xb2\x80", 1);
	add_frame(profile, "]]>", 1);
	add_frame(profile, "\xff\xc0", 1);
	CLEANUP(freep) char *svg = rendered(flamegraph_write, profile);
	if (!svg)
		return;
	check_true(is_tame(svg));
	check_contains(svg, "<title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; · ");
	check_contains(svg, "<title>&quot;&#39;&amp; · ");
	check_contains(svg, "<title>\\x01\\x1b[31m\\r · ");
	check_contains(svg, "<title>\\udc80 · ");
	check_contains(svg, "<title>]]&gt; · ");
	check_contains(svg, "<title>\\xff\\xc0 · ");
	check_uint(count_of(svg, "<script>"), 1);
	check_uint(count_of(svg, "]]>"), 1);
}

static void very_long_names_are_cut_in_the_title_too(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();
	char name[4001] = "";

	memset(name, 'x', sizeof(name) - 1);
	add_frame(profile, name, 1);
	CLEANUP(freep) char *svg = rendered(flamegraph_write, profile);
	memset(name, 'x', 999);
	strcpy(name + 999, "… · 100.0 %");
	check_contains(svg, name);
	check_uint(count_of(svg, "xxxxxxxxxx"), 99 + 15 + 100); /* title, box, data */
}

static void deep_stacks_make_a_tall_picture(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();
	uint32_t frames[1000];

	for (int i = 0; i < 1000; i++)
		frames[i] = (uint32_t)frames_add(&profile->frames, FRAME_NATIVE, "recurse");
	check_ok(profile_add(profile, frames, 1000, 0, 1));
	CLEANUP(freep) char *svg = rendered(flamegraph_write, profile);
	check_contains(svg, "viewBox=\"0 0 1200 17123\"");
	check_uint(count_of(svg, "<title>recurse · "), 1000);
}

static void an_empty_profile_is_a_picture_that_says_so(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();
	CLEANUP(freep) char *svg = rendered(flamegraph_write, profile);

	check_contains(svg, ">no samples</text>");
	check_uint(count_of(svg, "id=\"frames\""), 0);
	check_uint(count_of(svg, "</svg>\n"), 1);
}

/* What CDATA and <style> cannot hold, what the picture must not do, and how large it may be. */
static void script_and_style_can_be_embedded(void)
{
	CLEANUP(freep)
	char *script =
		strndup(flamegraph_js_start, (size_t)(flamegraph_js_end - flamegraph_js_start));
	CLEANUP(freep)
	char *style =
		strndup(flamegraph_css_start, (size_t)(flamegraph_css_end - flamegraph_css_start));
	static const char *const banned[] = {"]]>",   "innerHTML", "prompt(", "eval(",
					     "http:", "https:",	   "fetch(",  "import"};

	for (size_t i = 0; i < sizeof(banned) / sizeof(*banned); i++)
		check_uint(count_of(script, banned[i]), 0);
	check_uint(count_of(style, "<") + count_of(style, "&") + count_of(style, "url("), 0);
	check_true(strlen(style) > 1000);
}

static void the_script_is_written_without_what_it_does_not_need(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();
	CLEANUP(freep) char *svg = rendered(flamegraph_write, profile);
	char *script = svg ? strstr(svg, "<script>") : NULL;

	check_contains(script, "'use strict';\n");
	check_contains(script, "\n})();\n]]></script>");
	check_uint(count_of(script, "\n\t") + count_of(script, "/*") + count_of(script, "\n//"), 0);
	check_true(script && strlen(script) < 20 * 1024);
}

static void fifty_thousand_stacks_make_a_small_file(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();
	uint32_t frames[20];
	char name[100];

	for (uint32_t i = 0; i < 50000; i++) {
		for (uint32_t depth = 0; depth < 20; depth++) {
			uint32_t part = depth < 19 ? i % 800 : i;
			snprintf(name, sizeof(name), "a_module.of_some::function_%u_%u", depth,
				 part);
			frames[depth] = (uint32_t)frames_add(&profile->frames, FRAME_NATIVE, name);
		}
		check_ok(profile_add(profile, frames, 20, 0, 1));
	}
	CLEANUP(freep) char *svg = rendered(flamegraph_write, profile);
	if (!svg)
		return;
	check_true(strlen(svg) < 1500000);
	check_true(strlen(svg) > 1000000);
	check_true(count_of(svg, "<title>") > 1500);
	check_contains(svg, " hidden, 100.0 %<");
}

static void a_full_disk_is_reported(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();

	check_ok(stack_add(profile, "process:python main", 2));
	check_reports_a_full_disk(flamegraph_write, profile);
}

static void lack_of_memory_is_reported(void)
{
	CLEANUP(profile_freep) struct profile *profile = new_profile();
	struct profile_loss loss = {"ring_full", "the ring was full", 1, LOSS_SAMPLE};
	struct profile_process process = {1, "python", "3.11.2", 0, 0, false};

	check_ok(vec_push(&profile->losses, loss));
	check_ok(vec_push(&profile->processes, process));
	check_ok(stack_add(profile, "process:python main", 2));
	check_reports_lack_of_memory(flamegraph_write, profile);
}

CU_TestInfo flamegraph_tests[] = {
	TEST(a_box_has_title_rect_and_text),
	TEST(the_root_is_at_the_bottom),
	TEST(names_are_cut_to_their_boxes_and_whole_in_the_title),
	TEST(the_box_shows_the_file_without_its_folder),
	TEST(hostile_names_stay_text),
	TEST(very_long_names_are_cut_in_the_title_too),
	TEST(deep_stacks_make_a_tall_picture),
	TEST(an_empty_profile_is_a_picture_that_says_so),
	TEST(script_and_style_can_be_embedded),
	TEST(the_script_is_written_without_what_it_does_not_need),
	TEST(fifty_thousand_stacks_make_a_small_file),
	TEST(a_full_disk_is_reported),
	TEST(lack_of_memory_is_reported),
	CU_TEST_INFO_NULL,
};
