// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/interpreters.h"

#include <errno.h>
#include <stdbool.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/vec.h"
#include "target/mapped_file.h"

struct interpreters_file {
	dev_t device;
	ino_t inode;
	struct timespec changed;	 /* zero when the path led nowhere */
	struct interpreter *interpreter; /* NULL = not a Python */
};

static const struct interpreters_file *lookup(const struct interpreters *interpreters, dev_t device,
					      ino_t inode, struct timespec changed)
{
	for (size_t i = 0; i < interpreters->count; i++) {
		const struct interpreters_file *file = &interpreters->items[i];
		if (file->inode == inode && file->device == device &&
		    file->changed.tv_sec == changed.tv_sec &&
		    file->changed.tv_nsec == changed.tv_nsec)
			return file;
	}
	return NULL;
}

/* Adds what `fd` is, Python or not. */
static int remember(struct interpreters *interpreters, int fd, const char *path,
		    struct interpreters_file file)
{
	CLEANUP(freep) struct interpreter *interpreter = calloc(1, sizeof(*interpreter));
	int err;

	if (!interpreter)
		return -ENOMEM;
	err = interpreter_inspect(fd, path, interpreter);
	if (err && err != -ENOENT)
		return err;
	file.interpreter = err ? NULL : interpreter;
	err = vec_push(interpreters, file);
	if (!err && file.interpreter)
		interpreter = NULL; /* the table owns it now */
	return err;
}

static int answer(const struct interpreters_file *file, const struct interpreter **interpreter)
{
	if (!file->interpreter)
		return -ENOENT;
	*interpreter = file->interpreter;
	return 0;
}

int interpreters_find(struct interpreters *interpreters, pid_t pid, const char *path, dev_t device,
		      ino_t inode, const struct interpreter **interpreter)
{
	struct mapped_file file = {.pid = pid, .path = path, .device = device, .inode = inode};
	struct interpreters_file wanted = {.device = device, .inode = inode};
	struct stat status;
	int err;

	if (path[0] != '/' || !inode)
		return -ENOENT;
	bool exists = mapped_file_stat(&file, &status);
	if (exists)
		wanted.changed = status.st_mtim;
	const struct interpreters_file *known = lookup(interpreters, device, inode, wanted.changed);
	if (known)
		return answer(known, interpreter);
	CLEANUP(closep) int fd = mapped_file_open(&file, exists ? &status : NULL);
	if (fd < 0) {
		debug("cannot open '%s' as process %d maps it", path, pid);
		return -ESTALE;
	}
	err = remember(interpreters, fd, path, wanted);
	return err ? err : answer(&interpreters->items[interpreters->count - 1], interpreter);
}

void interpreters_done(struct interpreters *interpreters)
{
	for (size_t i = 0; i < interpreters->count; i++)
		free(interpreters->items[i].interpreter);
	vec_done(interpreters);
}
