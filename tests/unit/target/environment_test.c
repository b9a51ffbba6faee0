// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "target/environment.h"

#include <stdlib.h>
#include <unistd.h>

#include "check.h"

static const struct identity alice = {.uid = 1000,
				      .gid = 1000,
				      .name = (char *)"alice",
				      .home = (char *)"/home/alice",
				      .shell = (char *)"/bin/zsh",
				      .drops = true};

#define LIST(...) ((char *[]){__VA_ARGS__, NULL})

/* The merged environment as one text, variables joined by a blank. Valid until the next call. */
static const char *merge(char *const theirs[], char *const ours[])
{
	static char joined[1024];
	char **merged = NULL;

	joined[0] = '\0';
	if (!check_ok(environment_merge(theirs, ours, &alice, &merged)))
		return joined;
	for (char **entry = merged; *entry; entry++) {
		size_t length = strlen(joined);
		snprintf(joined + length, sizeof(joined) - length, "%s%s", length ? " " : "",
			 *entry);
	}
	environment_free(merged);
	return joined;
}

#define PERSON	     "HOME=/h USER=a LOGNAME=a SHELL=/s"
#define THEIR_PERSON (char *)"HOME=/h", (char *)"USER=a", (char *)"LOGNAME=a", (char *)"SHELL=/s"

static void what_sudo_took_comes_back(void)
{
	check_str(merge(LIST("PATH=/venv/bin:/usr/bin", "VIRTUAL_ENV=/venv", THEIR_PERSON,
			     "LD_LIBRARY_PATH=/lib/py", "PYTHONPATH=src"),
			LIST("PATH=/usr/sbin:/usr/bin", "HOME=/root", "USER=root", "LOGNAME=root",
			     "SHELL=/bin/bash")),
		  "PATH=/venv/bin:/usr/bin VIRTUAL_ENV=/venv " PERSON
		  " LD_LIBRARY_PATH=/lib/py PYTHONPATH=src");
}

static void what_sudo_says_of_itself_does_not_pass(void)
{
	check_str(merge(LIST("PATH=/bin", THEIR_PERSON),
			LIST("SUDO_UID=1000", "SUDO_COMMAND=x", "MAIL=/var/mail/root",
			     "USERNAME=root")),
		  "PATH=/bin " PERSON);
}

static void a_sudo_around_the_users_own_shell_stays(void)
{
	check_str(merge(LIST("SUDO_UID=7", "MAIL=/m", THEIR_PERSON), LIST("SUDO_UID=1000")),
		  "SUDO_UID=7 MAIL=/m " PERSON);
}

static void a_variable_typed_behind_sudo_wins(void)
{
	check_str(merge(LIST("A=1", "B=2", "TERM=xterm", THEIR_PERSON),
			LIST("B=changed", "C=added", "TERM=dumb")),
		  "A=1 B=changed TERM=xterm " PERSON " C=added");
}

static void path_and_term_are_taken_from_sudo_where_there_was_none(void)
{
	check_str(merge(LIST(THEIR_PERSON), LIST("PATH=/usr/bin", "TERM=vt100")),
		  PERSON " PATH=/usr/bin TERM=vt100");
}

static void a_person_missing_in_theirs_is_the_identity(void)
{
	check_str(merge(LIST("USER=a", "LOGNAME=a"), LIST("HOME=/root", "SHELL=/bin/bash")),
		  "USER=a LOGNAME=a HOME=/home/alice SHELL=/bin/zsh");
}

static void without_theirs_ours_is_made_fit(void)
{
	check_str(merge(NULL, LIST("PATH=/usr/bin", "HOME=/root", "USER=root", "SUDO_UID=1000",
				   "MAIL=/m", "FOO=bar")),
		  "PATH=/usr/bin FOO=bar HOME=/home/alice USER=alice LOGNAME=alice SHELL=/bin/zsh");
}

/* exec passes on any strings at all. */
static void odd_entries_stay_as_they_are(void)
{
	check_str(merge(LIST("NOEQUALS", "=C:", "E=", "HOMEX=1", "PATHS=2", THEIR_PERSON),
			LIST("HOME=/root", "E=", "SUDO_UIDX=1", "EE=3", "PATHS=new")),
		  "NOEQUALS =C: E= HOMEX=1 PATHS=new " PERSON " EE=3");
}

static void a_value_may_hold_an_equals_sign_and_the_first_counts(void)
{
	char **environment = LIST("AB=0", "A=x=y", "A=second", "EMPTY=", "BARE");

	check_str(environment_get(environment, "A"), "x=y");
	check_str(environment_get(environment, "EMPTY"), "");
	check_null(environment_get(environment, "BARE"));
	check_null(environment_get(environment, "B"));
}

static void an_identity_that_keeps_gets_a_copy(void)
{
	struct identity self = alice;
	char **environment = NULL;
	size_t count = 0;

	self.drops = false;
	if (!check_ok(environment_for(&self, &environment)))
		return;
	for (; environment[count] && environ[count]; count++)
		check_str(environment[count], environ[count]);
	check_true(count > 0);
	check_true(!environment[count] && !environ[count]);
	check_true(environment[0] != environ[0]);
	environment_free(environment);
}

static void another_user_gets_their_own_home(void)
{
	char **environment = NULL;

	setenv("LTSBPF_TEST_MARK", "kept", 1);
	if (check_ok(environment_for(&alice, &environment))) {
		check_str(environment_get(environment, "HOME"), "/home/alice");
		check_str(environment_get(environment, "LTSBPF_TEST_MARK"), "kept");
	}
	unsetenv("LTSBPF_TEST_MARK");
	environment_free(environment);
}

CU_TestInfo environment_tests[] = {
	TEST(what_sudo_took_comes_back),
	TEST(what_sudo_says_of_itself_does_not_pass),
	TEST(a_sudo_around_the_users_own_shell_stays),
	TEST(a_variable_typed_behind_sudo_wins),
	TEST(path_and_term_are_taken_from_sudo_where_there_was_none),
	TEST(a_person_missing_in_theirs_is_the_identity),
	TEST(without_theirs_ours_is_made_fit),
	TEST(odd_entries_stay_as_they_are),
	TEST(a_value_may_hold_an_equals_sign_and_the_first_counts),
	TEST(an_identity_that_keeps_gets_a_copy),
	TEST(another_user_gets_their_own_home),
	CU_TEST_INFO_NULL,
};
