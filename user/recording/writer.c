// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "recording/writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "recording/format.h"

enum {
	BUFFER_BYTES = 256 * 1024
};

static int write_all(struct recording_writer *writer, const void *data, size_t size)
{
	const char *rest = data;

	while (size) {
		ssize_t wrote = write(writer->fd, rest, size);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			return writer->err = wrote ? -errno : -EIO;
		rest += wrote;
		size -= (size_t)wrote;
		writer->written_bytes += (uint64_t)wrote;
	}
	return 0;
}

int recording_writer_init(struct recording_writer *writer, int fd)
{
	struct recording_head head = {.version = RECORDING_VERSION};

	*writer = (struct recording_writer){.fd = fd};
	memcpy(head.magic, RECORDING_MAGIC, sizeof(head.magic));
	writer->buffer = malloc(sizeof(struct recording_block) + BUFFER_BYTES);
	if (!writer->buffer)
		return writer->err = -ENOMEM;
	writer->used = sizeof(struct recording_block);
	return write_all(writer, &head, sizeof(head));
}

/* A record that is larger than the buffer makes a block of its own. */
static int write_block(struct recording_writer *writer, uint8_t *block, size_t size)
{
	struct recording_block *head = (struct recording_block *)block;
	size_t body = size - sizeof(*head);

	*head = (struct recording_block){
		.magic = RECORDING_BLOCK_MAGIC,
		.size = (uint32_t)body,
		.crc32 = (uint32_t)crc32(0, block + sizeof(*head), (uInt)body),
	};
	return write_all(writer, block, size);
}

static int write_alone(struct recording_writer *writer, const struct record *record, size_t padded)
{
	uint8_t *block = calloc(1, sizeof(struct recording_block) + padded);
	struct record *copy;
	int err = block ? recording_flush(writer) : -ENOMEM;

	if (!err) {
		copy = (struct record *)(block + sizeof(struct recording_block));
		memcpy(copy, record, record->size);
		copy->size = (uint32_t)padded;
		err = write_block(writer, block, sizeof(struct recording_block) + padded);
	}
	free(block);
	return err;
}

int recording_write(struct recording_writer *writer, const struct record *record)
{
	size_t padded = ((size_t)record->size + 7) & ~(size_t)7;
	size_t end = sizeof(struct recording_block) + BUFFER_BYTES;

	if (writer->err)
		return writer->err;
	if (padded > RECORDING_RECORD_LIMIT)
		return -E2BIG;
	if (padded > BUFFER_BYTES)
		return write_alone(writer, record, padded);
	if (padded > end - writer->used && recording_flush(writer))
		return writer->err;
	uint8_t *place = writer->buffer + writer->used;
	memset(place, 0, padded);
	memcpy(place, record, record->size);
	((struct record *)place)->size = (uint32_t)padded;
	writer->used += padded;
	return 0;
}

int recording_flush(struct recording_writer *writer)
{
	size_t size = writer->used;

	if (writer->err || size <= sizeof(struct recording_block))
		return writer->err;
	writer->used = sizeof(struct recording_block);
	return write_block(writer, writer->buffer, size);
}

void recording_writer_done(struct recording_writer *writer)
{
	free(writer->buffer);
	writer->buffer = NULL;
}
