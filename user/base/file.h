/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_BASE_FILE_H
#define LTSBPF_BASE_FILE_H
/*
 * Files in, and files out that are whole or not there. Everything acts with the effective identity
 * of the process. Nothing prints; 0 or -errno. `folder` is a descriptor (O_PATH is enough) or
 * AT_FDCWD.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/*
 * Reads a file (also of /proc, whose sizes are 0) from its start. *data is the caller's to free and
 * has a NUL after the *size bytes. -EFBIG: more than max bytes.
 */
int file_read_all(int folder, const char *path, size_t max, char **data, size_t *size);

/*
 * 0, or what became of the writes to a stream, which is flushed. Of a write that failed earlier
 * stdio keeps no reason: it is what errno has, or -EIO.
 */
int file_stream_error(FILE *stream);

/* A file being written, under a hidden name next to its final one. Zeroed: none. */
struct file_draft {
	FILE *stream;
	int folder; /* borrowed: open until commit or discard */
	char *name;
	char temporary[32];
};

/*
 * Mode 0644 less the umask; never follows a link and never opens a file that is there. Clears
 * errno, for file_stream_error().
 */
int file_draft_open(struct file_draft *draft, int folder, const char *name);

/*
 * Flushes, checks every write since the opening, and puts the file in place of any older one (a
 * link there is replaced, not followed). On failure the older one stays and the draft is gone.
 */
int file_draft_commit(struct file_draft *draft);

/* Takes a committed, discarded or zeroed one too. */
void file_draft_discard(struct file_draft *draft);

/*
 * Opens a folder (O_PATH) and returns its descriptor; with create also makes what is missing on the
 * way, with mode less the umask. For root no link that belongs to another user is followed: -EPERM.
 */
int file_open_folder(const char *path, mode_t mode, bool create);

/* Renames name to name.old, over an older one. 0 also when there is no such file. */
int file_keep_old(int folder, const char *name);

#endif
