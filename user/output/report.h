/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_REPORT_H
#define LTSBPF_OUTPUT_REPORT_H
/* The forms of `ltsbpf report`. Writers as in output/output.h, which want a choice too. */
#include <stdbool.h>
#include <stdio.h>

#include "profile/function_table.h"

struct report_choice {
	enum function_order order;
	size_t top;	     /* rows of a table; 0 = as many as the form has by default */
	bool lines;	     /* a table of lines as well */
	const char *filters; /* the options that left samples out: "--process 'x'"; "" = none */
	const char *version; /* of ltsbpf */
};

enum {
	FEW_SAMPLES = 400 /* below, a share of a half has a margin of 5 points and more */
};

/* Each in the module of its name. */
int report_markdown_write(const struct profile *profile, const struct report_choice *choice,
			  FILE *stream);
int report_json_write(const struct profile *profile, const struct report_choice *choice,
		      FILE *stream);
int report_checklist_write(const struct profile *profile, const struct report_choice *choice,
			   FILE *stream);

#endif
