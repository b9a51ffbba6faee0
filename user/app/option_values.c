// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/option_values.h"

#include <regex.h>
#include <stddef.h>
#include <string.h>

#include "app/option_entry.h"
#include "base/log.h"
#include "base/text.h"

static int refuse(const struct option_entry *option, const char *value, const char *expected)
{
	return fail(OPTIONS_USAGE_ERROR, "--%s '%s': expected %s", option->name, value, expected);
}

static void *field_of(struct options *options, const struct option_entry *option)
{
	return (char *)options + option->field;
}

static const char **text_of(struct options *options, const struct option_entry *option)
{
	return field_of(options, option);
}

int take_flag(struct options *options, const struct option_entry *option, const char *value)
{
	bool *flag = field_of(options, option);

	(void)value;
	*flag = true;
	return OPTIONS_GO_ON;
}

int take_text(struct options *options, const struct option_entry *option, const char *value)
{
	*text_of(options, option) = value;
	return OPTIONS_GO_ON;
}

int take_pattern(struct options *options, const struct option_entry *option, const char *value)
{
	regex_t compiled;

	if (regcomp(&compiled, value, REG_EXTENDED | REG_NOSUB))
		return refuse(option, value, "an extended regular expression");
	regfree(&compiled);
	return take_text(options, option, value);
}

int take_folder(struct options *options, const struct option_entry *option, const char *value)
{
	return *value ? take_text(options, option, value) : refuse(option, value, "a folder");
}

int take_file(struct options *options, const struct option_entry *option, const char *value)
{
	return *value ? take_text(options, option, value) : refuse(option, value, "a file name");
}

int take_name(struct options *options, const struct option_entry *option, const char *value)
{
	if (!*value || strchr(value, '/') || value[0] == '.')
		return refuse(option, value,
			      "a file name without '/' that does not begin with '.'");
	return take_text(options, option, value);
}

int take_repeated(struct options *options, const struct option_entry *option, const char *value)
{
	struct texts *texts = field_of(options, option);

	if (!*value)
		return refuse(option, value, "more than nothing");
	if (texts->count == MAX_REPEATS)
		return refuse(option, value, "no more than 64 of this option");
	texts->items[texts->count++] = value;
	return OPTIONS_GO_ON;
}

int take_rate(struct options *options, const struct option_entry *option, const char *value)
{
	double rate;

	if (!text_number(value, 1, 20000, &rate))
		return refuse(option, value, "a number of samples per second, 1 to 20000");
	options->rate_hz = rate;
	return OPTIONS_GO_ON;
}

int take_duration(struct options *options, const struct option_entry *option, const char *value)
{
	double seconds;

	if (!text_number(value, 0.001, 1e9, &seconds))
		return refuse(option, value, "a number of seconds above 0");
	options->duration_s = seconds;
	return OPTIONS_GO_ON;
}

int take_skip(struct options *options, const struct option_entry *option, const char *value)
{
	double seconds;

	if (!text_number(value, 0, 1e9, &seconds))
		return refuse(option, value, "a number of seconds");
	options->skip_first_s = seconds;
	return OPTIONS_GO_ON;
}

int take_top(struct options *options, const struct option_entry *option, const char *value)
{
	double rows;

	if (!text_number(value, 1, 1e6, &rows) || rows != (int)rows)
		return refuse(option, value, "a number of rows, 1 or more");
	options->top = (int)rows;
	return OPTIONS_GO_ON;
}

/* Which of the option's words it is, or -1. */
static int choice_of(const struct option_entry *option, const char *value)
{
	const char *word = option->value;

	for (int which = 0;; which++) {
		size_t length = strcspn(word, "|");
		if (strlen(value) == length && !strncmp(value, word, length))
			return which;
		word += length;
		if (!*word++)
			return -1;
	}
}

int take_clock(struct options *options, const struct option_entry *option, const char *value)
{
	int which = choice_of(option, value);

	if (which < 0)
		return refuse(option, value, "cpu or tick");
	options->tick = which == 1;
	return OPTIONS_GO_ON;
}

/* The words stand in the order of enum report_sort. */
int take_sort(struct options *options, const struct option_entry *option, const char *value)
{
	int which = choice_of(option, value);

	if (which < 0)
		return refuse(option, value, "self, total or name");
	options->sort = (enum report_sort)which;
	return OPTIONS_GO_ON;
}

/* The words stand in the order of enum kernel_frames. "-k=yes" is taken as well as "-kyes". */
int take_kernel(struct options *options, const struct option_entry *option, const char *value)
{
	int which = value ? choice_of(option, value + (*value == '=')) : KERNEL_YES;

	if (which < 0)
		return refuse(option, value, "auto, yes or no");
	options->kernel = (enum kernel_frames)which;
	return OPTIONS_GO_ON;
}

int take_calls(struct options *options, const struct option_entry *option, const char *value)
{
	if (value && choice_of(option, value) < 0)
		return refuse(option, value, "nothing, or require");
	options->calls = true;
	options->calls_required |= value != NULL;
	return OPTIONS_GO_ON;
}

int take_budget(struct options *options, const struct option_entry *option, const char *value)
{
	double percent = 0;

	if (strcmp(value, "none") != 0 && !text_number(value, 0.1, 1e6, &percent))
		return refuse(option, value,
			      "a percentage of the program's time, 0.1 or more, or none");
	options->calls_budget_percent = percent;
	return OPTIONS_GO_ON;
}

int take_one_process(struct options *options, const struct option_entry *option, const char *value)
{
	(void)option;
	(void)value;
	options->subprocesses = false;
	return OPTIONS_GO_ON;
}

static const char *const form_names[] = {
	[REPORT_TEXT] = "text", [REPORT_MARKDOWN] = "markdown",	  [REPORT_JSON] = "json",
	[REPORT_HTML] = "html", [REPORT_CHECKLIST] = "checklist",
};

int take_form(struct options *options, const struct option_entry *option, const char *value)
{
	enum report_form form = REPORT_TEXT;

	(void)value;
	while (strcmp(form_names[form], option->name) != 0)
		form++;
	if (options->form != REPORT_TEXT && options->form != form)
		return fail(OPTIONS_USAGE_ERROR, "--%s and --%s exclude each other: give one",
			    form_names[options->form], option->name);
	options->form = form;
	return OPTIONS_GO_ON;
}

int take_quiet(struct options *options, const struct option_entry *option, const char *value)
{
	(void)options;
	(void)option;
	(void)value;
	log_set_level(LOG_QUIET);
	return OPTIONS_GO_ON;
}

int take_verbose(struct options *options, const struct option_entry *option, const char *value)
{
	(void)options;
	(void)option;
	(void)value;
	log_set_level(LOG_VERBOSE);
	return OPTIONS_GO_ON;
}
