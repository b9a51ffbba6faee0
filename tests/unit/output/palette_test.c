// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/palette.h"

#include "check.h"

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
	check_int(palette_of(&(struct frame){.kind = FRAME_KERNEL}), PALETTE_KERNEL);
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
	TEST(all_shades_occur),
	CU_TEST_INFO_NULL,
};
