/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_SOURCE_FILES_H
#define LTSBPF_APP_SOURCE_FILES_H
/*
 * Python source files as they are now, for the lines of the HTML report. The paths stand in the
 * recording and can be anything its program wanted, a report may be given away, and root may make
 * it: only regular files are read, up to 4 MiB, whose own name, with all links followed, is that of
 * Python source. Paths that do not begin with / are of another time's current folder, so are not.
 */
#include "output/html_source.h"

/* A html_source_reader. */
int source_files_read(const char *path, int64_t recorded_s, struct html_source *source);

#endif
