// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/perf_map.h"

#include <ctype.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/cleanup.h"

int perf_map_process_of(pid_t pid, struct perf_map_process *process)
{
	struct perf_map_process got = {.pid = pid, .namespace_pid = pid, .uid = (uid_t)-1};
	CLEANUP(fclosep) FILE *stream = NULL;
	char path[32], line[256];

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	stream = fopen(path, "re");
	while (stream && fgets(line, sizeof(line), stream)) {
		if (!strncmp(line, "NSpid:", 6))
			got.namespace_pid = atoi(strrchr(line, '\t') ?: line + 6);
		sscanf(line, "Uid: %*u %u", &got.uid);
	}
	if (got.uid == (uid_t)-1)
		return -ESRCH;
	*process = got;
	return 0;
}

/* A link on the way stays within the root it is in; one at the end is refused. */
static int open_within(const char *root, pid_t pid)
{
	struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
			       .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	CLEANUP(closep) int folder = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	char path[32];

	if (folder < 0)
		return -errno;
	snprintf(path, sizeof(path), "tmp/perf-%d.map", pid);
	long fd = syscall(SYS_openat2, folder, path, &how, sizeof(how));
	return fd < 0 ? -errno : (int)fd;
}

static int map_open(const struct perf_map_process *process)
{
	char root[32];

	snprintf(root, sizeof(root), "/proc/%d/root", process->pid);
	int fd = open_within(root, process->namespace_pid);
	if (fd == -ENOENT || fd == -ESRCH)
		fd = open_within("/", process->pid);
	return fd == -ELOOP ? -EPERM : fd;
}

static int64_t on_data(void *context, const char *data, size_t size)
{
	struct perf_map *map = context;

	return perf_map_take(&map->ranges, data, size);
}

int perf_map_refresh(struct perf_map *map, const struct perf_map_process *process)
{
	int fd = map_open(process);

	if (fd < 0 && fd != -ENOENT)
		return fd;
	int anew = appended_file_take(&map->file, fd < 0 ? -1 : fd, process->uid);
	if (anew < 0)
		return anew;
	if (anew)
		code_ranges_done(&map->ranges);
	int err = appended_file_read(&map->file, on_data, map);
	return code_ranges_settle(&map->ranges) ?: err;
}

/* The number at *text, which ends at a blank; *text is moved behind that. */
static bool take_number(const char **text, uint64_t *number)
{
	char *end;

	if (!isxdigit((unsigned char)**text))
		return false;
	errno = 0;
	*number = strtoull(*text, &end, 16);
	if (errno || *end != ' ')
		return false;
	*text = end + 1;
	return true;
}

static int take_line(struct code_ranges *ranges, const char *line, const char *end)
{
	uint64_t start, size;
	uint32_t name;

	if (!take_number(&line, &start) || !take_number(&line, &size) || line == end)
		return 0;
	int err = code_ranges_name(ranges, line, (size_t)(end - line), &name);
	return err || !name ? err : code_ranges_add(ranges, start, size, name);
}

int64_t perf_map_take(struct code_ranges *ranges, const char *data, size_t size)
{
	const char *line = data, *end;

	/* Numbers are followed by something that is none: at the least, the newline. */
	while ((end = memchr(line, '\n', size - (size_t)(line - data)))) {
		int err = take_line(ranges, line, end);
		if (err)
			return err;
		line = end + 1;
	}
	return line - data;
}

bool perf_map_find(const struct perf_map *map, uint64_t address, const char **name)
{
	return code_ranges_find(&map->ranges, address, name);
}

void perf_map_done(struct perf_map *map)
{
	appended_file_done(&map->file);
	code_ranges_done(&map->ranges);
}
