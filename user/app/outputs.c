// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/log.h"
#include "output/output.h"
#include "target/identity.h"

#define RECORDING     ".ltsbpf"
#define NEW_RECORDING ".ltsbpf.new"

/* Calls back for each format of the list; format is NULL where there is none of that name. */
typedef int (*format_fn)(void *context, const struct output_format *format, const char *word,
			 size_t length);

static int each_format(const char *formats, format_fn on_format, void *context)
{
	int first = 0;

	for (const char *word = formats;; word++) {
		size_t length = strcspn(word, ",");
		int err = on_format(context, output_find(word, length), word, length);
		first = first ? first : err;
		word += length;
		if (!*word)
			return first;
	}
}

static int check_format(void *context, const struct output_format *format, const char *word,
			size_t length)
{
	char known[256] = "";

	(void)context;
	if (format)
		return 0;
	for (const struct output_format *each = output_formats; each->name; each++)
		snprintf(known + strlen(known), sizeof(known) - strlen(known), "%s%s",
			 *known ? ", " : "", each->name);
	return fail(-EINVAL, "--format: '%.*s' is no format: expected a list of %s", (int)length,
		    word, known);
}

int outputs_check_formats(const char *formats)
{
	return each_format(formats, check_format, NULL);
}

struct needs {
	bool *detail, *timeline;
};

static int add_needs(void *context, const struct output_format *format, const char *word,
		     size_t length)
{
	const struct needs *needs = context;

	(void)word;
	(void)length;
	*needs->detail |= format->detail;
	*needs->timeline |= format->timeline;
	return 0;
}

void outputs_need(const char *formats, bool *detail, bool *timeline)
{
	each_format(formats, add_needs, &(struct needs){detail, timeline});
}

/* Enters the identity around one step, so that root's rights are never used on a user's paths. */
static int as_owner(struct outputs *outputs, int (*step)(struct outputs *, const char *),
		    const char *argument)
{
	struct identity_saved saved = {0};
	int err, left;

	if (!outputs->identity)
		return step(outputs, argument);
	err = identity_enter(outputs->identity, &saved);
	if (err)
		return err;
	err = step(outputs, argument);
	left = identity_leave(&saved);
	return left ? left : err;
}

static int open_folder(struct outputs *outputs, const char *path)
{
	CLEANUP(closep) int fd = file_open_folder(path, 0777, true);

	if (fd == -EPERM)
		return fail(fd,
			    "cannot open the output folder '%s': a link on the way belongs to "
			    "another user, and root does not follow it. Give another one with -o",
			    path);
	if (fd < 0)
		return fail(fd, "cannot open the output folder '%s': %s. Give another one with -o",
			    path, strerror(-fd));
	if (faccessat(fd, ".", W_OK | X_OK, AT_EACCESS))
		return fail(
			-errno,
			"cannot write into the output folder '%s': %s. Give another one with -o",
			path, strerror(errno));
	outputs->folder_fd = TAKE_FD(fd);
	return 0;
}

/* The folder's absolute path, for messages; as it was given when the kernel does not tell. */
static int name_folder(struct outputs *outputs)
{
	char link[32], resolved[PATH_MAX];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", outputs->folder_fd);
	length = readlink(link, resolved, sizeof(resolved));
	outputs->folder_path =
		length > 0 ? strndup(resolved, (size_t)length) : strdup(outputs->folder);
	return outputs->folder_path ? 0 : -ENOMEM;
}

int outputs_open(struct outputs *outputs)
{
	int err;

	outputs->folder_fd = -1;
	err = as_owner(outputs, open_folder, outputs->folder);
	return err ? err : name_folder(outputs);
}

void outputs_done(struct outputs *outputs)
{
	closep(&outputs->folder_fd);
	free(outputs->folder_path);
	outputs->folder_path = NULL;
}

static int file_name(const struct outputs *outputs, const char *ending, char **name)
{
	return asprintf(name, "%s%s", outputs->name, ending) < 0 ? -ENOMEM : 0;
}

static int keep_old(struct outputs *outputs, const char *ending)
{
	CLEANUP(freep) char *name = NULL;
	int err = file_name(outputs, ending, &name);

	if (!err)
		err = file_keep_old(outputs->folder_fd, name);
	if (!err)
		return 0;
	return fail(err, "cannot rename the older '%s/%s' to .old: %s", outputs->folder_path, name,
		    strerror(-err));
}

