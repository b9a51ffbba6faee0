// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "target/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/securebits.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

/* No system gives this one out: passwd has no entry for it. */
#define NOBODY_KNOWS 3999999999u

static bool is_root(void)
{
	return getuid() == 0 && geteuid() == 0;
}

static void set_caller(const char *uid, const char *gid)
{
	unsetenv("SUDO_UID");
	unsetenv("SUDO_GID");
	if (uid)
		setenv("SUDO_UID", uid, 1);
	if (gid)
		setenv("SUDO_GID", gid, 1);
}

static void self_is_who_we_are(void)
{
	struct identity identity = {0};

	if (!check_ok(identity_of_self(&identity)))
		return;
	check_uint(identity.uid, getuid());
	check_uint(identity.gid, getgid());
	check_true(!identity.drops && !identity.behind_sudo);
	check_true(identity.name && identity.home && identity.shell);
	identity_done(&identity);
	identity_done(&identity);
}

/* Root believes SUDO_UID; anybody else could have set it for himself. */
static void the_caller_of_sudo_is_believed_by_root_only(void)
{
	struct identity identity = {0};

	set_caller("3999999999", "3999999998");
	if (check_ok(identity_of_invoker(&identity))) {
		check_uint(identity.uid, is_root() ? NOBODY_KNOWS : getuid());
		check_uint(identity.gid, is_root() ? NOBODY_KNOWS - 1 : getgid());
		check_int(identity.drops, is_root());
		check_int(identity.behind_sudo, is_root());
	}
	identity_done(&identity);
	set_caller(NULL, NULL);
}

static void without_sudo_the_invoker_is_ourselves(void)
{
	struct identity identity = {0};

	set_caller(NULL, "5");
	check_ok(identity_of_invoker(&identity));
	check_uint(identity.uid, getuid());
	check_true(!identity.drops && !identity.behind_sudo);
	identity_done(&identity);
	set_caller(NULL, NULL);
}

static void a_caller_that_is_no_id_stops_the_run(void)
{
	static const char *const wrong[] = {
		"",	 "-1",	  "4294967295", "4294967296", "1000x",
		" 1000", "0x3e8", "root",	"+1",	      "99999999999999999999999"};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct identity identity = {0};
		set_caller(wrong[i], "0");
		check_int(identity_of_invoker(&identity), is_root() ? -EINVAL : 0);
		identity_done(&identity);
	}
	set_caller(NULL, NULL);
}

static void root_behind_sudo_drops_nothing(void)
{
	struct identity identity = {0};

	set_caller("0", "0");
	check_ok(identity_of_invoker(&identity));
	check_true(!identity.drops);
	check_int(identity.behind_sudo, is_root());
	identity_done(&identity);
	set_caller(NULL, NULL);
}

static void a_uid_without_an_entry_has_a_number_for_a_name(void)
{
	struct identity identity = {0};

	int err = identity_of_user("3999999999", &identity);
	if (!is_root()) {
		check_int(err, -EPERM);
		return;
	}
	check_ok(err);
	check_str(identity.name, "3999999999");
	check_str(identity.home, "/");
	check_uint(identity.gid, NOBODY_KNOWS);
	check_uint(identity.group_count, 1);
	check_uint(identity.groups[0], NOBODY_KNOWS);
	check_true(identity.drops);
	identity_done(&identity);
}

static void an_unknown_user_is_an_error(void)
{
	struct identity identity = {0};

	check_int(identity_of_user("no-such-user-here", &identity), -ENOENT);
	check_int(identity_of_user("", &identity), -ENOENT);
	check_int(identity_of_user("-1", &identity), -ENOENT);
	check_null(identity.name);
}

static void our_own_number_is_ourselves(void)
{
	struct identity identity = {0};
	char number[16];

	snprintf(number, sizeof(number), "%u", (unsigned int)getuid());
	check_ok(identity_of_user(number, &identity));
	check_true(!identity.drops);
	check_uint(identity.uid, getuid());
	identity_done(&identity);
}

