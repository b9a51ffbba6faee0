/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_RECORDING_WRITER_H
#define LTSBPF_RECORDING_WRITER_H
/*
 * Writes a recording. Nothing here prints. After the first failure (a full disk, say) nothing more
 * is written and every call gives that error: what stands in the file stays readable.
 */
#include <stddef.h>
#include <stdint.h>

struct record;

struct recording_writer {
	int fd; /* borrowed */
	int err;
	uint8_t *buffer;
	size_t used;
	uint64_t written_bytes;
};

/* Begins a recording in an empty file open for writing. 0, -ENOMEM or what write() gave. */
int recording_writer_init(struct recording_writer *writer, int fd);

/* Appends a record, padded to 8 bytes. 0 or a negative errno. */
int recording_write(struct recording_writer *writer, const struct record *record);

/* Ends the block: everything written so far survives our death. */
int recording_flush(struct recording_writer *writer);

/* Releases the buffer without writing. NULL-safe on a zeroed writer. */
void recording_writer_done(struct recording_writer *writer);

#endif
