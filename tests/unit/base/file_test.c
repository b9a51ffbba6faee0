// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "check.h"

/* A folder of its own for each test, removed at the end with what the test left in it. */
struct place {
	char path[64];
	int folder;
};

static bool place_open(struct place *place)
{
	snprintf(place->path, sizeof(place->path), "/tmp/ltsbpf-file-test-XXXXXX");
	place->folder = -1;
	if (!check_not_null(mkdtemp(place->path)))
		return false;
	place->folder = file_open_folder(place->path, 0755, false);
	return check_true(place->folder >= 0);
}

static void place_close(struct place *place)
{
	char command[128];

	close(place->folder);
	snprintf(command, sizeof(command), "rm -rf %s", place->path);
	check_int(system(command), 0);
}

static int put(int folder, const char *name, const char *text)
{
	struct file_draft draft = {0};

	int err = file_draft_open(&draft, folder, name);
	if (err)
		return err;
	fputs(text, draft.stream);
	return file_draft_commit(&draft);
}

/* The text of a file, "" where it cannot be read. Valid until the next call. */
static const char *get(int folder, const char *name)
{
	static char text[256];
	char *data = NULL;
	size_t size;

	text[0] = '\0';
	if (!file_read_all(folder, name, sizeof(text) - 1, &data, &size))
		snprintf(text, sizeof(text), "%s", data);
	free(data);
	return text;
}

static int count_entries(const char *path)
{
	DIR *stream = opendir(path);
	int count = -2; /* . and .. */

	while (stream && readdir(stream))
		count++;
	if (stream)
		closedir(stream);
	return count;
}

static void a_committed_draft_is_the_file(void)
{
	struct place place;
	struct stat stat;

	if (!place_open(&place))
		return;
	mode_t mask = umask(022);
	check_ok(put(place.folder, "out", "new\n"));
	umask(mask);
	check_str(get(place.folder, "out"), "new\n");
	check_int(count_entries(place.path), 1);
	check_ok(fstatat(place.folder, "out", &stat, 0));
	check_int(stat.st_mode & 07777, 0644);
	place_close(&place);
}

static void a_discarded_draft_leaves_the_older_file(void)
{
	struct file_draft draft = {0};
	struct place place;

	if (!place_open(&place))
		return;
	check_ok(put(place.folder, "out", "old"));
	if (check_ok(file_draft_open(&draft, place.folder, "out"))) {
		fputs("half", draft.stream);
		check_int(count_entries(place.path), 2);
		file_draft_discard(&draft);
		file_draft_discard(&draft);
	}
	check_str(get(place.folder, "out"), "old");
	check_int(count_entries(place.path), 1);
	place_close(&place);
}

/* The stream is led to a device that is always full. */
static void a_write_that_failed_fails_the_commit(void)
{
	struct file_draft draft = {0};
	struct place place;

	if (!place_open(&place))
		return;
	check_ok(put(place.folder, "out", "old"));
	if (check_ok(file_draft_open(&draft, place.folder, "out"))) {
		int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
		check_true(dup2(full, fileno(draft.stream)) >= 0);
		close(full);
		fputs("lost", draft.stream);
		check_int(file_draft_commit(&draft), -ENOSPC);
	}
	check_str(get(place.folder, "out"), "old");
	check_int(count_entries(place.path), 1);
	place_close(&place);
}

/* A later flush succeeds; only ferror() remembers. */
static void a_write_that_failed_early_fails_the_commit_too(void)
{
	struct file_draft draft = {0};
	struct place place;

	if (!place_open(&place))
		return;
	if (check_ok(file_draft_open(&draft, place.folder, "out"))) {
		int good = dup(fileno(draft.stream)), full = open("/dev/full", O_WRONLY);
		dup2(full, fileno(draft.stream));
		fputs("lost", draft.stream);
		check_int(fflush(draft.stream), EOF);
		dup2(good, fileno(draft.stream));
		close(full);
		close(good);
		check_true(file_draft_commit(&draft) < 0);
	}
	check_int(count_entries(place.path), 0);
	place_close(&place);
}

