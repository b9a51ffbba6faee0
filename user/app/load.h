/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_LOAD_H
#define LTSBPF_APP_LOAD_H
/* From recordings to profiles. Reading takes no more rights than the caller has. */
#include <stdio.h>

#include "recording/reader.h"
#include "symbol/stack_filter.h"
#include "symbol/view.h"

struct options;
struct profile;

/*
 * What the options want to see. The filter is zeroed, and must live as long as the view is used;
 * stack_filter_done() is due. 0 or -errno, told.
 */
int load_view(const struct options *options, struct stack_filter *filter,
	      struct resolver_view *view);

/* Opens a recording and its reader; both are the caller's to close. 0 or -errno, told. */
int load_open(const char *path, FILE **stream, struct recording_reader *reader);

/*
 * The profile of one recording, which may be of several runs (`ltsbpf merge`); the caller frees it.
 * 0 or -errno, told.
 */
int load_profile(const char *path, const struct resolver_view *view, struct profile **profile);

#endif
