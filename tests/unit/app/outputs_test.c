// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/outputs.h"

#include <errno.h>
#include <fcntl.h>

#include "base/cleanup.h"
#include "check.h"
#include "folder.h"
#include "profile/profile.h"
#include "target/identity.h"

/* One sample of python3 -> main. */
static struct profile *small_profile(void)
{
	struct profile *profile = profile_new();
	uint32_t frames[2];

	frames[0] = (uint32_t)frames_add(&profile->frames, FRAME_PROCESS, "python3");
	frames[1] = (uint32_t)frames_add(&profile->frames, FRAME_PYTHON, "main");
	profile->facts.command = profile->facts.clock = "";
	profile->facts.period_ns = 1000;
	check_ok(profile_add(profile, frames, 2, 3, 1));
	return profile;
}

static struct outputs outputs_in(const char *folder)
{
	return (struct outputs){
		.folder = folder, .name = "run", .formats = "svg,folded", .folder_fd = -1};
}

static void known_formats_are_accepted_in_any_order(void)
{
	check_ok(outputs_check_formats("svg"));
	check_ok(outputs_check_formats("folded,pstats,svg"));
	check_ok(outputs_check_formats("svg,svg"));
}

static void an_unknown_format_is_refused(void)
{
	check_int(outputs_check_formats("svg,pdf"), -EINVAL);
	check_int(outputs_check_formats("pdf,svg"), -EINVAL);
	check_int(outputs_check_formats(""), -EINVAL);
	check_int(outputs_check_formats("svg,"), -EINVAL);
	check_int(outputs_check_formats(",svg"), -EINVAL);
	check_int(outputs_check_formats("svg pstats"), -EINVAL);
}

static void every_format_of_the_list_is_written(void)
{
	CLEANUP(profile_freep) struct profile *profile = small_profile();
	struct folder folder;

	if (!folder_make(&folder))
		return;
	struct outputs outputs = outputs_in(folder.path);
	check_ok(outputs_open(&outputs));
	check_ok(outputs_write(&outputs, profile));
	check_true(folder_holds(&folder, "run.folded", "python3;main"));
	check_true(folder_holds(&folder, "run.svg", "<svg"));
	check_int(folder_size_of(&folder, "run.stats"), -1);
	outputs_done(&outputs);
	outputs_done(&outputs);
	folder_remove(&folder);
}

static void the_folder_is_made_and_named_in_full(void)
{
	struct folder folder;
	char path[128], expected[128];

	if (!folder_make(&folder))
		return;
	snprintf(path, sizeof(path), "%s/./a/../b/c/", folder.path);
	snprintf(expected, sizeof(expected), "%s/b/c", folder.path);
	struct outputs outputs = outputs_in(path);
	if (check_ok(outputs_open(&outputs)))
		check_str(outputs.folder_path, expected);
	outputs_done(&outputs);
	folder_remove(&folder);
}

static void a_folder_that_cannot_be_is_told(void)
{
	struct folder folder;
	char path[128];

	if (!folder_make(&folder))
		return;
	folder_put(&folder, "file", "x", 1);
	snprintf(path, sizeof(path), "%s/file", folder.path);
	struct outputs outputs = outputs_in(path);
	check_int(outputs_open(&outputs), -ENOTDIR);
	outputs_done(&outputs);
	folder_remove(&folder);
}

static void a_run_that_begins_makes_the_older_set_old(void)
{
	struct folder folder;

	if (!folder_make(&folder))
		return;
	struct outputs outputs = outputs_in(folder.path);
	check_ok(outputs_open(&outputs));
	folder_put(&folder, "run.svg", "1", 1);
	folder_put(&folder, "run.stats", "22", 2);
	folder_put(&folder, "run.ltsbpf", "333", 3);
	folder_put(&folder, "run.ltsbpf.old", "4444", 4);
	int fd = outputs_create(&outputs);
	check_int(write(fd, "55555", 5), 5);
	close(fd);
	check_int(folder_size_of(&folder, "run.ltsbpf"), 3);
	check_ok(outputs_begin(&outputs));
	check_int(folder_size_of(&folder, "run.svg"), -1);
	check_int(folder_size_of(&folder, "run.svg.old"), 1);
	check_int(folder_size_of(&folder, "run.stats.old"),
		  2); /* not in the list, but of the set */
	check_int(folder_size_of(&folder, "run.ltsbpf.old"), 3);
	check_int(folder_size_of(&folder, "run.ltsbpf"), 5);
	outputs_done(&outputs);
	folder_remove(&folder);
}