/* Runs the check in a process of its own, because there is no way back from what it does. */
static int in_child(int (*check)(const struct identity *), const struct identity *identity)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(check(identity));
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static int assume_and_look(const struct identity *identity)
{
	gid_t groups[4];

	if (identity_assume(identity))
		return 1;
	if (getuid() != identity->uid || geteuid() != identity->uid || getegid() != identity->gid)
		return 2;
	if (getgroups(4, groups) != 1 || groups[0] != identity->gid)
		return 3;
	if (!seteuid(0) || !setegid(0) || !chown("/", 0, 0))
		return 4;
	return 0;
}

static void assuming_is_for_good(void)
{
	struct identity identity = {0};

	if (!is_root()) {
		check_ok(identity_of_self(&identity));
		check_ok(identity_assume(&identity));
		identity_done(&identity);
		return;
	}
	check_ok(identity_of_user("3999999999", &identity));
	check_int(in_child(assume_and_look, &identity), 0);
	identity_done(&identity);
}

static int assume_without_rights(const struct identity *identity)
{
	if (is_root() && setresuid(65534, 65534, 65534))
		return 1;
	return -identity_assume(identity);
}

static void assuming_without_the_right_is_an_error(void)
{
	struct identity identity = {.uid = NOBODY_KNOWS, .gid = NOBODY_KNOWS, .drops = true};

	check_int(in_child(assume_without_rights, &identity), EPERM);
}

/* An ordinary user with capabilities, as the file of ltsbpf can give them. */
static int disarm_and_look(const struct identity *identity)
{
	(void)identity;
	if (!is_root())
		return identity_disarm() ? 1 : 0;
	if (identity_disarm() || setgroups(0, NULL)) /* nothing happens to root */
		return 2;
	if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP) || setresuid(65534, 65534, 65534) ||
	    setgroups(0, NULL))
		return 3;
	return identity_disarm() ? 4 : !setgroups(0, NULL);
}

static void disarming_leaves_the_callers_own_rights(void)
{
	check_int(in_child(disarm_and_look, NULL), 0);
}

static void entering_makes_files_the_users_and_leaves_again(void)
{
	struct identity identity = {0};
	struct identity_saved saved;
	char path[] = "/tmp/ltsbpf-identity-test-XXXXXX", file[64];
	struct stat stat_of = {0};
	int before = getgroups(0, NULL);

	check_ok(is_root() ? identity_of_user("3999999999", &identity)
			   : identity_of_self(&identity));
	check_not_null(mkdtemp(path));
	check_ok(chown(path, identity.uid, identity.gid));
	snprintf(file, sizeof(file), "%s/f", path);
	if (check_ok(identity_enter(&identity, &saved))) {
		check_uint(geteuid(), identity.uid);
		int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		check_true(fd >= 0);
		close(fd);
		check_ok(identity_leave(&saved));
		check_ok(identity_leave(&saved));
	}
	check_uint(geteuid(), getuid());
	check_uint(getegid(), getgid());
	check_int(getgroups(0, NULL), before);
	check_ok(stat(file, &stat_of));
	check_uint(stat_of.st_uid, identity.uid);
	check_uint(stat_of.st_gid, identity.gid);
	unlink(file);
	rmdir(path);
	identity_done(&identity);
}

static void entering_without_the_right_changes_nothing(void)
{
	struct identity identity = {.uid = 1, .gid = 1, .name = (char *)"one", .drops = true};
	struct identity_saved saved;

	if (is_root())
		identity.gid = (gid_t)-2, identity.group_count = 1000000;
	check_true(identity_enter(&identity, &saved) < 0);
	check_uint(geteuid(), getuid());
	check_uint(getegid(), getgid());
	check_true(!saved.entered);
}

CU_TestInfo identity_tests[] = {
	TEST(self_is_who_we_are),
	TEST(the_caller_of_sudo_is_believed_by_root_only),
	TEST(without_sudo_the_invoker_is_ourselves),
	TEST(a_caller_that_is_no_id_stops_the_run),
	TEST(root_behind_sudo_drops_nothing),
	TEST(a_uid_without_an_entry_has_a_number_for_a_name),
	TEST(an_unknown_user_is_an_error),
	TEST(our_own_number_is_ourselves),
	TEST(assuming_is_for_good),
	TEST(assuming_without_the_right_is_an_error),
	TEST(disarming_leaves_the_callers_own_rights),
	TEST(entering_makes_files_the_users_and_leaves_again),
	TEST(entering_without_the_right_changes_nothing),
	CU_TEST_INFO_NULL,
};
