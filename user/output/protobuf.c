// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/protobuf.h"

#include <string.h>

enum {
	WIRE_VARINT = 0,
	WIRE_BYTES = 2,
	VARINT_BYTES = 10
};

void protobuf_done(struct protobuf *message)
{
	vec_done(&message->bytes);
	message->err = 0;
}

static void add_bytes(struct protobuf *message, const void *bytes, size_t count)
{
	if (!message->err)
		message->err = vec_reserve(&message->bytes, count);
	if (message->err || !count)
		return;
	memcpy(message->bytes.items + message->bytes.count, bytes, count);
	message->bytes.count += count;
}

static size_t put_varint(unsigned char *bytes, uint64_t number)
{
	size_t count = 0;

	for (; number >= 0x80; number >>= 7)
		bytes[count++] = (unsigned char)(number | 0x80);
	bytes[count++] = (unsigned char)number;
	return count;
}

static void add_varint(struct protobuf *message, uint64_t number)
{
	unsigned char bytes[VARINT_BYTES];

	add_bytes(message, bytes, put_varint(bytes, number));
}

static void add_sized(struct protobuf *message, uint32_t field, const void *bytes, size_t count)
{
	add_varint(message, (uint64_t)field << 3 | WIRE_BYTES);
	add_varint(message, count);
	add_bytes(message, bytes, count);
}

void protobuf_number(struct protobuf *message, uint32_t field, uint64_t number)
{
	if (!number)
		return;
	add_varint(message, (uint64_t)field << 3 | WIRE_VARINT);
	add_varint(message, number);
}

void protobuf_text(struct protobuf *message, uint32_t field, const char *text)
{
	add_sized(message, field, text, strlen(text));
}

/* Written behind where they belong, as their size comes first. */
void protobuf_numbers(struct protobuf *message, uint32_t field, const uint64_t *numbers,
		      size_t count)
{
	size_t head = 2 * VARINT_BYTES, size = 0;
	unsigned char *packed;

	if (!message->err)
		message->err = vec_reserve(&message->bytes, head + count * VARINT_BYTES);
	if (message->err)
		return;
	packed = message->bytes.items + message->bytes.count + head;
	for (size_t i = 0; i < count; i++)
		size += put_varint(packed + size, numbers[i]);
	add_varint(message, (uint64_t)field << 3 | WIRE_BYTES);
	add_varint(message, size);
	memmove(message->bytes.items + message->bytes.count, packed, size);
	message->bytes.count += size;
}

void protobuf_message(struct protobuf *message, uint32_t field, struct protobuf *part)
{
	if (!message->err)
		message->err = part->err;
	add_sized(message, field, part->bytes.items, part->bytes.count);
	part->bytes.count = 0;
}
