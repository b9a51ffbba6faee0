// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/appended_file.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/cleanup.h"

enum {
	BUFFER_BYTES = 1 << 20,
};

static int file_replace(struct appended_file *file, int *fd, const struct stat *status)
{
	appended_file_done(file);
	*file = (struct appended_file){.open = true,
				       .fd = TAKE_FD(*fd),
				       .device = status->st_dev,
				       .inode = status->st_ino};
	return 1;
}

int appended_file_take(struct appended_file *file, int fd, uid_t owner)
{
	CLEANUP(closep) int taken = fd;
	struct stat status;

	if (taken < 0 && !file->open)
		return -ENOENT;
	if (fstat(taken < 0 ? file->fd : taken, &status))
		return -errno;
	if (!S_ISREG(status.st_mode) || (status.st_uid != owner && status.st_uid != 0))
		return -EPERM;
	bool same = file->open && status.st_dev == file->device && status.st_ino == file->inode;
	int anew = same ? 0 : file_replace(file, &taken, &status);
	if ((uint64_t)status.st_size < file->size) {
		file->offset = 0;
		anew = 1;
	}
	file->size = (uint64_t)status.st_size;
	return anew;
}

int appended_file_read(struct appended_file *file, appended_file_fn on_data, void *context)
{
	CLEANUP(freep) char *buffer = malloc(BUFFER_BYTES);

	if (!buffer)
		return -ENOMEM;
	while (file->offset < MAX_APPENDED_BYTES) {
		ssize_t got = pread(file->fd, buffer, BUFFER_BYTES, (off_t)file->offset);
		if (got <= 0)
			return got ? -errno : 0;
		int64_t used = on_data(context, buffer, (size_t)got);
		if (used < 0)
			return (int)used;
		if (!used)
			return got < BUFFER_BYTES ? 0 : -EINVAL;
		file->offset += (uint64_t)used;
	}
	return 0;
}

void appended_file_done(struct appended_file *file)
{
	if (file->open)
		close(file->fd);
	*file = (struct appended_file){0};
}
