/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_UNZIPPED_H
#define LTSBPF_TESTS_UNZIPPED_H
/* What a gzip file in memory holds, by zlib. */
#include <stdlib.h>
#include <zlib.h>

#include "check.h"

/* Up to 1 MB, owned by the caller, a NUL behind it; NULL with a failed check. */
static inline char *unzipped(const char *bytes, size_t count, size_t *size)
{
	enum {
		MOST = 1 << 20
	};
	char *content = calloc(1, MOST + 1);
	z_stream zlib = {.next_in = (unsigned char *)bytes, .avail_in = (unsigned)count};

	inflateInit2(&zlib, 15 + 16);
	zlib.next_out = (unsigned char *)content;
	zlib.avail_out = MOST;
	check_int(inflate(&zlib, Z_FINISH), Z_STREAM_END);
	check_int(zlib.avail_in, 0);
	*size = zlib.total_out;
	inflateEnd(&zlib);
	return content;
}

#endif
