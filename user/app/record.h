/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_RECORD_H
#define LTSBPF_APP_RECORD_H
/* ltsbpf record: runs a program, records its tree, writes the files, says what was seen. */

struct options;

/* Returns the exit status: the program's own, or 125, 126, 127 when it did not run. */
int record_run(const struct options *options);

#endif
