/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_MARKDOWN_EVENTS_H
#define LTSBPF_OUTPUT_MARKDOWN_EVENTS_H
/* What a report says besides functions: what was told rather than sampled, and what is missing. */
#include <stddef.h>

struct markdown;
struct profile;

/* Processes, collections, imports, calls, losses, cost; `top` rows each. Errors: page->err. */
void markdown_events(struct markdown *page, const struct profile *profile, size_t top);

#endif
