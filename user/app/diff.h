/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_DIFF_H
#define LTSBPF_APP_DIFF_H

struct options;

/*
 * `ltsbpf diff OLD NEW`, `ltsbpf diff --baseline GLOB NEW...`: what became slower or faster, and
 * whether a rule is broken. Returns the exit status: 0, 1 = a regression, 2 = the command line, 3 =
 * there is no comparison.
 */
int diff_run(const struct options *options);

#endif
