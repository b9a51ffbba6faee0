// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/option_table.h"

#include "check.h"

/* Neither a name nor a letter means two things in one command. */
static void check_distinct(const struct option_entry *one, const struct option_entry *other)
{
	if (!(one->commands & other->commands))
		return;
	check_true(strcmp(one->name, other->name) != 0);
	check_true(!one->letter || one->letter != other->letter);
}

static void an_option_means_one_thing_in_a_command(void)
{
	for (const struct option_entry *one = option_table; one->name; one++)
		for (const struct option_entry *other = one + 1; other->name; other++)
			check_distinct(one, other);
}

static void each_option_can_be_taken_and_is_explained(void)
{
	for (const struct option_entry *each = option_table; each->name; each++) {
		check_true(each->take || each->letter == 'h');
		check_true(each->commands && !option_of(each, COMMAND_NONE));
		check_true(strlen(each->help) > 6);
		check_true(!strpbrk(each->name, " =_"));
		check_true(!each->optional || each->value);
	}
}

static void each_command_is_found_by_its_name(void)
{
	for (const struct command_entry *each = command_table; each->name; each++) {
		check_true(command_find(each->name) == each);
		check_true(each->command != COMMAND_NONE);
	}
	check_null(command_find(""));
	check_null(command_find("recor"));
	check_null(command_find("recordd"));
}

static void each_command_has_help(void)
{
	for (const struct command_entry *command = command_table; command->name; command++) {
		int found = 0;
		for (const struct option_entry *each = option_table; each->name; each++)
			found += option_of(each, command->command) && each->letter == 'h';
		check_int(found, 1);
	}
}

static void words_in_small_letters_are_choices(void)
{
	check_true(option_is_choice(&(struct option_entry){.value = "cpu|tick"}));
	check_true(option_is_choice(&(struct option_entry){.value = "require"}));
	check_true(!option_is_choice(&(struct option_entry){.value = "DIR"}));
	check_true(!option_is_choice(&(struct option_entry){.name = "flag"}));
}

CU_TestInfo option_table_tests[] = {
	TEST(an_option_means_one_thing_in_a_command),
	TEST(each_option_can_be_taken_and_is_explained),
	TEST(each_command_is_found_by_its_name),
	TEST(each_command_has_help),
	TEST(words_in_small_letters_are_choices),
	CU_TEST_INFO_NULL,
};
