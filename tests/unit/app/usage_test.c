// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/usage.h"

#include <stdlib.h>

#include "check.h"

/* What was answered, "" when nothing was; owned by the caller. */
static char *answer_to(const char *word)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	bool answered = usage_asked_for(word, stream);

	fclose(stream);
	check_int(answered, size > 0);
	return text;
}

static void check_answer(const char *word, const char *part)
{
	char *text = answer_to(word);

	check_contains(text, part);
	free(text);
}

static void help_and_version_are_answered_in_each_form(void)
{
	check_answer("--help", "Exit status of record");
	check_answer("-h", "Exit status of record");
	check_answer("help", "Exit status of record");
	check_answer("--version", "ltsbpf " LTSBPF_VERSION "\n");
	check_answer("-V", "ltsbpf " LTSBPF_VERSION "\n");
	check_answer("version", "ltsbpf " LTSBPF_VERSION "\n");
}

static void other_words_are_left_alone(void)
{
	static const char *const words[] = {"record", "", "-v", "--helpme", "Help"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		char *text = answer_to(words[i]);
		check_str(text, "");
		free(text);
	}
}

static void the_help_fits_a_terminal(void)
{
	char *text = answer_to("--help");

	for (const char *line = text; *line;) {
		size_t length = strcspn(line, "\n");
		check_true(length <= 90);
		line += length + (line[length] == '\n');
	}
	free(text);
}

/* What one command is told of, and what not. */
static void a_command_is_explained_alone(void)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	usage_print_command(COMMAND_CONVERT, stream);
	fclose(stream);
	check_contains(text, "ltsbpf convert [options] FILE\n");
	check_contains(text, "    -f, --format LIST     which files to make");
	check_contains(text, "Formats: svg, pstats, folded");
	check_contains(text, "--skip-first SEC");
	check_true(!strstr(text, "--rate") && !strstr(text, "--markdown"));
	check_true(!strstr(text, "ltsbpf record") && !strstr(text, "--baseline"));
	free(text);
}

static const char *nearest(const char *given)
{
	static const char *const names[] = {"record", "report", "convert", "doctor",
					    "a-name-that-is-far-longer-than-any-option-has"};

	return usage_nearest(given, names, 5);
}

static void the_nearest_name_is_found(void)
{
	check_str(nearest("record"), "record");
	check_str(nearest("recrod"), "record");
	check_str(nearest("reprot"), "report");
	check_str(nearest("convrt"), "convert");
	check_str(nearest("docter"), "doctor");
	check_str(nearest("ecord"), "record");
	check_str(nearest("recordd"), "record");
}

static void what_is_far_from_all_is_near_none(void)
{
	check_null(nearest(""));
	check_null(nearest("x"));
	check_null(nearest("python"));
	check_null(usage_nearest("record", NULL, 0));
}

static void a_word_of_any_length_is_taken(void)
{
	char word[5001];

	memset(word, 'r', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	check_true(nearest(word) != (const char *)word);
}

CU_TestInfo usage_tests[] = {
	TEST(help_and_version_are_answered_in_each_form),
	TEST(other_words_are_left_alone),
	TEST(the_help_fits_a_terminal),
	TEST(a_command_is_explained_alone),
	TEST(the_nearest_name_is_found),
	TEST(what_is_far_from_all_is_near_none),
	TEST(a_word_of_any_length_is_taken),
	CU_TEST_INFO_NULL,
};
