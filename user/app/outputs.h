/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_OUTPUTS_H
#define LTSBPF_APP_OUTPUTS_H
/* The files a profile is written to: BASE.<ending> for each format, whole or not at all. */
#include <stdbool.h>
#include <stddef.h>

struct identity;
struct profile;

struct outputs {
	const char *folder; /* as the user gave it; made when missing */
	const char *name;   /* base name */
	const char *formats;
	const struct identity *identity; /* whose the files are; NULL = ours */
	int folder_fd;			 /* -1 until outputs_open() */
	char *folder_path;		 /* absolute, for messages; owned */
};

/* 0, or -EINVAL when the list has a format that there is not (told, with those that there are). */
int outputs_check_formats(const char *formats);

/* Which of profile->detail and profile->samples the formats of a checked list want. */
void outputs_need(const char *formats, bool *detail, bool *timeline);

/* Opens the folder. 0 or -errno, told. */
int outputs_open(struct outputs *outputs);
void outputs_done(struct outputs *outputs);

/*
 * Makes an empty recording beside the set of an earlier run and returns a descriptor for writing to
 * it, or -errno, told. outputs_begin() puts it in its place, outputs_abandon() removes it.
 */
int outputs_create(struct outputs *outputs);

/* The program runs: the files of an earlier run become *.old, and the recording takes its name. 0
 * or -errno, told. */
int outputs_begin(struct outputs *outputs);

/* The program did not run: all is as it was before. */
void outputs_abandon(struct outputs *outputs);

/* 0, or -EEXIST, told, when the recording beside the files to be made is not this one. */
int outputs_check_neighbour(struct outputs *outputs, const char *recording);

/* Writes all formats of the list and tells each file's absolute path. 0, or the first failure after
 * all were tried; told. */
int outputs_write(struct outputs *outputs, const struct profile *profile);

#endif
