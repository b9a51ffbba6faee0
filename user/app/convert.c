// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/convert.h"

#include "app/load.h"
#include "app/options.h"
#include "app/outputs.h"
#include "base/cleanup.h"
#include "profile/profile.h"
#include "target/identity.h"

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
		err = outputs_check_neighbour(&outputs, options->files[0]);
	if (!err)
		err = outputs_write(&outputs, profile);
	outputs_done(&outputs);
	return err;
}

int convert_files(const struct options *options)
{
	CLEANUP(profile_freep) struct profile *profile = NULL;
	CLEANUP(stack_filter_done) struct stack_filter filter = {0};
	struct resolver_view view;

	if (outputs_check_formats(options->formats))
		return OPTIONS_USAGE_ERROR;
	if (load_view(options, &filter, &view))
		return 1;
	outputs_need(options->formats, &view.detail, &view.timeline);
	if (load_profile(options->files[0], &view, &profile))
		return 1;
	profile->facts.pstats_native = options->pstats_native;
	return write_files(options, profile) ? 1 : 0;
}
