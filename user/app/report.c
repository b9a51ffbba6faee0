// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/load.h"
#include "app/options.h"
#include "app/summary.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "profile/profile.h"

int report_run(const struct options *options)
{
	CLEANUP(profile_freep) struct profile *profile = NULL;
	CLEANUP(stack_filter_done) struct stack_filter filter = {0};
	struct resolver_view view;

	if (load_view(options, &filter, &view) || load_profile(options->files[0], &view, &profile))
		return 1;
	if (summary_print(profile, stdout) || fflush(stdout) || ferror(stdout)) {
		fail(-errno, "cannot print the report: %s", strerror(errno));
		return 1;
	}
	return 0;
}
