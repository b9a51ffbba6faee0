// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/report_filters.h"

#include <stdlib.h>

#include "app/options.h"
#include "base/cleanup.h"
#include "check.h"

static void filters_are_told_as_they_could_be_typed(void)
{
	struct options options = {0};
	CLEANUP(freep) char *none = report_filters(&options);

	options.thread = "it's %d";
	CLEANUP(freep) char *one = report_filters(&options);
	options.include = "a|b";
	options.exclude = "";
	options.process = "^make$";
	options.skip_first_s = 1.5;
	CLEANUP(freep) char *all = report_filters(&options);
	check_str(none, "");
	check_str(one, "--thread 'it'\\''s %d'");
	check_str(all, "--include 'a|b' --exclude '' --process '^make$' --thread 'it'\\''s %d' "
		       "--skip-first 1.5");
}

CU_TestInfo report_filters_tests[] = {
	TEST(filters_are_told_as_they_could_be_typed),
	CU_TEST_INFO_NULL,
};
