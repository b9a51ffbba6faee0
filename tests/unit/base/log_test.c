// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/log.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "check.h"

/* What one of each kind says on stderr at a level. Owned by the caller. */
static char *said_at(enum log_level level)
{
	enum log_level before = log_get_level();
	CLEANUP(closep) int terminal = dup(STDERR_FILENO);
	CLEANUP(closep) int page = memfd_create("said", MFD_CLOEXEC);
	char *text = calloc(1, 65536);

	dup2(page, STDERR_FILENO);
	log_set_level(level);
	debug("detail %d", 1);
	note("note %s", "two");
	warn("warning %d%%", 3);
	fail(-EIO, "failure of '%s'", "four");
	log_set_level(before);
	dup2(terminal, STDERR_FILENO);
	if (text && pread(page, text, 65535, 0) < 0)
		freep(&text);
	return text;
}

static void check_said(enum log_level level, const char *expected)
{
	CLEANUP(freep) char *said = said_at(level);

	check_str(said, expected);
}

#define ALWAYS "ltsbpf: warning: warning 3%\nltsbpf: error: failure of 'four'\n"

static void quiet_still_tells_errors_and_warnings(void)
{
	check_said(LOG_QUIET, ALWAYS);
}

static void normal_adds_notes(void)
{
	check_said(LOG_NORMAL, "ltsbpf: note two\n" ALWAYS);
}

static void verbose_adds_details(void)
{
	check_said(LOG_VERBOSE, "ltsbpf: detail 1\nltsbpf: note two\n" ALWAYS);
}

static void fail_returns_its_error(void)
{
	CLEANUP(closep) int terminal = dup(STDERR_FILENO);
	CLEANUP(closep) int page = memfd_create("said", MFD_CLOEXEC);

	dup2(page, STDERR_FILENO);
	int err = fail(-ENOENT, "%0*d", 9000, 7);
	dup2(terminal, STDERR_FILENO);
	check_int(err, -ENOENT);
	char last = 0;
	off_t size = lseek(page, 0, SEEK_END);
	check_true(size > 1000 && pread(page, &last, 1, size - 1) == 1);
	check_int(last, '\n');
}

CU_TestInfo log_tests[] = {
	TEST(quiet_still_tells_errors_and_warnings),
	TEST(normal_adds_notes),
	TEST(verbose_adds_details),
	TEST(fail_returns_its_error),
	CU_TEST_INFO_NULL,
};
