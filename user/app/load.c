// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/load.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/options.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "profile/profile.h"
#include "recording/reader.h"
#include "symbol/resolver.h"
#include "target/identity.h"

enum {
	LONG_READ_MS = 1000 /* after so long it is shown how far reading is */
};

int load_view(const struct options *options, struct stack_filter *filter,
	      struct resolver_view *view)
{
	struct stack_patterns patterns = {
		.include = options->include,
		.exclude = options->exclude,
		.process = options->process,
		.thread = options->thread,
	};
	int err = stack_filter_init(filter, &patterns);

	*view = (struct resolver_view){
		.by_thread = options->by_thread,
		.by_line = options->by_line,
		.interpreter_frames = options->interpreter_frames,
		.fold_kernel = options->fold_kernel,
		.skip_ns = (uint64_t)(options->skip_first_s * 1e9),
		.filter = filter,
	};
	return err ? fail(err, "cannot use the patterns of the view: %s", strerror(-err)) : 0;
}

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

static int feed_all(struct recording_reader *reader, FILE *stream, off_t size,
		    struct resolver *resolver)
{
	const struct record *record;
	uint64_t blocks = 0;
	int err = 0;

	while (!err && (record = recording_read(reader))) {
		if (reader->blocks != blocks)
			log_progress("reading: %d %%", (int)(100 * ftello(stream) / (size + 1)));
		blocks = reader->blocks;
		if (record_fits(record))
			err = resolver_feed(resolver, record);
	}
	log_progress("making the profile");
	return err;
}

static int read_stream(FILE *stream, off_t size, const char *path, const struct resolver_view *view,
		       struct profile **profile)
{
	CLEANUP(resolver_freep) struct resolver *resolver = resolver_new(view);
	struct recording_reader reader;
	int err = resolver ? recording_reader_init(&reader, stream) : -ENOMEM;

	if (err)
		return tell_open_failure(err, path);
	err = feed_all(&reader, stream, size, resolver);
	if (!err && reader.damaged)
		warn("'%s' is damaged or cut after its block %lu: what comes before is shown", path,
		     (unsigned long)reader.blocks);
	recording_reader_done(&reader);
	if (!err)
		err = resolver_finish(resolver, profile);
	if (err)
		return fail(err, "cannot build the profile of '%s': %s", path, strerror(-err));
	return 0;
}

int load_profile(const char *path, const struct resolver_view *view, struct profile **profile)
{
	int err = identity_disarm(); /* reading takes no more rights than the caller has */

	if (err)
		return fail(err, "cannot lay down ltsbpf's capabilities: %s", strerror(-err));
	CLEANUP(fclosep) FILE *stream = fopen(path, "re");
	struct stat stat;
	if (!stream || fstat(fileno(stream), &stat))
		return tell_open_failure(-errno, path);
	if (S_ISDIR(stat.st_mode))
		return tell_open_failure(-EISDIR, path);
	log_progress_begin(LONG_READ_MS);
	err = read_stream(stream, stat.st_size, path, view, profile);
	log_progress_end();
	return err;
}
