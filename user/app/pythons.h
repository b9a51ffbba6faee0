/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_PYTHONS_H
#define LTSBPF_APP_PYTHONS_H
/* The Python interpreters that a user would start by name, and what ltsbpf knows of them. */
#include <stdio.h>

/*
 * One line on `out` for each file named python3 or python3.N in the folders of `path` (as $PATH),
 * each file once, links followed: version, where the layout is from, which probes there are, as in
 * "python3.9 (/usr/bin/python3.9): 3.9.2, layout from table, no probes (not built --with-dtrace)".
 * Scripts of such a name are counted, a line a folder. Runs none of them; library_path as in
 * app/shared_library.h. How many files, or -ENOMEM.
 */
int pythons_print(FILE *out, const char *path, const char *library_path);

#endif
