// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "modes.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "synthetic_recording.h"

int scale_write(const char *path, const struct synthetic_size *size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int err = fd < 0 ? -errno : synthetic_recording_write(fd, size);

	if (fd >= 0 && close(fd) && !err)
		err = -errno;
	return err ? -fail(-1, "cannot write '%s': %s", path, strerror(-err)) : 0;
}
