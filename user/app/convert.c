// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/convert.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/options.h"
#include "app/outputs.h"
#include "app/summary.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "profile/profile.h"
#include "recording/reader.h"
#include "symbol/resolver.h"
#include "target/identity.h"

static int tell_open_failure(int err, const char *path)
{
	if (err == -EBADMSG)
		return fail(err,
			    "'%s' is no recording of ltsbpf: expected the .ltsbpf file that "
			    "`ltsbpf record` wrote",
			    path);
	if (err == -EPROTONOSUPPORT)
		return fail(err,
			    "'%s' was written by another version of ltsbpf: read it with that "
			    "one",
			    path);
	return fail(err, "cannot read '%s': %s", path, strerror(-err));
}

static int feed_all(struct recording_reader *reader, struct resolver *resolver)
{
	const struct record *record;
	int err = 0;

	while (!err && (record = recording_read(reader)))
		if (record_fits(record))
			err = resolver_feed(resolver, record);
	return err;
}

static int read_stream(FILE *stream, const struct options *options, struct profile **profile)
{
	struct resolver_view view = {
		.by_thread = options->by_thread,
		.interpreter_frames = options->interpreter_frames,
		.fold_kernel = options->fold_kernel,
	};
	CLEANUP(resolver_freep) struct resolver *resolver = resolver_new(&view);
	struct recording_reader reader;
	int err = resolver ? recording_reader_init(&reader, stream) : -ENOMEM;

	if (err)
		return tell_open_failure(err, options->file);
	err = feed_all(&reader, resolver);
	if (!err && reader.damaged)
		warn("'%s' is damaged or cut after its block %lu: what comes before is shown",
		     options->file, (unsigned long)reader.blocks);
	recording_reader_done(&reader);
	if (!err)
		err = resolver_finish(resolver, profile);
	if (err)
		return fail(err, "cannot build the profile of '%s': %s", options->file,
			    strerror(-err));
	(*profile)->facts.pstats_native = options->pstats_native;
	return 0;
}

static int read_profile(const struct options *options, struct profile **profile)
{
	int err = identity_disarm(); /* reading takes no more rights than the caller has */

	if (err)
		return fail(err, "cannot lay down ltsbpf's capabilities: %s", strerror(-err));
	CLEANUP(fclosep) FILE *stream = fopen(options->file, "re");
	struct stat stat;
	if (!stream || fstat(fileno(stream), &stat))
		return tell_open_failure(-errno, options->file);
	if (S_ISDIR(stat.st_mode))
		return tell_open_failure(-EISDIR, options->file);
	return read_stream(stream, options, profile);
}

int convert_report(const struct options *options)
{
	CLEANUP(profile_freep) struct profile *profile = NULL;

	if (read_profile(options, &profile))
		return 1;
	if (summary_print(profile, stdout) || fflush(stdout) || ferror(stdout)) {
		fail(-errno, "cannot print the report: %s", strerror(errno));
		return 1;
	}
	return 0;
}

/* The files belong to who typed sudo, as those of record do. */
static int write_files(const struct options *options, const struct profile *profile)
{
	CLEANUP(identity_done) struct identity identity = {0};
	struct outputs outputs = {
		.folder = options->output,
		.name = options->name,
		.formats = options->formats,
		.identity = &identity,
		.folder_fd = -1,
	};
	int err = identity_of_invoker(&identity);

	if (!err)
		err = outputs_open(&outputs);
	if (!err)
		err = outputs_write(&outputs, profile);
	outputs_done(&outputs);
	return err;
}

int convert_files(const struct options *options)
{
	CLEANUP(profile_freep) struct profile *profile = NULL;

	if (outputs_check_formats(options->formats))
		return OPTIONS_USAGE_ERROR;
	if (read_profile(options, &profile))
		return 1;
	return write_files(options, profile) ? 1 : 0;
}
