// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "capture/libbpf_messages.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "base/log.h"

enum {
	LIBBPF_LINES = 20 /* of one message */
};

/* Where the last lines of the text begin: of a refused program they say why. */
static char *last_lines(char *text, size_t count)
{
	char *start = text + strlen(text);

	while (start > text && count) {
		start--;
		count -= start > text && start[-1] == '\n';
	}
	return start;
}

/* The log of the verifier comes as one message of many lines. */
static int print_libbpf(enum libbpf_print_level level, const char *format, va_list arguments)
{
	CLEANUP(freep) char *text = NULL;
	char *rest, *line;

	if (level == LIBBPF_DEBUG || log_get_level() < LOG_VERBOSE)
		return 0;
	if (vasprintf(&text, format, arguments) < 0) {
		text = NULL;
		return 0;
	}
	rest = last_lines(text, LIBBPF_LINES);
	while ((line = strsep(&rest, "\n")))
		if (*line)
			debug("%s", line);
	return 0;
}

void libbpf_messages_take(void)
{
	libbpf_set_print(print_libbpf);
}
