/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_IMAGE_DEBUG_FILE_H
#define LTSBPF_IMAGE_DEBUG_FILE_H
/*
 * The separate file with the symbols and the DWARF of a stripped one, if it is installed here.
 * Looked for as GDB does ("Debugging Information in Separate Files" in its manual), by build-id and
 * by .gnu_debuglink. Nothing is ever downloaded: this is why libdwfl is not asked, which asks the
 * servers in $DEBUGINFOD_URLS (elfutils 0.188 libdwfl/find-debuginfo.c).
 */
#include <gelf.h>

#define DEBUG_FILE_ROOT "/usr/lib/debug"

/*
 * Opens ROOT/.build-id/xx/yyy.debug if it has the same build-id, else the linked name next to path,
 * in .debug next to it, or in ROOT and the folder of path, if it has the checksum in the link.
 * A descriptor of a regular file, the caller's to close, or -ENOENT.
 */
int debug_file_open(Elf *elf, const char *path, const char *root);

#endif
