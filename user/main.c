// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/convert.h"
#include "app/doctor.h"
#include "app/options.h"
#include "app/record.h"
#include "target/signals.h"

#include <stdio.h>

int main(int argc, char **argv)
{
	struct signals_inherited inherited;
	struct options options;
	int status;

	signals_save(&inherited);
	status = options_parse(argc, argv, &options);
	if (status != OPTIONS_GO_ON)
		return status;
	switch (options.command) {
	case COMMAND_RECORD:
		return record_run(&options, &inherited);
	case COMMAND_REPORT:
		return convert_report(&options);
	case COMMAND_CONVERT:
		return convert_files(&options);
	default:
		return doctor_run(stdout);
	}
}
