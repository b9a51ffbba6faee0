// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* That man(1) and mandoc(1) read it without a complaint: e2e/completion.sh. */
#include "app/man_page.h"

#include <stdlib.h>

#include "app/option_table.h"
#include "check.h"

static char *page(void)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	man_page_print(stream);
	fclose(stream);
	return text;
}

static void each_command_and_option_is_in_it(void)
{
	char *text = page(), line[128];

	for (const struct command_entry *each = command_table; each->name; each++) {
		snprintf(line, sizeof(line), ".Ss %s\n", each->name);
		check_contains(text, line);
	}
	for (const struct option_entry *each = option_table; each->name; each++) {
		snprintf(line, sizeof(line), "Fl Fl %s", each->name);
		check_contains(text, line);
	}
	check_contains(text, ".It Fl r , Fl Fl rate Ar HZ\nsamples per second");
	check_contains(text, ".It Fl k , Fl Fl kernel Ns Op = Ns Ar auto|yes|no\n");
	free(text);
}

/* A list that is left open swallows the rest of the page. */
static void lists_are_closed(void)
{
	char *text = page();
	int open = 0;

	for (const char *line = text; *line;) {
		open += !strncmp(line, ".Bl ", 4);
		open -= !strncmp(line, ".El\n", 4);
		check_true(open == 0 || open == 1);
		check_true(open == 0 || strncmp(line, ".Ss", 3) != 0);
		line += strcspn(line, "\n") + 1;
	}
	check_int(open, 0);
	free(text);
}

static void dashes_of_options_are_no_hyphens(void)
{
	char *text = page();

	check_contains(text, "\\-\\-baseline");
	check_contains(text, "; \\-k");
	free(text);
}

CU_TestInfo man_page_tests[] = {
	TEST(each_command_and_option_is_in_it),
	TEST(lists_are_closed),
	TEST(dashes_of_options_are_no_hyphens),
	CU_TEST_INFO_NULL,
};
