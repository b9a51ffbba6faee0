/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_OPTION_VALUES_H
#define LTSBPF_APP_OPTION_VALUES_H
/* Options that have a value: which ones they may have. */
#include "app/options.h"

/* Options without a letter of their own. */
enum {
	OPTION_CLOCK = 256,
	OPTION_NAME,
	OPTION_NO_SUBPROCESSES,
	OPTION_USER,
	OPTION_AS_ROOT,
	OPTION_CALLS,
	OPTION_CALLS_BUDGET,
	OPTION_INCLUDE,
	OPTION_EXCLUDE,
	OPTION_NO_NATIVE,
	OPTION_INLINES,
	OPTION_INTERPRETER_FRAMES,
	OPTION_FOLD_KERNEL,
	OPTION_PSTATS_NATIVE
};

/*
 * Takes the value (borrowed) of an option: a letter or one of the above. NULL: given without one,
 * where that is allowed. OPTIONS_GO_ON, or OPTIONS_USAGE_ERROR, told.
 */
int option_values_take(struct options *options, int option, const char *value);

/* Tells what is wrong with the value of the option and what was expected: OPTIONS_USAGE_ERROR. */
int option_values_refuse(const char *option, const char *value, const char *expected);

#endif
