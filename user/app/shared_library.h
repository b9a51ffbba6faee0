/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_SHARED_LIBRARY_H
#define LTSBPF_APP_SHARED_LIBRARY_H
/* Which file the dynamic linker would load for a program, found without running anything. */

/*
 * The file of the first library in the program's DT_NEEDED whose name begins with `prefix`. Folders
 * in the order of ld.so(8): DT_RPATH (without DT_RUNPATH), library_path (LD_LIBRARY_PATH; NULL or
 * "" = none), DT_RUNPATH, and the usual ones in place of ld.so.cache; of the tokens $ORIGIN alone.
 * 0 and *found is the caller's to free. -ENOENT: no ELF file or needs no such library. -ELIBACC:
 * needs one that is in none of the folders. -ENOMEM or -errno of opening the program.
 */
int shared_library_find(const char *program, const char *prefix, const char *library_path,
			char **found);

#endif
