/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_OPTION_ENTRY_H
#define LTSBPF_APP_OPTION_ENTRY_H
/* What is known of one option. */
#include <stdbool.h>
#include <stddef.h>

struct options;
struct option_entry;

/* Takes one occurrence; value is borrowed, NULL = none given. OPTIONS_GO_ON, or the exit status
 * with the reason told. */
typedef int (*option_take)(struct options *options, const struct option_entry *option,
			   const char *value);

/* Under which heading an option stands. */
enum option_group {
	GROUP_OWN,    /* its command's */
	GROUP_VIEW,   /* how the samples are shown */
	GROUP_FILTER, /* which ones are */
	GROUP_COMMON,
};

struct option_entry {
	const char *name; /* long, without dashes */
	char letter;	  /* 0 = none */
	bool optional;	  /* the value may be left out, and stands without a blank */
	enum option_group group;
	/* NULL = takes none. CAPITALS name what belongs there; else it is all that may stand there,
	 * parted by '|' */
	const char *value;
	unsigned int commands; /* bits: 1 << enum command */
	const char *help;      /* words without markup */
	option_take take;      /* NULL = the command line answers it itself: --help */
	size_t field; /* offset in struct options of what `take` sets; 0 = it knows itself */
};

#endif
