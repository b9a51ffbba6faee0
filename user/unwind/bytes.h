/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_UNWIND_BYTES_H
#define LTSBPF_UNWIND_BYTES_H
/*
 * Bytes of a section, read from the front. Reading past their end gives 0, leaves none and sets
 * `bad`, which stays set: look at it once, at the end. Numbers are little endian.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const uint8_t *at, *end;
	uint64_t end_vaddr; /* where the file wants *end in memory */
	bool bad;
};

/* How a pointer is stored, LSB Core 5.0, 10.5.1: a format | a base. */
enum pointer_encoding {
	POINTER_ABSPTR = 0x00,
	POINTER_ULEB128 = 0x01,
	POINTER_UDATA2 = 0x02,
	POINTER_UDATA4 = 0x03,
	POINTER_UDATA8 = 0x04,
	POINTER_SIGNED = 0x08, /* what gcc calls DW_EH_PE_signed: 8 bytes */
	POINTER_SLEB128 = 0x09,
	POINTER_SDATA2 = 0x0a,
	POINTER_SDATA4 = 0x0b,
	POINTER_SDATA8 = 0x0c,
	POINTER_FORMAT = 0x0f,
	POINTER_PCREL = 0x10, /* from where it is stored; other bases are refused */
	POINTER_OMIT = 0xff,
};

static inline size_t bytes_left(const struct bytes *bytes)
{
	return (size_t)(bytes->end - bytes->at);
}

static inline uint64_t bytes_vaddr(const struct bytes *bytes)
{
	return bytes->end_vaddr - bytes_left(bytes);
}

static inline void bytes_spoil(struct bytes *bytes)
{
	bytes->at = bytes->end;
	bytes->bad = true;
}

/* An unsigned number of 1..8 bytes. */
static inline uint64_t bytes_number(struct bytes *bytes, size_t size)
{
	uint64_t number = 0;

	if (bytes_left(bytes) < size) {
		bytes_spoil(bytes);
		return 0;
	}
	memcpy(&number, bytes->at, size);
	bytes->at += size;
	return number;
}

/* LEB128 (DWARF 5, 7.6). What does not fit into 64 bits is bad. */
uint64_t bytes_long_uleb128(struct bytes *bytes);
int64_t bytes_sleb128(struct bytes *bytes);

static inline uint64_t bytes_uleb128(struct bytes *bytes)
{
	if (bytes->at < bytes->end && *bytes->at < 0x80)
		return *bytes->at++;
	return bytes_long_uleb128(bytes);
}

/* The next size bytes, as bytes of their own. */
struct bytes bytes_take(struct bytes *bytes, uint64_t size);

/* A stored pointer. An encoding that is not one of the above, or indirect, is bad. */
uint64_t bytes_pointer(struct bytes *bytes, uint8_t encoding);

#endif
