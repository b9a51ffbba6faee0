/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_MARKDOWN_H
#define LTSBPF_OUTPUT_MARKDOWN_H
/*
 * GitHub-flavoured Markdown (spec 0.29) of bounded size: a comment may have 65,536 characters
 * (docs.github.com, "Comments"), and the page of a job shares 1 MiB.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
	MARKDOWN_BYTES = 60000 /* of rows; what is said besides them is less than 4 KiB */
};

struct markdown {
	FILE *stream; /* borrowed */
	size_t size;
	bool full; /* a row was left out */
	int err;   /* -ENOMEM; the rest is not written then */
};

/* Our own words: always written. */
__attribute__((format(printf, 2, 3))) void markdown_say(struct markdown *page, const char *format,
							...);

/* A row of a table: left out, with all that come later, when the page is full. False then. */
__attribute__((format(printf, 2, 3))) bool markdown_row(struct markdown *page, const char *format,
							...);

/*
 * A foreign text of at most `most` characters as <code>: it ends no cell, is no markup, link or
 * mention. Owned by the caller; NULL (and page->err) when memory is out.
 */
char *markdown_code(struct markdown *page, const char *text, size_t most);

/* The same for a text of text_printable(), whole. */
void markdown_write_code(FILE *stream, const char *text);

/* 0, -ENOMEM or what file_stream_error() tells; says when rows are missing. */
int markdown_end(struct markdown *page);

#endif
