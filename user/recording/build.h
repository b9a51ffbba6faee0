/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_RECORDING_BUILD_H
#define LTSBPF_RECORDING_BUILD_H
/*
 * Makes the records that hold texts. Each is made in the buffer, borrowed until the next one is
 * made there; NULL when memory is out.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/vec.h"
#include "recording/format.h"

/* Zeroed = empty. */
struct record_buffer {
	VEC(uint8_t) bytes;
};

/* What record of this kind and size says of itself: now, this process, once. */
void build_head(struct record *head, uint16_t kind, size_t size, pid_t pid);

/* RECORD_BEGIN; `begin` without its head and texts. */
const struct record *build_begin(struct record_buffer *buffer, pid_t pid,
				 const struct begin_record *begin, const char *command,
				 const char *ltsbpf_version, const char *kernel_release);

struct function_source {
	uint64_t fingerprint;
	uint32_t first_line, python_minor;
	const char *name, *qualname, *filename;
	const uint8_t *linetable; /* may be NULL when empty */
	size_t linetable_bytes;
};

/* RECORD_FUNCTION. */
const struct record *build_function(struct record_buffer *buffer, pid_t pid,
				    const struct function_source *source);

/* RECORD_INTERPRETER; `interpreter` without its head and texts. */
const struct record *build_interpreter(struct record_buffer *buffer, pid_t pid,
				       const struct interpreter_record *interpreter,
				       const char *version, const char *layout_source);

/* RECORD_IMAGE. */
const struct record *build_image(struct record_buffer *buffer, pid_t pid, uint32_t image,
				 const char *path, const char *build_id);

/* One function that a word stands for; texts never NULL. */
struct symbol_function {
	const char *name, *place;
};

/* RECORD_SYMBOL; the innermost function first, at least one. */
const struct record *build_symbol(struct record_buffer *buffer, pid_t pid, uint64_t word,
				  uint32_t flags, const struct symbol_function *functions,
				  uint32_t count);

void record_buffer_done(struct record_buffer *buffer);

#endif
