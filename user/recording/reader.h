/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_RECORDING_READER_H
#define LTSBPF_RECORDING_READER_H
/*
 * Reads a recording, which may come from anywhere: nothing in it is believed before it was checked.
 * Nothing here prints.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct record;

struct recording_reader {
	FILE *stream; /* borrowed */
	uint8_t *block;
	uint32_t size, capacity, at;
	uint64_t blocks; /* whole blocks read */
	bool damaged;	 /* the file goes on after the last good block */
};

/* 0, -EBADMSG (not a recording), -EPROTONOSUPPORT (of another version) or -EIO. */
int recording_reader_init(struct recording_reader *reader, FILE *stream);

/*
 * The next record, 8-byte aligned, borrowed until the next call; NULL at the end, which is also the
 * last good block of a damaged or cut file. At least sizeof(struct record) bytes and record->size
 * bytes are there; what the kind needs beyond is the caller's to check: record_fits().
 */
const struct record *recording_read(struct recording_reader *reader);

void recording_reader_done(struct recording_reader *reader);

/* True when the record is as large as its kind wants, counts inside included, and its texts end. */
bool record_fits(const struct record *record);

/* The text after this one in a row of NUL-terminated texts. */
const char *record_next_text(const char *text);

#endif
