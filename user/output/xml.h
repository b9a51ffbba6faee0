/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_XML_H
#define LTSBPF_OUTPUT_XML_H
/*
 * Text for XML 1.0 documents, in element content and in attributes. All texts are results of
 * text_printable(): valid UTF-8 without the characters that XML cannot hold at all.
 */
#include <stddef.h>
#include <stdio.h>

/* Writes the text with & < > " ' as entities. */
void xml_write(FILE *stream, const char *text);

/* The same for at most `limit` characters; the last of them is an ellipsis when some are cut. */
void xml_write_limited(FILE *stream, const char *text, size_t limit);

/* The same for what fits `columns` of a monospace font, where East Asian text takes two each. */
void xml_write_columns(FILE *stream, const char *text, size_t columns);

/* How many columns of a monospace font the text takes. */
size_t xml_columns(const char *text);

#endif
