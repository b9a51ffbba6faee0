// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/appended_file.h"

#include <errno.h>
#include <fcntl.h>

#include "folder.h"
#include "memory.h"

/* What was called back, in tens: takes ten bytes at once and leaves the rest. */
struct heard {
	char text[256];
	size_t skip;
	int answer;
};

static int64_t on_data(void *context, const char *data, size_t size)
{
	struct heard *heard = context;

	if (heard->answer)
		return heard->answer;
	if (size < 10)
		return 0;
	strncat(heard->text, data, 10);
	return (int64_t)(10 + heard->skip);
}

static int open_in(const struct folder *folder, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

static void append(const struct folder *folder, const char *name, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	FILE *stream = fopen(path, "a");
	if (!check_not_null(stream))
		return;
	fputs(text, stream);
	fclose(stream);
}

static void only_what_is_new_is_read(void)
{
	struct appended_file file = {0};
	struct heard heard = {0};
	struct folder folder;

	if (!folder_make(&folder))
		return;
	append(&folder, "f", "0123456789abcd");
	check_int(appended_file_take(&file, open_in(&folder, "f"), getuid()), 1);
	check_ok(appended_file_read(&file, on_data, &heard));
	check_str(heard.text, "0123456789");
	append(&folder, "f", "efghij");
	check_int(appended_file_take(&file, open_in(&folder, "f"), getuid()), 0);
	check_ok(appended_file_read(&file, on_data, &heard));
	check_str(heard.text, "0123456789abcdefghij");
	appended_file_done(&file);
	folder_remove(&folder);
}

static void a_file_that_is_gone_is_read_to_its_end(void)
{
	struct appended_file file = {0};
	struct heard heard = {0};
	struct folder folder;

	if (!folder_make(&folder))
		return;
	check_int(appended_file_take(&file, -1, getuid()), -ENOENT);
	append(&folder, "f", "0123456789");
	check_int(appended_file_take(&file, open_in(&folder, "f"), getuid()), 1);
	check_ok(appended_file_read(&file, on_data, &heard));
	append(&folder, "f", "abcdefghij");
	folder_remove(&folder);
	check_int(appended_file_take(&file, -1, getuid()), 0);
	check_ok(appended_file_read(&file, on_data, &heard));
	check_str(heard.text, "0123456789abcdefghij");
	appended_file_done(&file);
}

static void another_file_or_a_cut_one_is_read_anew(void)
{
	struct appended_file file = {0};
	struct heard heard = {0};
	struct folder folder;

	if (!folder_make(&folder))
		return;
	append(&folder, "f", "0123456789-");
	append(&folder, "g", "ABCDEFGHIJ--------------");
	check_int(appended_file_take(&file, open_in(&folder, "f"), getuid()), 1);
	check_ok(appended_file_read(&file, on_data, &heard));
	folder_put(&folder, "f", "abcdefghij", 10);
	check_int(appended_file_take(&file, open_in(&folder, "f"), getuid()), 1);
	check_ok(appended_file_read(&file, on_data, &heard));
	check_str(heard.text, "0123456789abcdefghij");
	check_int(appended_file_take(&file, open_in(&folder, "g"), getuid()), 1);
	heard.skip = 100;
	check_ok(appended_file_read(&file, on_data, &heard));
	check_str(heard.text, "0123456789abcdefghijABCDEFGHIJ");
	appended_file_done(&file);
	folder_remove(&folder);
}

static void files_of_others_are_not_believed(void)
{
	struct appended_file file = {0};
	struct folder folder;
	char path[256];

	if (!folder_make(&folder))
		return;
	append(&folder, "f", "0123456789");
	check_int(appended_file_take(&file, open_in(&folder, "."), getuid()), -EPERM);
	snprintf(path, sizeof(path), "%s/fifo", folder.path);
	check_ok(mkfifo(path, 0600));
	check_int(appended_file_take(&file, open_in(&folder, "fifo"), getuid()), -EPERM);
	check_int(appended_file_take(&file, open_in(&folder, "f"), getuid() + 1),
		  getuid() ? -EPERM : 1);
	snprintf(path, sizeof(path), "%s/f", folder.path);
	if (!chown(path, 12345, 12345)) {
		check_int(appended_file_take(&file, open_in(&folder, "f"), 12346), -EPERM);
		check_int(appended_file_take(&file, open_in(&folder, "f"), 12345), 0);
	}
	appended_file_done(&file);
	folder_remove(&folder);
}

static void what_the_reader_fails_with_is_returned(void)
{
	static char large[(1 << 20) + 1];
	struct appended_file file = {0};
	struct heard heard = {.answer = -EBADF};
	struct folder folder;

	if (!folder_make(&folder))
		return;
	folder_put(&folder, "f", large, sizeof(large));
	check_int(appended_file_take(&file, open_in(&folder, "f"), getuid()), 1);
	check_int(appended_file_read(&file, on_data, &heard), -EBADF);
	memory_fail_at(1);
	check_int(appended_file_read(&file, on_data, &heard), -ENOMEM);
	memory_failed();
	appended_file_done(&file);
	folder_remove(&folder);
}

static int64_t on_nothing(void *context, const char *data, size_t size)
{
	(void)context, (void)data, (void)size;
	return 0;
}

static void one_that_never_has_enough_is_stopped(void)
{
	static char large[(1 << 20) + 1];
	struct appended_file file = {0};
	struct folder folder;

	if (!folder_make(&folder))
		return;
	folder_put(&folder, "small", large, sizeof(large) - 2);
	check_int(appended_file_take(&file, open_in(&folder, "small"), getuid()), 1);
	check_ok(appended_file_read(&file, on_nothing, NULL));
	folder_put(&folder, "large", large, sizeof(large));
	check_int(appended_file_take(&file, open_in(&folder, "large"), getuid()), 1);
	check_int(appended_file_read(&file, on_nothing, NULL), -EINVAL);
	appended_file_done(&file);
	folder_remove(&folder);
}

static int64_t on_all(void *context, const char *data, size_t size)
{
	(void)data;
	*(uint64_t *)context += size;
	return (int64_t)size;
}

static void there_is_a_most(void)
{
	struct appended_file file = {0};
	struct folder folder;
	uint64_t bytes = 0;
	char path[256];

	if (!folder_make(&folder))
		return;
	append(&folder, "f", "");
	snprintf(path, sizeof(path), "%s/f", folder.path);
	check_ok(truncate(path, 2 * MAX_APPENDED_BYTES));
	check_int(appended_file_take(&file, open_in(&folder, "f"), getuid()), 1);
	check_ok(appended_file_read(&file, on_all, &bytes));
	check_uint(bytes, MAX_APPENDED_BYTES);
	appended_file_done(&file);
	folder_remove(&folder);
}

CU_TestInfo appended_file_tests[] = {
	TEST(only_what_is_new_is_read),
	TEST(a_file_that_is_gone_is_read_to_its_end),
	TEST(another_file_or_a_cut_one_is_read_anew),
	TEST(files_of_others_are_not_believed),
	TEST(what_the_reader_fails_with_is_returned),
	TEST(one_that_never_has_enough_is_stopped),
	TEST(there_is_a_most),
	CU_TEST_INFO_NULL,
};
