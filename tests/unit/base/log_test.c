// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <termios.h>
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

/* On a terminal of 40 columns, as a session of its own; what it then shows. */
static char *shown_by(void (*speak)(void), const char *term, const char *no_color)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	char *text = calloc(1, 65536);
	size_t size = 0;
	ssize_t got;

	check_true(master >= 0 && !grantpt(master) && !unlockpt(master));
	pid_t pid = fork();
	if (!pid) {
		setsid();
		int terminal = open(ptsname(master), O_RDWR);
		ioctl(terminal, TIOCSWINSZ, &(struct winsize){.ws_row = 24, .ws_col = 40});
		dup2(terminal, STDERR_FILENO);
		setenv("TERM", term, 1);
		setenv("NO_COLOR", no_color, 1);
		speak();
		tcdrain(terminal);
		_exit(0);
	}
	while (text && (got = read(master, text + size, 65535 - size)) > 0)
		size += (size_t)got;
	waitpid(pid, NULL, 0);
	close(master);
	return text;
}

static void check_shown(void (*speak)(void), const char *term, const char *no_color,
			const char *expected)
{
	CLEANUP(freep) char *shown = shown_by(speak, term, no_color);

	check_str(shown, expected);
}

static void one_of_each(void)
{
	note("n");
	warn("w");
	fail(-EIO, "e");
}

static void colours_are_for_terminals_that_want_them(void)
{
	check_shown(one_of_each, "xterm", "",
		    "ltsbpf: n\r\nltsbpf: \033[33mwarning:\033[0m w\r\n"
		    "ltsbpf: \033[31merror:\033[0m e\r\n");
#define WITHOUT "ltsbpf: n\r\nltsbpf: warning: w\r\nltsbpf: error: e\r\n"
	check_shown(one_of_each, "xterm", "1", WITHOUT);
	check_shown(one_of_each, "dumb", "", WITHOUT);
	check_shown(one_of_each, "", "", WITHOUT);
}

static void a_long_step(void)
{
	log_progress("not yet");
	log_progress_begin(0);
	log_progress("%d %%", 1);
	log_progress("a line that would be longer than the terminal is wide");
	note("said");
	log_progress("3 %%");
	log_progress_end();
	log_progress("no more");
	log_progress_end();
}

static void progress_is_written_over_and_erased(void)
{
#define ERASED "\r\033[K"
	check_shown(a_long_step, "xterm", "",
		    ERASED "ltsbpf: 1 %" ERASED "ltsbpf: a line that would be longer tha" ERASED
			   "ltsbpf: said\r\n" ERASED "ltsbpf: 3 %" ERASED);
	check_shown(a_long_step, "dumb", "", "ltsbpf: said\r\n");
}

static void a_short_step(void)
{
	log_progress_begin(60000);
	log_progress("soon done");
	log_progress_end();
}

static void a_quiet_step(void)
{
	log_set_level(LOG_QUIET);
	log_progress_begin(0);
	log_progress("quiet");
	log_progress_end();
}

static void in_the_background(void)
{
	pid_t pid = fork();

	if (!pid) {
		setpgid(0, 0);
		log_progress_begin(0);
		log_progress("behind");
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static void progress_is_not_always_shown(void)
{
	check_shown(a_short_step, "xterm", "", "");
	check_shown(a_quiet_step, "xterm", "", "");
	check_shown(in_the_background, "xterm", "", "");
}

/* A file gets none of it. */
static void progress_is_for_terminals(void)
{
	CLEANUP(closep) int terminal = dup(STDERR_FILENO);
	CLEANUP(closep) int page = memfd_create("said", MFD_CLOEXEC);

	dup2(page, STDERR_FILENO);
	log_progress_begin(0);
	log_progress("to a file");
	log_progress_end();
	dup2(terminal, STDERR_FILENO);
	check_int(lseek(page, 0, SEEK_END), 0);
}

CU_TestInfo log_tests[] = {
	TEST(quiet_still_tells_errors_and_warnings),
	TEST(normal_adds_notes),
	TEST(verbose_adds_details),
	TEST(fail_returns_its_error),
	TEST(colours_are_for_terminals_that_want_them),
	TEST(progress_is_written_over_and_erased),
	TEST(progress_is_not_always_shown),
	TEST(progress_is_for_terminals),
	CU_TEST_INFO_NULL,
};
