// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/option_values.h"

#include <regex.h>
#include <stddef.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"

int option_values_refuse(const char *option, const char *value, const char *expected)
{
	return fail(OPTIONS_USAGE_ERROR, "%s '%s': expected %s", option, value, expected);
}

static int take_clock(struct options *options, const char *value)
{
	if (strcmp(value, "cpu") != 0 && strcmp(value, "tick") != 0)
		return option_values_refuse("--clock", value, "cpu or tick");
	options->tick = !strcmp(value, "tick");
	return OPTIONS_GO_ON;
}

static int take_name(struct options *options, const char *value)
{
	if (!*value || strchr(value, '/') || value[0] == '.')
		return option_values_refuse("--name", value,
					    "a file name without '/' that does not begin with '.'");
	options->name = value;
	return OPTIONS_GO_ON;
}

static int take_calls(struct options *options, const char *value)
{
	if (value && strcmp(value, "require") != 0)
		return option_values_refuse("--calls", value, "nothing, or require");
	options->calls = true;
	options->calls_required |= value != NULL;
	return OPTIONS_GO_ON;
}

static int take_budget(struct options *options, const char *value)
{
	double percent;

	if (!strcmp(value, "none")) {
		options->calls_budget_percent = 0;
		return OPTIONS_GO_ON;
	}
	if (!text_number(value, 0.1, 1e6, &percent))
		return option_values_refuse(
			"--calls-budget", value,
			"a percentage of the program's time, 0.1 or more, or none");
	options->calls_budget_percent = percent;
	return OPTIONS_GO_ON;
}

static int take_pattern(const char *option, const char *value, const char **pattern)
{
	regex_t compiled;

	if (regcomp(&compiled, value, REG_EXTENDED | REG_NOSUB))
		return option_values_refuse(option, value, "an extended regular expression");
	regfree(&compiled);
	*pattern = value;
	return OPTIONS_GO_ON;
}

/* "-k=yes" is taken as well as "-kyes" and "--kernel=yes". */
static int take_kernel(struct options *options, const char *value)
{
	static const char *const words[] = {
		[KERNEL_AUTO] = "auto", [KERNEL_YES] = "yes", [KERNEL_NO] = "no"};

	if (!value)
		value = words[KERNEL_YES];
	for (int kernel = KERNEL_AUTO; kernel <= KERNEL_NO; kernel++) {
		if (strcmp(value + (*value == '='), words[kernel]) != 0)
			continue;
		options->kernel = (enum kernel_frames)kernel;
		return OPTIONS_GO_ON;
	}
	return option_values_refuse("--kernel", value, "auto, yes or no");
}

int option_values_take(struct options *options, int option, const char *value)
{
	switch (option) {
	case OPTION_CALLS:
		return take_calls(options, value);
	case OPTION_CALLS_BUDGET:
		return take_budget(options, value);
	case 'k':
		return take_kernel(options, value);
	case OPTION_INCLUDE:
		return take_pattern("--include", value, &options->include);
	case OPTION_EXCLUDE:
		return take_pattern("--exclude", value, &options->exclude);
	case 'r':
		if (!text_number(value, 1, 20000, &options->rate_hz))
			return option_values_refuse("--rate", value,
						    "a number of samples per second, 1 to 20000");
		break;
	case 'd':
		if (!text_number(value, 0.001, 1e9, &options->duration_s))
			return option_values_refuse("--duration", value,
						    "a number of seconds above 0");
		break;
	case 'o':
		if (!*value)
			return option_values_refuse("--output", value, "a folder");
		options->output = value;
		break;
	case 'f':
		options->formats = value;
		break;
	case OPTION_USER:
		options->user = value;
		break;
	case OPTION_CLOCK:
		return take_clock(options, value);
	default:
		return take_name(options, value);
	}
	return OPTIONS_GO_ON;
}
