/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_BASE_CLEANUP_H
#define LTSBPF_BASE_CLEANUP_H
/*
 * Locals that own something say so where they are declared and leave by TAKE():
 *
 *	CLEANUP(freep) char *path = strdup(name);
 *	CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
 *	...
 *	*out = TAKE(path);
 *
 * so that every early return releases what was made up to there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CLEANUP(function) __attribute__((cleanup(function)))

/* Hands the pointer on and forgets it here. */
#define TAKE(pointer)                                                                              \
	({                                                                                         \
		__typeof__(pointer) taken_ = (pointer);                                            \
		(pointer) = NULL;                                                                  \
		taken_;                                                                            \
	})

/* The same for a file descriptor: -1 stays behind. */
#define TAKE_FD(fd)                                                                                \
	({                                                                                         \
		int taken_ = (fd);                                                                 \
		(fd) = -1;                                                                         \
		taken_;                                                                            \
	})

/* Every one of these takes a NULL or -1 content and leaves it so. */
static inline void freep(void *pointer)
{
	free(*(void **)pointer);
	*(void **)pointer = NULL;
}

static inline void closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static inline void fclosep(FILE **file)
{
	if (*file)
		fclose(*file);
	*file = NULL;
}

#endif
