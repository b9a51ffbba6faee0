/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_RENDERED_H
#define LTSBPF_TESTS_RENDERED_H
/* What a writer writes, as text; and writers on streams and in memory that fail. */
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "check.h"
#include "memory.h"
#include "output/output.h"

typedef int writer(const struct profile *profile, FILE *stream);

/* The text, owned by the caller; NULL with a failed check when the writer fails. */
static inline char *rendered(writer *write, const struct profile *profile)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!check_not_null(stream))
		return NULL;
	int err = write(profile, stream);
	fclose(stream);
	if (check_ok(err))
		return text;
	free(text);
	return NULL;
}

static inline void check_reports_a_full_disk(writer *write, const struct profile *profile)
{
	FILE *full = fopen("/dev/full", "w");

	if (!check_not_null(full))
		return;
	check_int(write(profile, full), -ENOSPC);
	fclose(full);
}

static inline void check_reports_lack_of_memory(writer *write, const struct profile *profile)
{
	unsigned int nth = 1;

	for (;; nth++) {
		FILE *null = fopen("/dev/null", "w");
		memory_fail_at(nth);
		int err = write(profile, null);
		bool failed = memory_failed();
		fclose(null);
		if (!failed)
			break;
		check_int(err, -ENOMEM);
	}
	check_true(nth > 3);
}

static inline size_t count_of(const char *text, const char *part)
{
	size_t count = 0;

	for (; text && (text = strstr(text, part)); text += strlen(part))
		count++;
	return count;
}

#endif
