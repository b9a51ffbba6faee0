// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/cleanup.h"

#include <fcntl.h>

#include "check.h"

static int open_null(void)
{
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static int opened_and_left(bool keep)
{
	CLEANUP(closep) int fd = open_null();

	return keep ? TAKE_FD(fd) : fd;
}

static void a_file_descriptor_is_closed_when_its_scope_ends(void)
{
	check_true(!is_open(opened_and_left(false)));
}

static void a_taken_file_descriptor_stays_open(void)
{
	int fd = opened_and_left(true);

	check_true(is_open(fd));
	close(fd);
}

static void take_hands_on_and_forgets(void)
{
	CLEANUP(freep) char *text = strdup("mine");
	char *kept = TAKE(text);

	check_null(text);
	check_str(kept, "mine");
	free(kept);
}

static void releasing_nothing_does_nothing(void)
{
	char *text = NULL;
	int fd = -1;
	FILE *file = NULL;

	freep(&text);
	closep(&fd);
	fclosep(&file);
	check_null(text);
	check_int(fd, -1);
	check_null(file);
}

static void releasing_leaves_nothing_to_release(void)
{
	char *text = strdup("x");
	int fd = open_null();
	FILE *file = fopen("/dev/null", "re");

	freep(&text);
	closep(&fd);
	fclosep(&file);
	check_null(text);
	check_int(fd, -1);
	check_null(file);
}

CU_TestInfo cleanup_tests[] = {
	TEST(a_file_descriptor_is_closed_when_its_scope_ends),
	TEST(a_taken_file_descriptor_stays_open),
	TEST(take_hands_on_and_forgets),
	TEST(releasing_nothing_does_nothing),
	TEST(releasing_leaves_nothing_to_release),
	CU_TEST_INFO_NULL,
};
