// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/debugdata.h"

#include <errno.h>
#include <lzma.h>

#include "base/cleanup.h"
#include "check.h"
#include "memory.h"

enum {
	PACKED_BYTES = 1 << 17,
	PLAIN_BYTES = 200000, /* more than the first piece */
};

struct packed {
	uint8_t plain[PLAIN_BYTES], bytes[PACKED_BYTES];
	size_t size;
};

static void pack(struct packed *packed, size_t plain_size)
{
	for (size_t i = 0; i < plain_size; i++)
		packed->plain[i] = (uint8_t)(i * i >> 7);
	packed->size = 0;
	check_int(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, packed->plain, plain_size,
					  packed->bytes, &packed->size, PACKED_BYTES),
		  LZMA_OK);
}

static int unpack(const struct packed *packed, size_t size, size_t expected_size)
{
	CLEANUP(freep) void *elf = NULL;
	/* Of exactly this size, so that ASan sees what is read behind it. */
	CLEANUP(freep) void *bytes = malloc(size + !size);
	size_t found = 0;

	memcpy(bytes, packed->bytes, size);
	int err = debugdata_unpack(bytes, size, &elf, &found);
	if (err) {
		check_null(elf);
		check_uint(found, 0);
	} else if (check_uint(found, expected_size)) {
		check_ok(memcmp(elf, packed->plain, expected_size));
	}
	return err;
}

static void what_was_packed_comes_out(void)
{
	static struct packed packed;

	pack(&packed, PLAIN_BYTES);
	check_ok(unpack(&packed, packed.size, PLAIN_BYTES));
	/* A piece exactly full, and the end of the stream behind it. */
	pack(&packed, 1 << 16);
	check_ok(unpack(&packed, packed.size, 1 << 16));
	pack(&packed, 1);
	check_ok(unpack(&packed, packed.size, 1));
}

static void what_is_broken_is_refused(void)
{
	static struct packed packed;

	pack(&packed, 1000);
	for (size_t size = 0; size < packed.size; size++)
		check_int(unpack(&packed, size, 0), -EINVAL);
	packed.bytes[packed.size / 2] ^= 1;
	check_int(unpack(&packed, packed.size, 0), -EINVAL);
	pack(&packed, 0);
	check_int(unpack(&packed, packed.size, 0), -EINVAL);
	memset(packed.bytes, 'x', sizeof(packed.bytes));
	check_int(unpack(&packed, sizeof(packed.bytes), 0), -EINVAL);
}

/* 150 MiB of zeros in some kilobytes. */
static void what_unpacks_to_too_much_is_refused(void)
{
	static struct packed packed;
	static const uint8_t zeros[1 << 20];
	lzma_stream stream = LZMA_STREAM_INIT;

	check_int(lzma_easy_encoder(&stream, 1, LZMA_CHECK_NONE), LZMA_OK);
	stream.next_out = packed.bytes;
	stream.avail_out = sizeof(packed.bytes);
	for (int i = 0; i < 150; i++) {
		stream.next_in = zeros;
		stream.avail_in = sizeof(zeros);
		check_int(lzma_code(&stream, LZMA_RUN), LZMA_OK);
	}
	check_int(lzma_code(&stream, LZMA_FINISH), LZMA_STREAM_END);
	check_int(unpack(&packed, stream.total_out, 0), -EFBIG);
	lzma_end(&stream);
}

static void without_memory_it_says_so(void)
{
	static struct packed packed;
	void *elf = NULL;
	size_t size;

	pack(&packed, PLAIN_BYTES);
	for (unsigned int nth = 1; nth <= 3; nth++) {
		memory_fail_at(nth);
		check_int(debugdata_unpack(packed.bytes, packed.size, &elf, &size), -ENOMEM);
		check_true(memory_failed());
		check_null(elf);
	}
}

CU_TestInfo debugdata_tests[] = {
	TEST(what_was_packed_comes_out),
	TEST(what_is_broken_is_refused),
	TEST(what_unpacks_to_too_much_is_refused),
	TEST(without_memory_it_says_so),
	CU_TEST_INFO_NULL,
};
