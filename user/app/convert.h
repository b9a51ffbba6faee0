/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_CONVERT_H
#define LTSBPF_APP_CONVERT_H
/* What can be made from a recording, on any machine and without rights. */

struct options;

/* ltsbpf convert: the output files. Returns the exit status. */
int convert_files(const struct options *options);

#endif
