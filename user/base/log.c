// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

static enum log_level level = LOG_NORMAL;

void log_set_level(enum log_level wanted)
{
	level = wanted;
}

enum log_level log_get_level(void)
{
	return level;
}

/* One write per line, so that lines of the target on the same terminal do not cut ours in two. */
static void say(const char *kind, const char *format, va_list arguments)
{
	char line[4096];
	int length = vsnprintf(line, sizeof(line), format, arguments);

	if (length < 0)
		return;
	fprintf(stderr, "ltsbpf: %s%s\n", kind, line);
	fflush(stderr);
}

#define SAY(kind, format)                                                                          \
	do {                                                                                       \
		va_list arguments;                                                                 \
		va_start(arguments, format);                                                       \
		say(kind, format, arguments);                                                      \
		va_end(arguments);                                                                 \
	} while (0)

int fail(int err, const char *format, ...)
{
	SAY("error: ", format);
	return err;
}

void warn(const char *format, ...)
{
	SAY("warning: ", format);
}

void note(const char *format, ...)
{
	if (level >= LOG_NORMAL)
		SAY("", format);
}

void debug(const char *format, ...)
{
	if (level >= LOG_VERBOSE)
		SAY("", format);
}
