/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_REPORT_H
#define LTSBPF_APP_REPORT_H

struct options;

/* `ltsbpf report FILE`: prints what a recording says. Returns the exit status. */
int report_run(const struct options *options);

#endif