static void a_run_that_does_not_begin_changes_nothing(void)
{
	struct folder folder;

	if (!folder_make(&folder))
		return;
	struct outputs outputs = outputs_in(folder.path);
	check_ok(outputs_open(&outputs));
	folder_put(&folder, "run.ltsbpf", "333", 3);
	folder_put(&folder, "run.ltsbpf.new", "left over", 9);
	close(outputs_create(&outputs));
	check_int(folder_size_of(&folder, "run.ltsbpf.new"), 0);
	outputs_abandon(&outputs);
	check_int(folder_size_of(&folder, "run.ltsbpf.new"), -1);
	check_int(folder_size_of(&folder, "run.ltsbpf"), 3);
	outputs_done(&outputs);
	folder_remove(&folder);
}

/* Somebody else may have put a link where our file goes. */
static void a_link_is_replaced_and_not_followed(void)
{
	CLEANUP(profile_freep) struct profile *profile = small_profile();
	struct folder folder;
	char link[128];

	if (!folder_make(&folder))
		return;
	folder_put(&folder, "precious", "keep", 4);
	snprintf(link, sizeof(link), "%s/run.folded", folder.path);
	check_ok(symlink("precious", link));
	snprintf(link, sizeof(link), "%s/run.ltsbpf.new", folder.path);
	check_ok(symlink("missing", link));
	struct outputs outputs = outputs_in(folder.path);
	check_ok(outputs_open(&outputs));
	close(outputs_create(&outputs));
	check_ok(outputs_begin(&outputs));
	check_int(folder_size_of(&folder, "run.ltsbpf"), 0);
	check_ok(outputs_write(&outputs, profile));
	check_true(folder_holds(&folder, "precious", "keep"));
	check_true(folder_holds(&folder, "run.folded", "python3;main"));
	check_int(folder_size_of(&folder, "missing"), -1);
	outputs_done(&outputs);
	folder_remove(&folder);
}

/* A folder stands where the first format goes: the second one is written all the same. */
static void one_format_that_fails_does_not_cost_the_others(void)
{
	CLEANUP(profile_freep) struct profile *profile = small_profile();
	struct folder folder;
	char path[128];

	if (!folder_make(&folder))
		return;
	snprintf(path, sizeof(path), "%s/run.svg", folder.path);
	check_ok(mkdir(path, 0755));
	struct outputs outputs = outputs_in(folder.path);
	check_ok(outputs_open(&outputs));
	check_int(outputs_write(&outputs, profile), -EISDIR);
	check_true(folder_holds(&folder, "run.folded", "python3;main"));
	outputs_done(&outputs);
	folder_remove(&folder);
}

/* With root's rights it would work: the files are made with the user's. */
static void the_files_are_made_with_the_rights_of_their_owner(void)
{
	CLEANUP(profile_freep) struct profile *profile = small_profile();
	CLEANUP(identity_done) struct identity identity = {0};
	struct folder folder;
	struct stat stat_of;
	char path[128];

	if (geteuid() || !folder_make(&folder)) {
		check_true(geteuid() != 0); /* only root can become somebody else */
		return;
	}
	check_ok(identity_of_user("3999999999", &identity));
	struct outputs outputs = outputs_in(folder.path);
	outputs.identity = &identity;
	check_int(outputs_open(&outputs), -EACCES);
	check_ok(chown(folder.path, 3999999999u, 3999999999u));
	check_ok(outputs_open(&outputs));
	check_ok(chown(folder.path, 0, 0));
	check_int(outputs_create(&outputs), -EACCES);
	check_int(outputs_write(&outputs, profile), -EACCES);
	check_ok(chown(folder.path, 3999999999u, 3999999999u));
	check_ok(outputs_write(&outputs, profile));
	snprintf(path, sizeof(path), "%s/run.folded", folder.path);
	if (check_ok(stat(path, &stat_of)))
		check_uint(stat_of.st_uid, 3999999999u);
	check_int(geteuid(), 0);
	outputs_done(&outputs);
	folder_remove(&folder);
}

CU_TestInfo outputs_tests[] = {
	TEST(known_formats_are_accepted_in_any_order),
	TEST(an_unknown_format_is_refused),
	TEST(every_format_of_the_list_is_written),
	TEST(the_folder_is_made_and_named_in_full),
	TEST(a_folder_that_cannot_be_is_told),
	TEST(a_run_that_begins_makes_the_older_set_old),
	TEST(a_run_that_does_not_begin_changes_nothing),
	TEST(a_link_is_replaced_and_not_followed),
	TEST(one_format_that_fails_does_not_cost_the_others),
	TEST(the_files_are_made_with_the_rights_of_their_owner),
	CU_TEST_INFO_NULL,
};
