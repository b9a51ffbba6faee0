// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * A recording of several runs has their records one run behind the other; each begins with its
 * RECORD_BEGIN, by which load.c tells them apart.
 */
#include "app/merge.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "app/load.h"
#include "app/options.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/log.h"
#include "recording/format.h"
#include "recording/reader.h"
#include "recording/writer.h"
#include "target/identity.h"

/* What all runs have in common. */
struct merged {
	struct recording_writer writer;
	const struct options *options;
	uint64_t period_ns;
	uint32_t clock, runs;
};

static int check_begin(struct merged *merged, const struct begin_record *begin, const char *path)
{
	if (merged->runs++ &&
	    (begin->clock != merged->clock || begin->period_ns != merged->period_ns))
		return fail(-EINVAL,
			    "cannot add '%s': its clock or its rate is another one. Recordings of "
			    "one clock and one rate can be taken together",
			    path);
	merged->clock = begin->clock;
	merged->period_ns = begin->period_ns;
	return 0;
}

static int copy_records(struct merged *merged, struct recording_reader *reader, const char *path)
{
	const struct record *record;
	int err = 0;

	while (!err && (record = recording_read(reader))) {
		if (!record_fits(record))
			continue;
		if (record->kind == RECORD_BEGIN &&
		    check_begin(merged, (const struct begin_record *)record, path))
			return -EINVAL;
		err = recording_write(&merged->writer, record);
	}
	return err ? fail(err, "cannot write '%s': %s", merged->options->output, strerror(-err))
		   : 0;
}

static int add_file(struct merged *merged, const char *path)
{
	CLEANUP(fclosep) FILE *stream = NULL;
	struct recording_reader reader = {0};
	int err = load_open(path, &stream, &reader);

	if (err)
		return err;
	err = copy_records(merged, &reader, path);
	if (!err && reader.damaged)
		warn("'%s' is damaged or cut after its block %lu: what comes before is taken", path,
		     (unsigned long)reader.blocks);
	recording_reader_done(&reader);
	return err;
}

static int write_merged(const struct options *options, struct file_draft *draft)
{
	struct merged merged = {.options = options};
	int err = recording_writer_init(&merged.writer, fileno(draft->stream));

	for (int i = 0; i < options->file_count && !err; i++)
		err = add_file(&merged, options->files[i]);
	if (!err && (err = recording_flush(&merged.writer)))
		fail(err, "cannot write '%s': %s", options->output, strerror(-err));
	recording_writer_done(&merged.writer);
	return err;
}

static int make_file(const struct options *options)
{
	struct file_draft draft = {0};
	int err = file_draft_open(&draft, AT_FDCWD, options->output);
	if (err)
		fail(err, "cannot write '%s': %s", options->output, strerror(-err));
	else
		err = write_merged(options, &draft);
	if (!err && (err = file_draft_commit(&draft)))
		fail(err, "cannot write '%s': %s", options->output, strerror(-err));
	file_draft_discard(&draft);
	return err;
}

/* Reads and writes as who typed sudo. */
int merge_run(const struct options *options)
{
	CLEANUP(identity_done) struct identity identity = {0};
	struct identity_saved saved = {0};
	int err, left;

	if (identity_of_invoker(&identity) || identity_enter(&identity, &saved))
		return 1;
	err = make_file(options);
	left = identity_leave(&saved);
	if (err || left)
		return 1;
	note("wrote %s", options->output);
	return 0;
}
