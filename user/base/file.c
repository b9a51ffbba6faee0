// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

enum {
	READ_STEP_BYTES = 4096,
	NAME_TRIES = 100,
	LINKS_MAX = 40, /* as the kernel's own limit, path_resolution(7) */
};

/* Fills the buffer, which has room for size bytes. How many came, or -errno. */
static ssize_t read_fully(int fd, char *buffer, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got = read(fd, buffer + done, size - done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

/* How much to read at first: what the file says it has and a byte more, to see its end. */
static size_t first_step(int fd)
{
	struct stat stat;

	if (fstat(fd, &stat) || stat.st_size < READ_STEP_BYTES)
		return READ_STEP_BYTES;
	return (size_t)stat.st_size + 1;
}

int file_read_all(int folder, const char *path, size_t max, char **data, size_t *size)
{
	CLEANUP(closep) int fd = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	CLEANUP(freep) char *buffer = NULL;
	size_t count = 0, capacity;

	if (fd < 0)
		return -errno;
	for (capacity = first_step(fd);; capacity *= 2) {
		if (capacity > max)
			capacity = max + 1; /* the one more that must not come */
		char *larger = realloc(buffer, capacity + 1);
		if (!larger)
			return -ENOMEM;
		buffer = larger;
		ssize_t got = read_fully(fd, buffer + count, capacity - count);
		if (got < 0)
			return (int)got;
		count += (size_t)got;
		if (count > max)
			return -EFBIG;
		if (count < capacity)
			break;
	}
	buffer[count] = '\0';
	*data = TAKE(buffer);
	*size = count;
	return 0;
}

static int open_temporary(int folder, char name[static 32])
{
	for (int i = 0; i < NAME_TRIES; i++) {
		uint64_t random;
		if (getrandom(&random, sizeof(random), 0) != sizeof(random))
			return -EIO;
		snprintf(name, 32, ".ltsbpf-%016" PRIx64, random);
		int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
				0644);
		if (fd >= 0)
			return fd;
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

int file_draft_open(struct file_draft *draft, int folder, const char *name)
{
	struct file_draft made = {.folder = folder};
	CLEANUP(freep) char *copy = strdup(name);

	if (!copy)
		return -ENOMEM;
	int fd = open_temporary(folder, made.temporary);
	if (fd < 0)
		return fd;
	made.stream = fdopen(fd, "w");
	if (!made.stream) {
		int err = -errno;
		close(fd);
		unlinkat(folder, made.temporary, 0);
		return err;
	}
	made.name = TAKE(copy);
	*draft = made;
	errno = 0;
	return 0;
}

int file_stream_error(FILE *stream)
{
	if (fflush(stream))
		return -errno;
	if (!ferror(stream))
		return 0;
	return errno ? -errno : -EIO;
}

/* fclose(3) tells of its own flush only, not of a write that failed before it. */
static int close_stream(FILE *stream)
{
	int err = file_stream_error(stream);

	if (fclose(stream) && !err)
		err = -errno;
	return err;
}

int file_draft_commit(struct file_draft *draft)
{
	int err = close_stream(TAKE(draft->stream));

	if (!err && renameat(draft->folder, draft->temporary, draft->folder, draft->name))
		err = -errno;
	if (!err)
		draft->temporary[0] = '\0';
	file_draft_discard(draft);
	return err;
}

void file_draft_discard(struct file_draft *draft)
{
	fclosep(&draft->stream);
	if (draft->name && draft->temporary[0])
		unlinkat(draft->folder, draft->temporary, 0);
	free(draft->name);
	*draft = (struct file_draft){0};
}

/*
 * The way to a folder, taken one name at a time so that a link is seen before it is followed:
 * what it points to then comes in front of the rest of the way.
 */
struct walk {
	int folder; /* where we are */
	char *rest; /* relative to it; absolute ones start at the root folder */
	int links_left;
};

static void walk_done(struct walk *walk)
{
	closep(&walk->folder);
	freep(&walk->rest);
}

static int walk_start(struct walk *walk)
{
	int start = open(*walk->rest == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (start < 0)
		return -errno;
	closep(&walk->folder);
	walk->folder = start;
	return 0;
}

/* Root must not be led by a link that somebody else can turn elsewhere. */
static int check_link_owner(const struct stat *stat)
{
	return geteuid() == 0 && stat->st_uid != 0 ? -EPERM : 0;
}

/* Puts the link's text in front of what is left after the link's own name. */
static int walk_link(struct walk *walk, int link, const char *after)
{
	char text[PATH_MAX];
	char *rest;

	ssize_t length = readlinkat(link, "", text, sizeof(text) - 1);
	if (length < 0)
		return -errno;
	text[length] = '\0';
	if (!walk->links_left--)
		return -ELOOP;
	if (asprintf(&rest, "%s/%s", text, after) < 0)
		return -ENOMEM;
	free(walk->rest);
	walk->rest = rest;
	return *rest == '/' ? walk_start(walk) : 0;
}

/* Goes into the name at the start of the way; `after` begins behind it. */
static int walk_into(struct walk *walk, const char *name, const char *after)
{
	struct stat stat;
	CLEANUP(closep) int next = openat(walk->folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (next < 0 || fstat(next, &stat))
		return -errno;
	if (S_ISLNK(stat.st_mode)) {
		int err = check_link_owner(&stat);
		return err ? err : walk_link(walk, next, after);
	}
	if (!S_ISDIR(stat.st_mode))
		return -ENOTDIR;
	closep(&walk->folder);
	walk->folder = TAKE_FD(next);
	memmove(walk->rest, after, strlen(after) + 1);
	return 0;
}

static int walk_step(struct walk *walk, mode_t mode, bool create)
{
	const char *start = walk->rest + strspn(walk->rest, "/");
	size_t length = strcspn(start, "/");
	char name[NAME_MAX + 1];

	if (!length) {
		*walk->rest = '\0';
		return 0;
	}
	if (length > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(name, start, length);
	name[length] = '\0';
	if (create && mkdirat(walk->folder, name, mode) && errno != EEXIST) {
		int err = -errno;
		/* A read-only or closed parent is no matter where the folder is there already. */
		if (faccessat(walk->folder, name, F_OK, AT_SYMLINK_NOFOLLOW))
			return err;
	}
	return walk_into(walk, name, start + length);
}

int file_open_folder(const char *path, mode_t mode, bool create)
{
	CLEANUP(walk_done)
	struct walk walk = {.folder = -1, .rest = strdup(path), .links_left = LINKS_MAX};

	if (!walk.rest)
		return -ENOMEM;
	if (!*walk.rest)
		return -ENOENT;
	int err = walk_start(&walk);
	while (!err && *walk.rest)
		err = walk_step(&walk, mode, create);
	return err ? err : TAKE_FD(walk.folder);
}

int file_keep_old(int folder, const char *name)
{
	CLEANUP(freep) char *old = NULL;

	if (asprintf(&old, "%s.old", name) < 0) {
		old = NULL;
		return -ENOMEM;
	}
	return renameat(folder, name, folder, old) && errno != ENOENT ? -errno : 0;
}