static void a_link_in_the_files_place_is_replaced_not_followed(void)
{
	struct place place;

	if (!place_open(&place))
		return;
	check_ok(put(place.folder, "victim", "untouched"));
	check_ok(symlinkat("victim", place.folder, "out"));
	check_ok(put(place.folder, "out", "new"));
	check_str(get(place.folder, "victim"), "untouched");
	check_str(get(place.folder, "out"), "new");
	place_close(&place);
}

static void a_folder_in_the_files_place_is_an_error(void)
{
	struct place place;

	if (!place_open(&place))
		return;
	check_ok(mkdirat(place.folder, "out", 0755));
	check_int(put(place.folder, "out", "new"), -EISDIR);
	check_int(count_entries(place.path), 1);
	place_close(&place);
}

static void reading_stops_at_the_limit(void)
{
	struct place place;
	char *data = NULL;
	size_t size = 77;

	if (!place_open(&place))
		return;
	check_ok(put(place.folder, "five", "12345"));
	check_int(file_read_all(place.folder, "five", 4, &data, &size), -EFBIG);
	check_null(data);
	check_uint(size, 77);
	check_ok(file_read_all(place.folder, "five", 5, &data, &size));
	check_uint(size, 5);
	check_str(data, "12345");
	free(data);
	check_int(file_read_all(place.folder, "none", 5, &data, &size), -ENOENT);
	check_true(file_read_all(AT_FDCWD, place.path, 5, &data, &size) == -EISDIR);
	place_close(&place);
}

/* /proc says size 0; more than two steps of growth. */
static void a_large_file_without_a_size_is_read_whole(void)
{
	struct place place;
	char *data = NULL, *again = NULL, path[64];
	size_t size = 0, size_again = 0;

	if (!place_open(&place))
		return;
	struct file_draft draft = {0};
	check_ok(file_draft_open(&draft, place.folder, "large"));
	for (int i = 0; i < 5000; i++)
		fprintf(draft.stream, "%d\n", i);
	check_ok(file_draft_commit(&draft));
	check_ok(file_read_all(place.folder, "large", 1 << 20, &data, &size));
	check_uint(size, 23890);
	snprintf(path, sizeof(path), "/proc/%d/smaps", (int)getpid());
	check_ok(file_read_all(AT_FDCWD, path, 64 << 20, &again, &size_again));
	check_true(size_again > 4096);
	check_uint(again ? strlen(again) : 0, size_again);
	free(data);
	free(again);
	place_close(&place);
}

static void missing_folders_are_made_on_the_way(void)
{
	struct place place;
	char path[128];

	if (!place_open(&place))
		return;
	snprintf(path, sizeof(path), "%s//a/./b/../c/", place.path);
	check_int(file_open_folder(path, 0755, false), -ENOENT);
	int folder = file_open_folder(path, 0750, true);
	if (check_true(folder >= 0)) {
		struct stat stat;
		check_ok(put(folder, "f", "x"));
		check_ok(fstatat(place.folder, "a/c", &stat, 0));
		check_int(stat.st_mode & 07027, 0);
		check_str(get(place.folder, "a/c/f"), "x");
		check_true(fcntl(folder, F_GETFD) & FD_CLOEXEC);
		close(folder);
	}
	check_int(file_open_folder("", 0755, true), -ENOENT);
	snprintf(path, sizeof(path), "%s/a/c/f", place.path);
	check_int(file_open_folder(path, 0755, true), -ENOTDIR);
	snprintf(path, sizeof(path), "%s/a/c/f/g", place.path);
	check_int(file_open_folder(path, 0755, true), -ENOTDIR);
	place_close(&place);
}

