// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/output.h"

#include "check.h"

static void formats_are_found_by_name(void)
{
	const struct output_format *svg = output_find("svg", 3);
	const struct output_format *pstats = output_find("pstats,folded", 6);

	if (check_not_null(svg)) {
		check_str(svg->ending, ".svg");
		check_true(svg->write == flamegraph_write);
	}
	if (check_not_null(pstats)) {
		check_str(pstats->ending, ".stats");
		check_true(pstats->write == pstats_write);
	}
	check_true(output_find("folded", 6) && output_find("folded", 6)->write == folded_write);
}

static void nothing_else_is_a_format(void)
{
	check_null(output_find("", 0));
	check_null(output_find("svg", 2));
	check_null(output_find("svgz", 4));
	check_null(output_find("SVG", 3));
	check_null(output_find("svg,pstats", 10));
}

/* Two formats of one ending would overwrite each other. */
static void every_format_has_its_own_ending(void)
{
	for (const struct output_format *a = output_formats; a->name; a++) {
		check_true(a->ending[0] == '.' && a->write);
		check_true(strcmp(a->ending, ".ltsbpf") != 0);
		for (const struct output_format *b = output_formats; b < a; b++)
			check_true(strcmp(a->ending, b->ending) && strcmp(a->name, b->name));
	}
}

CU_TestInfo output_tests[] = {
	TEST(formats_are_found_by_name),
	TEST(nothing_else_is_a_format),
	TEST(every_format_has_its_own_ending),
	CU_TEST_INFO_NULL,
};
