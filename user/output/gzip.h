/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_GZIP_H
#define LTSBPF_OUTPUT_GZIP_H
/* A stream of gzip (RFC 1952) on top of another one, by zlib. */
#include <stddef.h>
#include <stdio.h>
#include <zlib.h>

struct gzip {
	FILE *stream; /* borrowed */
	z_stream zlib;
};

/* Each 0, -ENOMEM or what file_stream_error() tells. gzip_done() is right after a failed
 * gzip_open() too. */
int gzip_open(struct gzip *gzip, FILE *stream);
int gzip_write(struct gzip *gzip, const void *bytes, size_t count);
int gzip_finish(struct gzip *gzip);

void gzip_done(struct gzip *gzip);

#endif
