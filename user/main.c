// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/command_line.h"
#include "app/completion.h"
#include "app/convert.h"
#include "app/diff.h"
#include "app/doctor.h"
#include "app/man_page.h"
#include "app/merge.h"
#include "app/record.h"
#include "app/report.h"
#include "app/usage.h"

#include <fcntl.h>
#include <stdio.h>

/* A closed stdin, stdout or stderr would become one of our own files, and messages go into it. */
static void fill_standard_streams(void)
{
	int fd = 0;

	while (fd >= 0 && fd <= 2)
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
}

int main(int argc, char **argv)
{
	struct options options;
	int status;

	fill_standard_streams();
	status = command_line_parse(argc, argv, &options);
	if (status != OPTIONS_GO_ON)
		return status;
	switch (options.command) {
	case COMMAND_MAN:
		man_page_print(stdout);
		return usage_printed();
	case COMMAND_COMPLETION:
		completion_print(options.shell, stdout);
		return usage_printed();
	case COMMAND_MERGE:
		return merge_run(&options);
	case COMMAND_DIFF:
		return diff_run(&options);
	case COMMAND_RECORD:
		return record_run(&options);
	case COMMAND_REPORT:
		return report_run(&options);
	case COMMAND_CONVERT:
		return convert_files(&options);
	default:
		return doctor_run(stdout);
	}
}
