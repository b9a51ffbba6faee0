// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/debugdata.h"

#include <errno.h>
#include <lzma.h>

#include "base/cleanup.h"

enum {
	FIRST_BYTES = 1 << 16,
	MOST_BYTES = 1 << 27,
	UNPACKING_BYTES_MOST = 1 << 27, /* xz -9 takes 65 MiB (xz(1), memory usage) */
};

static int error_of(lzma_ret result)
{
	if (result == LZMA_OK || result == LZMA_STREAM_END)
		return 0;
	if (result == LZMA_MEM_ERROR)
		return -ENOMEM;
	return result == LZMA_MEMLIMIT_ERROR ? -EFBIG : -EINVAL;
}

/* Doubles what the stream writes into, and has it go on behind what it has written. */
static int out_grow(lzma_stream *stream, uint8_t **out, size_t *capacity)
{
	size_t larger = *capacity ? *capacity * 2 : FIRST_BYTES;

	if (larger > MOST_BYTES)
		return -EFBIG;
	uint8_t *moved = realloc(*out, larger);
	if (!moved)
		return -ENOMEM;
	*out = moved;
	stream->next_out = moved + *capacity;
	stream->avail_out = larger - *capacity;
	*capacity = larger;
	return 0;
}

int debugdata_unpack(const void *packed, size_t packed_size, void **elf, size_t *size)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	CLEANUP(freep) uint8_t *out = NULL;
	size_t capacity = 0;
	lzma_ret result = lzma_stream_decoder(&stream, UNPACKING_BYTES_MOST, 0);
	int err = error_of(result);

	stream.next_in = packed;
	stream.avail_in = packed_size;
	while (!err && result != LZMA_STREAM_END) {
		if (!stream.avail_out)
			err = out_grow(&stream, &out, &capacity);
		if (!err) {
			result = lzma_code(&stream, LZMA_FINISH);
			err = error_of(result);
		}
	}
	uint64_t written = stream.total_out;
	lzma_end(&stream);
	if (!err && !written)
		err = -EINVAL;
	if (err)
		return err;
	*size = written;
	*elf = TAKE(out);
	return 0;
}
