/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_IMAGE_APPENDED_FILE_H
#define LTSBPF_IMAGE_APPENDED_FILE_H
/*
 * A file that its process appends to while we read it, again and again, each time what is new. It
 * stays open, so that it can be read to its end when the process is gone. A zeroed struct is none.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define MAX_APPENDED_BYTES (256ull << 20)

struct appended_file {
	bool open;
	int fd;
	dev_t device;
	ino_t inode;
	uint64_t offset, size; /* of the next byte to read; as it was when last looked at */
};

/*
 * fd: the file as it was found now, which is taken over; -1 = it was not found, stay with the one
 * that is open. Believed only when it is a regular file that belongs to owner or root, since /tmp
 * is everybody's. 0: it goes on where it ended; 1: it is another one or was cut short, and
 * what was read before is void; -ENOENT: there is none; -EPERM: not believed; or -errno.
 */
int appended_file_take(struct appended_file *file, int fd, uid_t owner);

/*
 * Gets the bytes from the offset on, as many as are there but at most 1 MiB; returns how many are
 * done with, also more than there are (what it skips), 0 = not until there are more; or -errno.
 */
typedef int64_t (*appended_file_fn)(void *context, const char *data, size_t size);

/*
 * Calls back until the file ends, or at its first MAX_APPENDED_BYTES. 0, what the callback failed
 * with, -EINVAL: 1 MiB was not enough for it; -ENOMEM, or -errno of reading.
 */
int appended_file_read(struct appended_file *file, appended_file_fn on_data, void *context);

void appended_file_done(struct appended_file *file);

#endif
