// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "app/load.h"
#include "app/options.h"
#include "app/report_filters.h"
#include "app/source_files.h"
#include "app/summary.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/log.h"
#include "output/html.h"
#include "output/report.h"
#include "profile/profile.h"

static enum function_order order_of(enum report_sort sort)
{
	static const enum function_order orders[] = {
		[SORT_SELF] = FUNCTIONS_BY_SELF,
		[SORT_TOTAL] = FUNCTIONS_BY_TOTAL,
		[SORT_NAME] = FUNCTIONS_BY_NAME,
	};

	return orders[sort];
}

/* 0, or -errno of what went wrong with the stream or the memory. */
static int print(const struct profile *profile, const struct options *options, const char *filters,
		 FILE *stream)
{
	const struct report_choice choice = {
		.order = order_of(options->sort),
		.top = (size_t)options->top,
		.lines = options->by_line,
		.filters = filters,
		.version = LTSBPF_VERSION,
	};

	switch (options->form) {
	case REPORT_MARKDOWN:
		return report_markdown_write(profile, &choice, stream);
	case REPORT_JSON:
		return report_json_write(profile, &choice, stream);
	case REPORT_CHECKLIST:
		return report_checklist_write(profile, &choice, stream);
	case REPORT_HTML:
		return html_write(profile, source_files_read, stream);
	default:
		return summary_print_as(profile, &choice, stream);
	}
}

static int print_on_stdout(const struct profile *profile, const struct options *options,
			   const char *filters)
{
	int err = print(profile, options, filters, stdout);

	if (err == -ENOMEM)
		return err;
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	return errno ? -errno : -EIO;
}

static int print_to_file(const struct profile *profile, const struct options *options,
			 const char *filters)
{
	struct file_draft draft = {0};
	int err = file_draft_open(&draft, AT_FDCWD, options->output);

	if (!err)
		err = print(profile, options, filters, draft.stream);
	if (!err)
		err = file_draft_commit(&draft);
	file_draft_discard(&draft);
	return err;
}

/* Functions are whole in every table; lines have one of their own. */
static int load(const struct options *options, struct stack_filter *filter,
		struct profile **profile)
{
	struct resolver_view view;
	int err = load_view(options, filter, &view);

	if (err)
		return err;
	view.by_line = false;
	view.by_thread |= options->form == REPORT_JSON;
	view.detail = options->form == REPORT_HTML;
	return load_profile(options->files[0], &view, profile);
}

int report_run(const struct options *options)
{
	CLEANUP(profile_freep) struct profile *profile = NULL;
	CLEANUP(stack_filter_done) struct stack_filter filter = {0};
	CLEANUP(freep) char *filters = report_filters(options);
	int err = filters ? 0 : -ENOMEM;

	if (!err && load(options, &filter, &profile))
		return 1;
	if (!err)
		err = options->output ? print_to_file(profile, options, filters)
				      : print_on_stdout(profile, options, filters);
	return err ? fail(1, "cannot print the report: %s", strerror(-err)) : 0;
}
