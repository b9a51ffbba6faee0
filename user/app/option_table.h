/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_OPTION_TABLE_H
#define LTSBPF_APP_OPTION_TABLE_H
/*
 * All commands and options, once: the parser, --help, the man page and the completions are made of
 * these tables. All texts are static; each table ends with an entry without a name.
 */
#include <stdbool.h>

#include "app/option_entry.h"
#include "app/options.h"

struct command_entry {
	const char *name;
	enum command command;
	const char *operands; /* behind the options; "" = none */
	const char *help;
	bool root; /* wants root's rights */
};

extern const struct option_entry option_table[];
extern const struct command_entry command_table[];

/* The command of this name, or NULL. */
const struct command_entry *command_find(const char *name);

bool option_of(const struct option_entry *option, enum command command);

/* The value is one of some words, parted by '|', and nothing else. */
bool option_is_choice(const struct option_entry *option);

#endif
