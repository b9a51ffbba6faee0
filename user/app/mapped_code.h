/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_MAPPED_CODE_H
#define LTSBPF_APP_MAPPED_CODE_H
/*
 * The machine code that the processes of the tree have mapped: each file's unwind table goes to the
 * kernel side once, and where the processes have it with every mapping.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/vec.h"
#include "capture/mappings.h"
#include "image/images.h"
#include "python/interpreters.h"
#include "recording/build.h"
#include "unwind.h"
#include "unwind/cache.h"

struct identity;
struct session;

/* What is known of an image. */
struct code_image {
	struct image_range table;	       /* index and pages alone */
	const struct interpreter *interpreter; /* NULL = it is none; borrowed */
	uint64_t jit_descriptor; /* where __jit_debug_descriptor is; 0 = it has none */
};

/* A mapping of an image that was told of not long ago, whether it is still there or not. */
struct past_mapping {
	uint64_t time_ns, start, end;
	pid_t pid;
	uint32_t image;
};

enum {
	PAST_MAPPINGS = 4096
};

struct mapped_code {
	struct session *session;
	struct interpreters *interpreters;
	struct unwind_cache *cache;	 /* NULL: tables are made anew each time; owned */
	const struct identity *identity; /* whose cache it is */
	struct images images;
	VEC(struct code_image) known; /* by image id - 1 */
	size_t told;		      /* the recording knows so many of them */
	/* Mappings of one process that the kernel side has not been told of. */
	pid_t pid;
	uint64_t time_ns, space;
	VEC(struct image_range) pending;
	VEC(struct past_mapping) past; /* the last PAST_MAPPINGS, in a circle */
	size_t past_next;
	struct record_buffer buffer;
	int (*emit)(void *context, const struct record *record); /* takes RECORD_IMAGE */
	void *context;
};

/* Keeps tables in this folder from now on, as a user's. What fails is said at debug level. */
void mapped_code_open_cache(struct mapped_code *code, const char *folder,
			    const struct identity *identity);

/* Learns of a mapping of code in a process of the tree, of a file or not. 0 or -ENOMEM. */
int mapped_code_note(struct mapped_code *code, const struct mapping_notice *notice);

/* Tells the kernel side of what was noted. */
void mapped_code_publish(struct mapped_code *code);

/* Makes room for more tables, when there is time. */
void mapped_code_prepare(struct mapped_code *code);

/* Has the table of a file ready before a process maps it; of all files that we have mapped
 * ourselves, among them the C library and the vdso, when path is NULL. */
void mapped_code_expect(struct mapped_code *code, const char *path);

const struct code_image *mapped_code_get(const struct mapped_code *code, uint32_t image);

/* The image that a process had at an address at a time, of what was mapped not long before; 0 =
 * none. */
uint32_t mapped_code_find(const struct mapped_code *code, pid_t pid, uint64_t time_ns,
			  uint64_t address);

/* The address of a process's __jit_debug_descriptor; 0 = none of its files is known to have one. */
uint64_t mapped_code_jit_descriptor(const struct mapped_code *code, pid_t pid);

void mapped_code_done(struct mapped_code *code);

#endif
