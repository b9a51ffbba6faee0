// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/report_filters.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/options.h"

static void put_pattern(FILE *stream, const char *option, const char *pattern)
{
	if (!pattern)
		return;
	fprintf(stream, "%s%s '", ftell(stream) > 0 ? " " : "", option);
	for (; *pattern; pattern++)
		fprintf(stream, *pattern == '\'' ? "'\\''" : "%c", *pattern);
	fputc('\'', stream);
}

char *report_filters(const struct options *options)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	put_pattern(stream, "--include", options->include);
	put_pattern(stream, "--exclude", options->exclude);
	put_pattern(stream, "--process", options->process);
	put_pattern(stream, "--thread", options->thread);
	if (options->skip_first_s > 0)
		fprintf(stream, "%s--skip-first %g", ftell(stream) > 0 ? " " : "",
			options->skip_first_s);
	if (fclose(stream)) {
		free(text);
		return NULL;
	}
	return text;
}
