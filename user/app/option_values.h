/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_OPTION_VALUES_H
#define LTSBPF_APP_OPTION_VALUES_H
/*
 * What each option does to struct options, and which values it may have. All are an option_take of
 * app/option_table.h. A value that is refused changes nothing.
 */
#include "app/options.h"

struct option_entry;

/* Into the field that the table names: a bool, a text, an expression that compiles, a text that is
 * not empty (a folder, a file), a base name, one more text. */
int take_flag(struct options *options, const struct option_entry *option, const char *value);
int take_text(struct options *options, const struct option_entry *option, const char *value);
int take_pattern(struct options *options, const struct option_entry *option, const char *value);
int take_folder(struct options *options, const struct option_entry *option, const char *value);
int take_file(struct options *options, const struct option_entry *option, const char *value);
int take_name(struct options *options, const struct option_entry *option, const char *value);
int take_repeated(struct options *options, const struct option_entry *option, const char *value);

/* Those that know what they set. */
int take_rate(struct options *options, const struct option_entry *option, const char *value);
int take_duration(struct options *options, const struct option_entry *option, const char *value);
int take_skip(struct options *options, const struct option_entry *option, const char *value);
int take_top(struct options *options, const struct option_entry *option, const char *value);
int take_clock(struct options *options, const struct option_entry *option, const char *value);
int take_sort(struct options *options, const struct option_entry *option, const char *value);
int take_kernel(struct options *options, const struct option_entry *option, const char *value);
int take_calls(struct options *options, const struct option_entry *option, const char *value);
int take_budget(struct options *options, const struct option_entry *option, const char *value);
int take_one_process(struct options *options, const struct option_entry *option, const char *value);

/* --markdown and its like, told apart by their names: one of them. */
int take_form(struct options *options, const struct option_entry *option, const char *value);

/* Set the log level. */
int take_quiet(struct options *options, const struct option_entry *option, const char *value);
int take_verbose(struct options *options, const struct option_entry *option, const char *value);

#endif
