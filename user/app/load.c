// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/load.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/options.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "profile/merge.h"
#include "profile/profile.h"
#include "recording/format.h"
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

/* While a recording is read. */
struct loading {
	const struct resolver_view *view;
	struct resolver *resolver; /* of the run that is being read */
	struct profile *profile;   /* of those before; NULL = this is the first one */
	bool begun;
};

/* Ends a run: its profile is the profile, or is added to it. */
static int end_run(struct loading *loading)
{
	CLEANUP(profile_freep) struct profile *run = NULL;
	int err = resolver_finish(loading->resolver, &run);

	if (!err && loading->profile)
		return profile_merge(loading->profile, run);
	if (!err)
		loading->profile = TAKE(run);
	return err;
}

static int begin_run(struct loading *loading)
{
	int err = loading->resolver ? end_run(loading) : 0;

	if (err)
		return err;
	resolver_free(loading->resolver);
	loading->resolver = resolver_new(loading->view);
	return loading->resolver ? 0 : -ENOMEM;
}

static int feed_all(struct recording_reader *reader, struct loading *loading)
{
	const struct record *record;
	uint64_t blocks = 0;
	struct stat stat = {0};
	int err = begin_run(loading);

	fstat(fileno(reader->stream), &stat);
	while (!err && (record = recording_read(reader))) {
		if (reader->blocks != blocks)
			log_progress("reading: %d %%",
				     (int)(100 * ftello(reader->stream) / (stat.st_size + 1)));
		blocks = reader->blocks;
		if (!record_fits(record))
			continue;
		if (record->kind == RECORD_BEGIN && loading->begun)
			err = begin_run(loading);
		loading->begun |= record->kind == RECORD_BEGIN;
		err = err ? err : resolver_feed(loading->resolver, record);
	}
	log_progress("making the profile");
	return err ? err : end_run(loading);
}

static int tell_build_failure(int err, const char *path)
{
	if (err == -EINVAL)
		return fail(err,
			    "cannot add '%s': its clock or its rate is another one. Recordings of "
			    "one clock and one rate can be taken together",
			    path);
	return fail(err, "cannot build the profile of '%s': %s", path, strerror(-err));
}

int load_open(const char *path, FILE **stream, struct recording_reader *reader)
{
	CLEANUP(fclosep) FILE *opened = fopen(path, "re");
	struct stat stat;
	int err;

	if (!opened || fstat(fileno(opened), &stat))
		return tell_open_failure(-errno, path);
	if (S_ISDIR(stat.st_mode))
		return tell_open_failure(-EISDIR, path);
	err = recording_reader_init(reader, opened);
	if (err)
		return tell_open_failure(err, path);
	*stream = TAKE(opened);
	return 0;
}

static int read_runs(struct recording_reader *reader, const char *path,
		     const struct resolver_view *view, struct profile **profile)
{
	struct loading loading = {.view = view};
	int err = feed_all(reader, &loading);

	if (!err && reader->damaged)
		warn("'%s' is damaged or cut after its block %lu: what comes before is shown", path,
		     (unsigned long)reader->blocks);
	resolver_free(loading.resolver);
	if (!err)
		*profile = TAKE(loading.profile);
	profile_free(loading.profile);
	return err ? tell_build_failure(err, path) : 0;
}

int load_profile(const char *path, const struct resolver_view *view, struct profile **profile)
{
	CLEANUP(fclosep) FILE *stream = NULL;
	struct recording_reader reader = {0};
	int err = identity_disarm(); /* reading takes no more rights than the caller has */

	if (err)
		return fail(err, "cannot lay down ltsbpf's capabilities: %s", strerror(-err));
	err = load_open(path, &stream, &reader);
	if (err)
		return err;
	log_progress_begin(LONG_READ_MS);
	err = read_runs(&reader, path, view, profile);
	log_progress_end();
	recording_reader_done(&reader);
	return err;
}
