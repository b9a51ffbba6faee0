/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_MARSHAL_H
#define LTSBPF_OUTPUT_MARSHAL_H
/*
 * Writes Python values in the part of marshal that every CPython since 2.7 reads: no references,
 * no interning, none of the short forms of later versions (CPython 3.11 Python/marshal.c, the
 * TYPE_ constants and r_object). Numbers are little-endian.
 *
 * A value is what one call of marshal_int, marshal_double or marshal_text writes, or a tuple or
 * dict with all that belongs into it. Failures stay in the stream: ask ferror() at the end.
 */
#include <stdint.h>
#include <stdio.h>

/* A dict: after the opening come key and value in turn, each of them a value, then the closing.
 * The writer does not look for keys that come twice; the reader keeps the last one. */
void marshal_dict_open(FILE *stream);
void marshal_dict_close(FILE *stream);

/* A tuple: exactly `count` (up to INT32_MAX) values follow. */
void marshal_tuple(FILE *stream, uint32_t count);

/* An int of any size; beyond 32 bits it is read as a long by Python 2. */
void marshal_int(FILE *stream, int64_t value);

void marshal_double(FILE *stream, double value);

/*
 * A str. Lone surrogates are kept (Python reads them by "surrogatepass"); a byte that is part of no
 * character (base/text.h) becomes U+FFFD, because one such byte would make the whole file
 * unreadable. At most INT32_MAX bytes when written.
 */
void marshal_text(FILE *stream, const char *text);

/* The text as a reader of marshal_text() gets it, for telling whether two texts will be equal
 * then. Owned by the caller; NULL when memory is out. */
char *marshal_readable(const char *text);

#endif
