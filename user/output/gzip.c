// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/gzip.h"

#include <errno.h>

#include "base/file.h"

enum {
	GZIP_WINDOW = 15 + 16, /* + 16: with gzip's head and tail (zlib.h, deflateInit2) */
	MEMORY_LEVEL = 8
};

/* Fast: less than half the time, for files that are 6 to 19 % larger (measured). */
int gzip_open(struct gzip *gzip, FILE *stream)
{
	*gzip = (struct gzip){.stream = stream};
	return deflateInit2(&gzip->zlib, Z_BEST_SPEED, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL,
			    Z_DEFAULT_STRATEGY) == Z_OK
		       ? 0
		       : -ENOMEM;
}

static int deflate_all(struct gzip *gzip, int flush)
{
	unsigned char out[16384];

	do {
		gzip->zlib.next_out = out;
		gzip->zlib.avail_out = sizeof(out);
		deflate(&gzip->zlib, flush);
		fwrite(out, 1, sizeof(out) - gzip->zlib.avail_out, gzip->stream);
	} while (!gzip->zlib.avail_out);
	return ferror(gzip->stream) ? file_stream_error(gzip->stream) : 0;
}

int gzip_write(struct gzip *gzip, const void *bytes, size_t count)
{
	const unsigned char *at = bytes;
	int err = 0;

	while (count && !err) {
		size_t now = count < 1 << 30 ? count : 1 << 30;
		gzip->zlib.next_in = (unsigned char *)at;
		gzip->zlib.avail_in = (unsigned)now;
		err = deflate_all(gzip, Z_NO_FLUSH);
		at += now;
		count -= now;
	}
	return err;
}

int gzip_finish(struct gzip *gzip)
{
	int err = deflate_all(gzip, Z_FINISH);

	return err ? err : file_stream_error(gzip->stream);
}

void gzip_done(struct gzip *gzip)
{
	deflateEnd(&gzip->zlib);
}
