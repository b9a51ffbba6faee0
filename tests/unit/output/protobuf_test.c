// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/protobuf.h"

#include "base/cleanup.h"
#include "check.h"
#include "memory.h"

static void check_bytes(const struct protobuf *message, const char *bytes, size_t count)
{
	check_ok(message->err);
	if (check_uint(message->bytes.count, count))
		check_true(!memcmp(message->bytes.items, bytes, count));
}

/* The examples of protobuf.dev, "Encoding". */
static void numbers_are_varints(void)
{
	CLEANUP(protobuf_done) struct protobuf message = {0};

	protobuf_number(&message, 1, 150);
	protobuf_number(&message, 2, 0);
	protobuf_number(&message, 16, UINT64_MAX);
	check_bytes(&message, "\x08\x96\x01\x80\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 15);
}

static void texts_and_parts_have_their_size_in_front(void)
{
	CLEANUP(protobuf_done) struct protobuf message = {0};
	CLEANUP(protobuf_done) struct protobuf part = {0};

	protobuf_text(&message, 2, "testing");
	protobuf_number(&part, 1, 150);
	protobuf_message(&message, 3, &part);
	protobuf_message(&message, 3, &part);
	check_bytes(&message, "\x12\x07testing\x1a\x03\x08\x96\x01\x1a\x00", 16);
}

static void lists_are_packed(void)
{
	CLEANUP(protobuf_done) struct protobuf message = {0};

	protobuf_numbers(&message, 6, (uint64_t[]){3, 270, 86942}, 3);
	check_bytes(&message, "\x32\x06\x03\x8e\x02\x9e\xa7\x05", 8);
}

static void lack_of_memory_is_kept(void)
{
	CLEANUP(protobuf_done) struct protobuf message = {0};

	memory_fail_at(1);
	protobuf_text(&message, 1, "x");
	check_true(memory_failed());
	protobuf_text(&message, 1, "y");
	check_int(message.err, -ENOMEM);
	check_uint(message.bytes.count, 0);
}

CU_TestInfo protobuf_tests[] = {
	TEST(numbers_are_varints), TEST(texts_and_parts_have_their_size_in_front),
	TEST(lists_are_packed),	   TEST(lack_of_memory_is_kept),
	CU_TEST_INFO_NULL,
};
