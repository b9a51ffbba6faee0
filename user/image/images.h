/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_IMAGE_IMAGES_H
#define LTSBPF_IMAGE_IMAGES_H
/*
 * The files of machine code that processes map, each looked at once and held open, so that it can
 * be read when it was deleted or replaced meanwhile; and the vdso, which is no file. A file is its
 * device, inode and time of last change.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "base/vec.h"

enum {
	IMAGE_SEGMENTS = 16,
	BUILD_ID_BYTES = 20
};

/* A PT_LOAD, in the order of the file. */
struct image_segment {
	uint64_t vaddr, offset, size_bytes; /* size: of the part that comes from the file */
	bool executable;
};

struct image {
	uint32_t id;	     /* 1, 2, 3, ...; 0 stands for no image */
	int fd;		     /* -1: the vdso */
	char *path;	     /* as the process saw it */
	uint64_t base_vaddr; /* address 0 of the image: the page of the lowest PT_LOAD */
	uint32_t segment_count, build_id_bytes; /* 0 bytes: it has no build-id */
	struct image_segment segments[IMAGE_SEGMENTS];
	uint8_t build_id[BUILD_ID_BYTES]; /* cut if longer */
	/* The vdso: our own, which is the same for all. */
	const void *memory;
	size_t memory_bytes;
	/* What tells it from others. */
	dev_t device;
	ino_t inode;
	struct timespec changed;
};

/* Zeroed = empty. */
struct images {
	VEC(struct image *) list; /* by id - 1 */
};

/* A line of /proc/PID/maps, or a notice of the same content. */
struct image_mapping {
	pid_t pid;
	const char *path;
	uint64_t start, length, file_offset;
	dev_t device;
	ino_t inode;
};

/*
 * The image of a mapping; it lives until images_done(). 0; -ENOENT: it is no ELF file or none at
 * all; -ESTALE: it cannot be opened as it was mapped; -ENOMEM.
 */
int images_find(struct images *images, const struct image_mapping *mapping,
		const struct image **image);

/* The image with this id, or NULL. */
const struct image *images_get(const struct images *images, uint32_t id);

/* Where address 0 of the image is for a process that maps it so. 0 or -ENOENT. */
int image_base(const struct image *image, const struct image_mapping *mapping, uint64_t *base);

void images_done(struct images *images);

#endif
