/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_MERGE_H
#define LTSBPF_APP_MERGE_H

struct options;

/* `ltsbpf merge FILE... -o OUT`: one recording of several runs. Returns the exit status. */
int merge_run(const struct options *options);

#endif
