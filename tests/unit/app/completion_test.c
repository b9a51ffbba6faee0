// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* What the shells make of the scripts: e2e/completion.sh. */
#include "app/completion.h"

#include <stdlib.h>

#include "app/option_table.h"
#include "check.h"

static char *script(const char *shell)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	completion_print(shell, stream);
	fclose(stream);
	return text;
}

static void check_all_named(const char *shell, const char *before)
{
	char *text = script(shell), name[64];

	for (const struct option_entry *each = option_table; each->name; each++) {
		snprintf(name, sizeof(name), "%s%s", before, each->name);
		check_contains(text, name);
	}
	for (const struct command_entry *each = command_table; each->name; each++)
		check_contains(text, each->name);
	free(text);
}

static void every_shell_knows_every_option(void)
{
	check_all_named("bash", "--");
	check_all_named("zsh", "--");
	check_all_named("fish", " -l ");
}

static void quotes_and_brackets_of_help_texts_are_harmless(void)
{
	char *bash = script("bash"), *zsh = script("zsh"), *fish = script("fish");

	check_contains(zsh, "the interpreter'\\''s own machinery");
	check_contains(zsh, "cpu\\: a clock");
	check_contains(fish, "the interpreter\\'s own machinery");
	check_true(!strstr(bash, "machinery"));
	free(bash);
	free(zsh);
	free(fish);
}

static void values_are_offered(void)
{
	char *bash = script("bash"), *zsh = script("zsh"), *fish = script("fish");

	check_contains(bash, "--clock) value='cpu tick' ;;");
	check_contains(bash, "--output | -o) value='DIR' ;;");
	check_contains(bash, "formats='svg pstats folded");
	check_contains(zsh, ":value:(self total name)'");
	check_contains(fish, "-l sort -x -a 'self total name'");
	free(bash);
	free(zsh);
	free(fish);
}

CU_TestInfo completion_tests[] = {
	TEST(every_shell_knows_every_option),
	TEST(quotes_and_brackets_of_help_texts_are_harmless),
	TEST(values_are_offered),
	CU_TEST_INFO_NULL,
};
