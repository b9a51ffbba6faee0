// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* ECMA-48: back to the line's start, which is erased; the colours; the end of one. */
#define ERASE  "\r\033[K"
#define RED    "\033[31m"
#define YELLOW "\033[33m"
#define PLAIN  "\033[0m"

static enum log_level level = LOG_NORMAL;

static struct {
	bool on, shown;
	uint64_t from_ms;
} progress;

void log_set_level(enum log_level wanted)
{
	level = wanted;
}

enum log_level log_get_level(void)
{
	return level;
}

static bool is_terminal(void)
{
	const char *kind = getenv("TERM");

	return kind && *kind && strcmp(kind, "dumb") != 0 && isatty(STDERR_FILENO);
}

static bool has_colours(void)
{
	const char *none = getenv("NO_COLOR");

	return (!none || !*none) && is_terminal();
}

/* One write per line, so that lines of the target on the same terminal do not cut ours in two. */
static void say(const char *kind, const char *colour, const char *format, va_list arguments)
{
	char line[4096];
	int length = vsnprintf(line, sizeof(line), format, arguments);
	bool coloured = *kind && has_colours();

	if (length < 0)
		return;
	fprintf(stderr, "%sltsbpf: %s%s%s%s%s\n", progress.shown ? ERASE : "",
		coloured ? colour : "", kind, coloured ? PLAIN : "", *kind ? " " : "", line);
	progress.shown = false;
	fflush(stderr);
}

#define SAY(kind, colour, format)                                                                  \
	do {                                                                                       \
		va_list arguments;                                                                 \
		va_start(arguments, format);                                                       \
		say(kind, colour, format, arguments);                                              \
		va_end(arguments);                                                                 \
	} while (0)

int fail(int err, const char *format, ...)
{
	SAY("error:", RED, format);
	return err;
}

void warn(const char *format, ...)
{
	SAY("warning:", YELLOW, format);
}

void note(const char *format, ...)
{
	if (level >= LOG_NORMAL)
		SAY("", "", format);
}

void debug(const char *format, ...)
{
	if (level >= LOG_VERBOSE)
		SAY("", "", format);
}

static uint64_t now_ms(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void log_progress_begin(unsigned int wait_ms)
{
	if (progress.on)
		return;
	progress.on = level >= LOG_NORMAL && is_terminal() && tcgetpgrp(STDERR_FILENO) == getpgrp();
	progress.from_ms = now_ms() + wait_ms;
}

/* A line that is wrapped could not be erased. */
static int columns(void)
{
	struct winsize size = {0};

	ioctl(STDERR_FILENO, TIOCGWINSZ, &size);
	return size.ws_col > 20 ? size.ws_col - 1 : 79;
}

void log_progress(const char *format, ...)
{
	char line[256];
	va_list arguments;
	int length;

	if (!progress.on || now_ms() < progress.from_ms)
		return;
	length = snprintf(line, sizeof(line), "ltsbpf: ");
	va_start(arguments, format);
	vsnprintf(line + length, sizeof(line) - (size_t)length, format, arguments);
	va_end(arguments);
	fprintf(stderr, ERASE "%.*s", columns(), line);
	fflush(stderr);
	progress.shown = true;
}

void log_progress_end(void)
{
	if (progress.shown) {
		fputs(ERASE, stderr);
		fflush(stderr);
	}
	progress.on = progress.shown = false;
}
