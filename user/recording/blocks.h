/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_RECORDING_BLOCKS_H
#define LTSBPF_RECORDING_BLOCKS_H
/*
 * A recording: struct recording_head, then blocks until the end of the file. Each block is a struct
 * recording_block and `size` bytes of whole records (bpf/ltsbpf.h, format.h), in the order in which
 * they happened. All numbers little endian. A file that ends inside a block was cut short: what is
 * before that block is good.
 */
#include <stdint.h>

#define RECORDING_MAGIC "ltsbpf recording" /* 16 bytes, no NUL */
enum {
	RECORDING_VERSION = 1,
	RECORDING_BLOCK_MAGIC = 0x4b4c4254,	  /* "TBLK" */
	RECORDING_BLOCK_LIMIT = 16 * 1024 * 1024, /* bytes of one block's records */
	RECORDING_RECORD_LIMIT = 4 * 1024 * 1024, /* bytes of one record */
};

struct recording_head {
	char magic[16];
	uint32_t version, reserved;
};

struct recording_block {
	uint32_t magic, size; /* bytes that follow */
	uint32_t crc32;	      /* zlib's, over those bytes */
	uint32_t reserved;
};

#endif
