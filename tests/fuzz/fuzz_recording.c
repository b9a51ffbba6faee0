// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * Any recording, all the way to its profile, its summary and its files. The first byte says how to
 * take the rest: FILE_AS_IT_IS, or as the records of one block, whose sum then is right.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "app/summary.h"
#include "base/cleanup.h"
#include "output/output.h"
#include "output/report.h"
#include "profile/profile.h"
#include "recording/format.h"
#include "recording/reader.h"
#include "symbol/resolver.h"

enum {
	FILE_AS_IT_IS = 1,
	BY_THREAD = 2,
	INTERPRETER_FRAMES = 4,
	FOLD_KERNEL = 8,
	PSTATS_NATIVE = 16,
	BY_LINE = 32,
	DETAIL = 64,
	TIMELINE = 128,
	BODY_AT = sizeof(struct recording_head) + sizeof(struct recording_block),
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The same records as one whole block; owned by the caller. */
static uint8_t *wrapped(const uint8_t *body, size_t size)
{
	struct recording_head head = {.version = RECORDING_VERSION};
	struct recording_block block = {
		.magic = RECORDING_BLOCK_MAGIC,
		.size = (uint32_t)size,
		.crc32 = (uint32_t)crc32(0, body, (uInt)size),
	};
	uint8_t *file = malloc(BODY_AT + size);

	if (!file)
		return NULL;
	memcpy(head.magic, RECORDING_MAGIC, sizeof(head.magic));
	memcpy(file, &head, sizeof(head));
	memcpy(file + sizeof(head), &block, sizeof(block));
	memcpy(file + BODY_AT, body, size);
	return file;
}

static void write_all(const struct profile *profile)
{
	const struct report_choice choice = {.lines = true, .filters = "", .version = ""};
	CLEANUP(fclosep) FILE *null = fopen("/dev/null", "w");

	if (!null)
		return;
	summary_print_as(profile, &choice, null);
	report_markdown_write(profile, &choice, null);
	report_json_write(profile, &choice, null);
	report_checklist_write(profile, &choice, null);
	for (const struct output_format *format = output_formats; format->name; format++)
		format->write(profile, null);
}

static void read_all(FILE *stream, uint8_t how)
{
	struct resolver_view view = {
		.by_thread = how & BY_THREAD,
		.interpreter_frames = how & INTERPRETER_FRAMES,
		.fold_kernel = how & FOLD_KERNEL,
		.by_line = how & BY_LINE,
		.detail = how & DETAIL,
		.timeline = how & TIMELINE,
	};
	CLEANUP(resolver_freep) struct resolver *resolver = resolver_new(&view);
	CLEANUP(profile_freep) struct profile *profile = NULL;
	struct recording_reader reader;
	const struct record *record;

	if (!resolver)
		return;
	if (!recording_reader_init(&reader, stream))
		while ((record = recording_read(&reader)))
			if (record_fits(record) && resolver_feed(resolver, record))
				break;
	recording_reader_done(&reader);
	if (resolver_finish(resolver, &profile))
		return;
	profile->facts.pstats_native = how & PSTATS_NATIVE;
	write_all(profile);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(freep) uint8_t *file = NULL;
	CLEANUP(fclosep) FILE *stream = NULL;

	if (size < 2)
		return 0;
	if (data[0] & FILE_AS_IT_IS) {
		stream = fmemopen((void *)(data + 1), size - 1, "r");
	} else {
		file = wrapped(data + 1, size - 1);
		if (file)
			stream = fmemopen(file, BODY_AT + size - 1, "r");
	}
	if (stream)
		read_all(stream, data[0]);
	return 0;
}
