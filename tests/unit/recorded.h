/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_RECORDED_H
#define LTSBPF_TESTS_RECORDED_H
/*
 * Memory of a Python that stood still, and what it said of itself: a fixture in bpf/fixtures/, made
 * by bpf/record_memory.sh. Lines, addresses in hex, texts as Python's unicode_escape writes them:
 *	python VERSION
 *	process RUNTIME CODE_TYPE READS OFFSET OFFSET OFFSET
 *	layout BYTES
 *	thread POINTER
 *	frame POSITION FIRST_LINE LINE NAME QUALNAME FILE	of that thread, leaf first
 *	memory ADDRESS BYTES
 *	zero ADDRESS SIZE
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "ltsbpf.h"

struct recorded_frame {
	uint32_t position, first_line, line;
	char *name, *qualname, *file; /* point into the fixture's text */
};

struct recorded_thread {
	uint64_t pointer;
	size_t first, depth; /* of frames */
};

struct recorded_range {
	uint64_t start, size;
	uint8_t *bytes;
};

struct recorded {
	char *text;
	const char *version;
	struct python_process process;
	struct python_layout layout;
	VEC(struct recorded_thread) threads;
	VEC(struct recorded_frame) frames;
	VEC(struct recorded_range) ranges;
	uint64_t hole; /* one byte that cannot be read; 0 = none */
};

/* False, after a message, when there is no such fixture or it is broken. */
bool recorded_load(const char *path, struct recorded *recorded);
void recorded_done(struct recorded *recorded);

/* 0, or -1 when not all of the bytes are there. */
int recorded_read(const struct recorded *recorded, void *out, size_t size, uint64_t address);

/* The word there, which must be. */
uint64_t recorded_word(const struct recorded *recorded, uint64_t address);

/* Changes bytes that are there, or adds them where none of them are. */
void recorded_write(struct recorded *recorded, uint64_t address, const void *bytes, size_t size);
void recorded_write_word(struct recorded *recorded, uint64_t address, uint64_t word);

#endif
