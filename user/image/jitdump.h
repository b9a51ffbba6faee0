/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_IMAGE_JITDUMP_H
#define LTSBPF_IMAGE_JITDUMP_H
/*
 * The binary file in which a process tells perf of its code: Linux 6.12,
 * tools/perf/Documentation/jitdump-specification.txt. It is called jit-PID.dump, may lie anywhere,
 * and is found because the process maps it. Written by CPython's -X perf_jit, V8, LLVM, wasmtime.
 * Only names and addresses are taken, of dumps in our own byte order.
 */
#include "base/map64.h"
#include "image/appended_file.h"
#include "image/code_ranges.h"

/* A zeroed one is empty. */
struct jitdump {
	struct appended_file file;
	bool begun;	      /* its head has been read */
	struct map64 name_of; /* code index: the name's place in the ranges */
	struct code_ranges ranges;
};

/*
 * Reads what is new in the file, which is taken over and kept; -1 = stay with the one before.
 * 0; -ENOENT: there is none; -EPERM: it is no regular file, or belongs to neither owner nor root;
 * -EINVAL: no dump in our byte order and of version 1, or broken, and behind that place nothing is
 * read; -EFBIG: names are left out; -ENOMEM, or -errno of reading. What was read stays.
 */
int jitdump_refresh(struct jitdump *dump, int fd, uid_t owner);

/*
 * The rule, without the file: takes the head and all records whose names are whole. Returns the
 * bytes they have, which may be more than there are; -EINVAL, -ENOMEM, -EFBIG. An
 * appended_file_fn whose context is a struct jitdump; code_ranges_settle() is the caller's.
 */
int64_t jitdump_take(void *context, const char *data, size_t size);

/* *name is borrowed until the next refresh. False, and *name untouched: not known. */
bool jitdump_find(const struct jitdump *dump, uint64_t address, const char **name);

void jitdump_done(struct jitdump *dump);

#endif