static void a_relative_folder_starts_where_we_are(void)
{
	int here = file_open_folder(".", 0755, false);
	struct stat by_name, by_descriptor;

	if (!check_true(here >= 0))
		return;
	check_ok(stat(".", &by_name));
	check_ok(fstat(here, &by_descriptor));
	check_uint(by_descriptor.st_ino, by_name.st_ino);
	close(here);
}

static void our_own_links_to_folders_are_followed(void)
{
	struct place place;
	char path[128], absolute[128];

	if (!place_open(&place))
		return;
	check_ok(mkdirat(place.folder, "real", 0755));
	check_ok(symlinkat("real/../real", place.folder, "near"));
	snprintf(absolute, sizeof(absolute), "%s/near", place.path);
	check_ok(symlinkat(absolute, place.folder, "far"));
	check_ok(symlinkat("round", place.folder, "round"));
	snprintf(path, sizeof(path), "%s/far/below", place.path);
	int folder = file_open_folder(path, 0755, true);
	check_true(folder >= 0);
	close(folder);
	check_ok(faccessat(place.folder, "real/below", F_OK, 0));
	snprintf(path, sizeof(path), "%s/round", place.path);
	check_int(file_open_folder(path, 0755, true), -ELOOP);
	place_close(&place);
}

/* Only root can make a link that is another's; others see that theirs is followed. */
static void root_does_not_follow_a_link_of_another_user(void)
{
	struct place place;
	char path[128];

	if (!place_open(&place))
		return;
	check_ok(symlinkat("/usr", place.folder, "trap"));
	bool foreign = geteuid() == 0 &&
		       !fchownat(place.folder, "trap", 65534, 65534, AT_SYMLINK_NOFOLLOW);
	snprintf(path, sizeof(path), "%s/trap/lib", place.path);
	int folder = file_open_folder(path, 0755, false);
	if (foreign)
		check_int(folder, -EPERM);
	else
		check_true(folder >= 0);
	if (folder >= 0)
		close(folder);
	place_close(&place);
}

static void the_old_file_is_kept_once(void)
{
	struct place place;

	if (!place_open(&place))
		return;
	check_ok(file_keep_old(place.folder, "out"));
	check_ok(put(place.folder, "out", "first"));
	check_ok(file_keep_old(place.folder, "out"));
	check_ok(put(place.folder, "out", "second"));
	check_ok(file_keep_old(place.folder, "out"));
	check_str(get(place.folder, "out.old"), "second");
	check_int(count_entries(place.path), 1);
	place_close(&place);
}

static void a_full_disk_is_named(void)
{
	CLEANUP(fclosep) FILE *full = fopen("/dev/full", "w");
	CLEANUP(fclosep) FILE *null = fopen("/dev/null", "w");
	static char many[100000];

	errno = 0;
	fwrite(many, 1, sizeof(many), full); /* fails now */
	check_int(file_stream_error(full), -ENOSPC);
	clearerr(full);
	fputc('x', full); /* fails when it is flushed */
	check_int(file_stream_error(full), -ENOSPC);
	fputc('x', null);
	check_ok(file_stream_error(null));
}

CU_TestInfo file_tests[] = {
	TEST(a_committed_draft_is_the_file),
	TEST(a_discarded_draft_leaves_the_older_file),
	TEST(a_write_that_failed_fails_the_commit),
	TEST(a_write_that_failed_early_fails_the_commit_too),
	TEST(a_link_in_the_files_place_is_replaced_not_followed),
	TEST(a_folder_in_the_files_place_is_an_error),
	TEST(reading_stops_at_the_limit),
	TEST(a_large_file_without_a_size_is_read_whole),
	TEST(missing_folders_are_made_on_the_way),
	TEST(a_relative_folder_starts_where_we_are),
	TEST(our_own_links_to_folders_are_followed),
	TEST(root_does_not_follow_a_link_of_another_user),
	TEST(the_old_file_is_kept_once),
	TEST(a_full_disk_is_named),
	CU_TEST_INFO_NULL,
};
