// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/palette.h"

#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "check.h"
#include "output/flamegraph_assets.h"

static enum palette of_file(const char *file)
{
	return palette_of(&(struct frame){.kind = FRAME_PYTHON, .name = "f", .file = file});
}

static void installed_packages_are_told_by_their_folder(void)
{
	check_int(of_file("/v/lib/python3.11/site-packages/numpy/core.py"), PALETTE_SITE);
	check_int(of_file("/usr/lib/python3/dist-packages/yaml/reader.py"), PALETTE_SITE);
	check_int(of_file("site-packages/x.py"), PALETTE_SITE);
}

static void the_standard_library_is_told_by_its_folder(void)
{
	check_int(of_file("/usr/lib/python3.11/json/decoder.py"), PALETTE_STDLIB);
	check_int(of_file("/usr/lib64/python3.6/json/decoder.py"), PALETTE_STDLIB);
	check_int(of_file("/opt/lib/lib/python3.13t/os.py"), PALETTE_STDLIB);
	check_int(of_file("/usr/lib/python311.zip/os.py"), PALETTE_STDLIB);
	check_int(of_file("lib/python3.9/os.py"), PALETTE_STDLIB);
	check_int(of_file("<frozen importlib._bootstrap>"), PALETTE_STDLIB);
}

static void everything_else_is_the_project(void)
{
	check_int(of_file("/home/ana/main.py"), PALETTE_PROJECT);
	check_int(of_file("/home/ana/lib/python/main.py"), PALETTE_PROJECT);
	check_int(of_file("/home/ana/lib/python3.11"), PALETTE_PROJECT);
	check_int(of_file("/home/ana/lib/python3.x/main.py"), PALETTE_PROJECT);
	check_int(of_file("/home/ana/mylib/python3.11/main.py"), PALETTE_PROJECT);
	check_int(of_file("<string>"), PALETTE_PROJECT);
	check_int(of_file(""), PALETTE_PROJECT);
}

static void every_kind_has_a_class_of_its_own(void)
{
	char seen[PALETTES + 1] = "";

	for (enum palette palette = 0; palette < PALETTES; palette++) {
		check_null(strchr(seen, palette_class(palette)));
		seen[palette] = palette_class(palette);
		check_true(*palette_meaning(palette) != '\0');
	}
	for (enum frame_kind kind = 0; kind < FRAME_KINDS; kind++)
		check_true(palette_of(&(struct frame){.kind = kind, .file = ""}) != PALETTE_ALL);
	check_int(palette_of(&(struct frame){.kind = FRAME_NATIVE}), PALETTE_NATIVE);
	check_int(palette_of(&(struct frame){.kind = FRAME_INLINED}), PALETTE_NATIVE);
	check_int(palette_of(&(struct frame){.kind = FRAME_BUILTIN}), PALETTE_BUILTIN);
	check_int(palette_of(&(struct frame){.kind = FRAME_JIT}), PALETTE_JIT);
	check_int(palette_of(&(struct frame){.kind = FRAME_KERNEL}), PALETTE_KERNEL);
	check_int(palette_of(&(struct frame){.kind = FRAME_GAP}), PALETTE_GAP);
	check_int(palette_of(&(struct frame){.kind = FRAME_MARKER}), PALETTE_MARKER);
	check_str(palette_meaning(PALETTE_BUILTIN), "builtin");
}

/* The colour that stands behind the text, as 0xRRGGBB; -1 when it is not there. */
static int64_t colour_behind(const char *style, const char *text)
{
	const char *at = strstr(style, text);

	return at ? strtol(at + strlen(text), NULL, 16) : -1;
}

/* Relative luminance, as WCAG 2.1 defines it for sRGB. */
static double luminance(int64_t colour)
{
	static const double weights[] = {0.0722, 0.7152, 0.2126}; /* blue, green, red */
	double sum = 0;

	for (int i = 0; i < 3; i++) {
		double part = (double)(colour >> 8 * i & 255) / 255;
		part = part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
		sum += weights[i] * part;
	}
	return sum;
}

static double contrast(int64_t one, int64_t other)
{
	double a = luminance(one), b = luminance(other);

	return (fmax(a, b) + 0.05) / (fmin(a, b) + 0.05);
}

/* Shades are more transparent, so nearer to the ground, which is further from the text. */
static void check_scheme(const char *style, const char *text_rule, int64_t text, int64_t ground)
{
	char rule[] = "\n.x{fill:#";

	check_contains(style, text_rule);
	for (enum palette palette = 0; palette < PALETTES; palette++) {
		rule[2] = palette_class(palette);
		int64_t colour = colour_behind(style, rule);
		if (!check_(CHECK_HERE(rule), colour >= 0, "no colour for class %c", rule[2]))
			continue;
		check_true(contrast(colour, text) >= 4.5); /* WCAG 2.1, level AA */
		check_true(contrast(ground, text) >= contrast(colour, text));
		for (enum palette other = 0; other < palette; other++) {
			rule[2] = palette_class(other);
			check_true(colour != colour_behind(style, rule));
		}
	}
}

static void every_class_has_a_colour_of_its_own_that_text_is_read_on(void)
{
	size_t size = (size_t)(flamegraph_css_end - flamegraph_css_start);
	CLEANUP(freep) char *light = strndup(flamegraph_css_start, size);
	char *dark = light ? strstr(light, "prefers-color-scheme:dark") : NULL;

	if (!check_not_null(dark))
		return;
	*dark++ = '\0';
	check_scheme(light, "\n#frames text{pointer-events:none;fill:#14171b}", 0x14171b, 0xffffff);
	check_scheme(dark, "\n#frames text{fill:#fff}", 0xffffff, 0x14171c);
}

/* In grey, and to eyes that tell few hues apart, these are told apart by lightness. */
static void check_lightness(const char *style, const char *order)
{
	char rule[] = "\n.x{fill:#";
	double before = 0;

	for (; *order; order++) {
		rule[2] = *order;
		double now = luminance(colour_behind(style, rule)) + 0.05;
		check_(CHECK_HERE(rule), now > 1.12 * before, "too near to the one before: %c",
		       *order);
		before = now;
	}
}

static void the_common_kinds_differ_in_lightness(void)
{
	size_t size = (size_t)(flamegraph_css_end - flamegraph_css_start);
	CLEANUP(freep) char *light = strndup(flamegraph_css_start, size);
	char *dark = light ? strstr(light, "prefers-color-scheme:dark") : NULL;

	check_lightness(light, "knpuqs");
	check_lightness(dark, "skqunp");
}

static void all_shades_occur(void)
{
	unsigned int seen = 0;
	char name[] = "function_a";

	for (char last = 'a'; last <= 'z'; last++) {
		name[sizeof(name) - 2] = last;
		check_true(palette_shade(name) < PALETTE_SHADES);
		seen |= 1u << palette_shade(name);
	}
	check_uint(seen, (1u << PALETTE_SHADES) - 1);
}

CU_TestInfo palette_tests[] = {
	TEST(installed_packages_are_told_by_their_folder),
	TEST(the_standard_library_is_told_by_its_folder),
	TEST(everything_else_is_the_project),
	TEST(every_kind_has_a_class_of_its_own),
	TEST(every_class_has_a_colour_of_its_own_that_text_is_read_on),
	TEST(the_common_kinds_differ_in_lightness),
	TEST(all_shades_occur),
	CU_TEST_INFO_NULL,
};
