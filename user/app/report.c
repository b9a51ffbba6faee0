// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/load.h"
#include "app/options.h"
#include "app/source_files.h"
#include "app/summary.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "output/html.h"
#include "profile/profile.h"

static int print(const struct profile *profile, const struct options *options, FILE *stream)
{
	if (options->form == REPORT_HTML)
		return html_write(profile, source_files_read, stream);
	return summary_print(profile, stream);
}

int report_run(const struct options *options)
{
	CLEANUP(profile_freep) struct profile *profile = NULL;
	CLEANUP(stack_filter_done) struct stack_filter filter = {0};
	struct resolver_view view;

	if (load_view(options, &filter, &view))
		return 1;
	/* The page has lines in a part of its own; its functions are whole. */
	view.detail = options->form == REPORT_HTML;
	view.by_line &= options->form != REPORT_HTML;
	if (load_profile(options->files[0], &view, &profile))
		return 1;
	if (print(profile, options, stdout) || fflush(stdout) || ferror(stdout)) {
		fail(-errno, "cannot print the report: %s", strerror(errno));
		return 1;
	}
	return 0;
}
