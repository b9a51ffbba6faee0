/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_HTML_EVENTS_H
#define LTSBPF_OUTPUT_HTML_EVENTS_H
/* The sections "collections", "imports" and "calls", those of which there is something to tell. */
#include <stdio.h>

#include "profile/profile.h"

/* 0 or -ENOMEM; the stream's error is left for the caller to look at. */
int html_events_write(const struct profile *profile, FILE *stream);

#endif
