/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_REPORT_FILTERS_H
#define LTSBPF_APP_REPORT_FILTERS_H

struct options;

/*
 * The options that leave samples out, as they could be typed: "--process 'make' --skip-first 2".
 * "" = none. Owned by the caller; NULL when memory is out.
 */
char *report_filters(const struct options *options);

#endif
