/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_HTML_FACTS_H
#define LTSBPF_OUTPUT_HTML_FACTS_H
/* The parts of the HTML report that tell of the run: how it was recorded, and what is missing. */
#include <stdio.h>

#include "profile/profile.h"

/* All: 0 or -ENOMEM; the stream's error is left for the caller to look at. */

/* One sentence below the heading, and what to mind when there are few samples or none. */
int html_facts_write_head(const struct profile *profile, FILE *stream);

/* The section "run": facts, losses, gaps. */
int html_facts_write(const struct profile *profile, FILE *stream);

#endif
