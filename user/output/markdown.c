// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/markdown.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/shorten.h"
#include "base/text.h"

static void put(struct markdown *page, const char *format, va_list arguments, size_t limit)
{
	CLEANUP(freep) char *text = NULL;
	int length;

	if (page->err)
		return;
	length = vasprintf(&text, format, arguments);
	if (length < 0) {
		text = NULL;
		page->err = -ENOMEM;
		return;
	}
	if (page->size + (size_t)length > limit) {
		page->full = true;
		return;
	}
	page->size += (size_t)length;
	fputs(text, page->stream);
}

void markdown_say(struct markdown *page, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	put(page, format, arguments, SIZE_MAX);
	va_end(arguments);
}

bool markdown_row(struct markdown *page, const char *format, ...)
{
	va_list arguments;

	if (page->full)
		return false;
	va_start(arguments, format);
	put(page, format, arguments, MARKDOWN_BYTES);
	va_end(arguments);
	return !page->full && !page->err;
}

/*
 * GitHub looks for mentions and links in what is between tags; in <code> it does not. Characters
 * that begin or end anything in Markdown or HTML are written as numbers, and so is what would make
 * an address of "www." or "http:".
 */
static bool is_special(char before, const char *at)
{
	return strchr("|`<>@*_&\"'[]\\~#$!{}^", *at) || (*at == '.' && before == 'w') ||
	       (*at == ':' && at[1] == '/');
}

void markdown_write_code(FILE *stream, const char *text)
{
	char before = '\0';

	fputs("<code>", stream);
	for (const char *at = text; *at; before = *at++)
		if (is_special(before, at))
			fprintf(stream, "&#%d;", *at);
		else
			fputc(*at, stream);
	fputs("</code>", stream);
}

char *markdown_code(struct markdown *page, const char *text, size_t most)
{
	CLEANUP(freep) char *printable = text_printable(text, "");
	char *code = NULL;
	size_t size;
	FILE *stream = printable ? open_memstream(&code, &size) : NULL;

	if (!stream) {
		page->err = -ENOMEM;
		return NULL;
	}
	shorten(printable, most);
	markdown_write_code(stream, printable);
	if (fclose(stream)) {
		free(code);
		page->err = -ENOMEM;
		return NULL;
	}
	return code;
}

int markdown_end(struct markdown *page)
{
	if (page->full)
		markdown_say(page, "\nThe tables are cut: a comment can hold no more.\n");
	if (page->err)
		return page->err;
	return file_stream_error(page->stream);
}
