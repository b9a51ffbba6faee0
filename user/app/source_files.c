// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/source_files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"

enum {
	MOST_BYTES = 4 << 20
};

static bool is_python_name(const char *path)
{
	static const char *const endings[] = {".py", ".pyw", ".pyx"};
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < sizeof(endings) / sizeof(*endings); i++)
		if (!strcmp(dot, endings[i]))
			return true;
	return false;
}

/* The name of what was opened, not of what a link was called. */
static bool is_python_file(int fd)
{
	char link[64], target[PATH_MAX];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t length = readlink(link, target, sizeof(target) - 1);
	if (length < 0)
		return false;
	target[length] = '\0';
	return is_python_name(target);
}

/* All of it, *text is the caller's to free; a file that grows meanwhile is cut. */
static int read_text(int fd, size_t size, char **text)
{
	CLEANUP(freep) char *buffer = malloc(size + 1);
	size_t used = 0;
	ssize_t got = 1;

	if (!buffer)
		return -ENOMEM;
	while (used < size && (got = read(fd, buffer + used, size - used)) > 0)
		used += (size_t)got;
	if (got < 0)
		return -errno;
	for (size_t i = 0; i < used; i++)
		if (!buffer[i])
			buffer[i] = '?';
	buffer[used] = '\0';
	*text = TAKE(buffer);
	return 0;
}

int source_files_read(const char *path, int64_t recorded_s, struct html_source *source)
{
	struct stat stat;

	source->note = "The file is not at hand: only the numbers of its lines are known.";
	if (*path != '/')
		return 0;
	/* Without O_NONBLOCK a pipe would be waited for. */
	CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &stat) || !S_ISREG(stat.st_mode) || !is_python_file(fd))
		return 0;
	if (stat.st_size > MOST_BYTES) {
		source->note = "The file is too large to show.";
		return 0;
	}
	int err = read_text(fd, (size_t)stat.st_size, &source->text);
	if (!err)
		source->note =
			recorded_s && stat.st_mtim.tv_sec > recorded_s
				? "The file is newer than the recording: lines may have moved."
				: NULL;
	return err == -ENOMEM ? err : 0;
}
