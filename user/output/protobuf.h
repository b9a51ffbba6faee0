/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_PROTOBUF_H
#define LTSBPF_OUTPUT_PROTOBUF_H
/*
 * Messages of Protocol Buffers, as they are built up (protobuf.dev, "Encoding", proto3). The first
 * failure is kept in err and makes the rest do nothing. A zeroed struct is an empty message.
 */
#include <stdint.h>

#include "base/vec.h"

struct protobuf {
	VEC(unsigned char) bytes;
	int err; /* 0 or -ENOMEM */
};

void protobuf_done(struct protobuf *message);

/* A number of the type int64, uint64 or bool; 0 is left out, as proto3 does. */
void protobuf_number(struct protobuf *message, uint32_t field, uint64_t number);

void protobuf_text(struct protobuf *message, uint32_t field, const char *text);

/* Numbers of a repeated field, packed. */
void protobuf_numbers(struct protobuf *message, uint32_t field, const uint64_t *numbers,
		      size_t count);

/* Puts the part into the message and empties it for the next one. */
void protobuf_message(struct protobuf *message, uint32_t field, struct protobuf *part);

#endif