static int create(struct outputs *outputs, const char *ending)
{
	CLEANUP(freep) char *name = NULL;
	int fd, err = file_name(outputs, ending, &name);

	if (err)
		return err;
	unlinkat(outputs->folder_fd, name, 0); /* of a run that was killed before it began */
	fd = openat(outputs->folder_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0666);
	if (fd >= 0)
		return fd;
	return fail(-errno, "cannot create '%s/%s': %s. Give another folder with -o",
		    outputs->folder_path, name, strerror(errno));
}

int outputs_create(struct outputs *outputs)
{
	return as_owner(outputs, create, NEW_RECORDING);
}

static int take_place(struct outputs *outputs, const char *ending)
{
	CLEANUP(freep) char *from = NULL;
	CLEANUP(freep) char *to = NULL;
	int err = file_name(outputs, NEW_RECORDING, &from);

	if (!err)
		err = file_name(outputs, ending, &to);
	if (err || !renameat(outputs->folder_fd, from, outputs->folder_fd, to))
		return err;
	return fail(-errno,
		    "cannot rename '%s/%s' to '%s': %s. The recording is under the first name",
		    outputs->folder_path, from, to, strerror(errno));
}

int outputs_begin(struct outputs *outputs)
{
	int err = as_owner(outputs, keep_old, RECORDING);

	for (const struct output_format *format = output_formats; format->name && !err; format++)
		err = as_owner(outputs, keep_old, format->ending);
	return err ? err : as_owner(outputs, take_place, RECORDING);
}

static int discard(struct outputs *outputs, const char *ending)
{
	CLEANUP(freep) char *name = NULL;
	int err = file_name(outputs, ending, &name);

	if (!err)
		unlinkat(outputs->folder_fd, name, 0);
	return err;
}

void outputs_abandon(struct outputs *outputs)
{
	if (outputs->folder_fd >= 0)
		as_owner(outputs, discard, NEW_RECORDING);
}

static int check_neighbour(struct outputs *outputs, const char *recording)
{
	CLEANUP(freep) char *name = NULL;
	struct stat beside, ours;
	int err = file_name(outputs, RECORDING, &name);

	if (err || fstatat(outputs->folder_fd, name, &beside, 0) || stat(recording, &ours))
		return err; /* nothing stands there; that it can be read is not the question here */
	if (beside.st_dev == ours.st_dev && beside.st_ino == ours.st_ino)
		return 0;
	return fail(-EEXIST,
		    "'%s/%s' is another recording, whose files would be replaced: give another "
		    "folder with -o or another name with --name",
		    outputs->folder_path, name);
}

int outputs_check_neighbour(struct outputs *outputs, const char *recording)
{
	return as_owner(outputs, check_neighbour, recording);
}

struct writing {
	struct outputs *outputs;
	const struct profile *profile;
	const struct output_format *format;
};

static int write_draft(const struct writing *writing, const char *name)
{
	struct file_draft draft = {0};
	int err = file_draft_open(&draft, writing->outputs->folder_fd, name);

	if (!err)
		err = writing->format->write(writing->profile, draft.stream);
	if (!err)
		err = file_draft_commit(&draft);
	file_draft_discard(&draft);
	return err;
}

static int write_format(void *context, const struct output_format *format, const char *word,
			size_t length)
{
	struct writing *writing = context;
	struct outputs *outputs = writing->outputs;
	CLEANUP(freep) char *name = NULL;
	struct identity_saved saved = {0};
	int err = file_name(outputs, format->ending, &name), left;

	(void)word;
	(void)length;
	if (err || (outputs->identity && (err = identity_enter(outputs->identity, &saved))))
		return err;
	writing->format = format;
	log_progress("writing %s", name);
	err = write_draft(writing, name);
	left = identity_leave(&saved);
	if (left)
		return left;
	if (err)
		return fail(err,
			    "cannot write '%s/%s': %s. `ltsbpf convert` makes it of what is in the "
			    "recording, elsewhere with -o",
			    outputs->folder_path, name, strerror(-err));
	note("wrote %s/%s", outputs->folder_path, name);
	return 0;
}

int outputs_write(struct outputs *outputs, const struct profile *profile)
{
	struct writing writing = {.outputs = outputs, .profile = profile};

	return each_format(outputs->formats, write_format, &writing);
}
