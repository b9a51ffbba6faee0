/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_RECORDS_H
#define LTSBPF_TESTS_RECORDS_H
/*
 * A row of records as they stand in a recording, one behind the other, to be fed or written. The
 * nth one has the time n seconds and the weight 1. What is returned is borrowed until the next one.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "recording/format.h"

/* Zeroed: none. */
struct records {
	VEC(uint8_t) bytes;
	uint64_t count;
};

/* The word of a frame in the function of this id, at the nth instruction. */
uint64_t frame_word(uint64_t id, uint32_t instruction);

/* The word of a native frame (its address in the image) or of a gap (enum frame_gap); image 0: of a
 * JIT's or the kernel's frame (its address), or of a join (its count). */
uint64_t machine_word(enum frame_word kind, uint64_t image, uint64_t rest);

/* Appends a record of this size, zeroed but for its head. */
void *records_put(struct records *records, uint16_t kind, uint32_t pid, uint32_t tid, size_t size);

/* The one behind `record`; NULL begins the row, and comes out behind the last one. */
const struct record *records_next(const struct records *records, const struct record *record);

void put_begin(struct records *records, const char *command, uint64_t period_ns);

struct record *put_sample(struct records *records, uint32_t pid, uint32_t tid, uint64_t stack);

/* words: leaf first. */
struct stack_record *put_stack(struct records *records, uint32_t pid, uint32_t tid, uint64_t stack,
			       uint32_t status, uint32_t depth, const uint64_t *words);

/* A complete one, with both lists of words, each leaf first: Python's, then the machine's. */
struct stack_record *put_whole_stack(struct records *records, uint32_t pid, uint32_t tid,
				     uint64_t stack, uint32_t depth, uint16_t native_depth,
				     const uint64_t *words);

void put_image(struct records *records, uint32_t image, const char *path);

struct symbol_text {
	const char *name, *place;
};
void put_symbol(struct records *records, uint64_t word, uint32_t flags, uint32_t count,
		const struct symbol_text *texts);

struct function_facts {
	uint64_t fingerprint;
	uint32_t first_line, minor;
	const char *name, *qualname, *file; /* NULL = "" */
	const void *table;
	uint32_t table_bytes;
};

void put_function(struct records *records, const struct function_facts *facts);
void put_fork(struct records *records, uint32_t parent, uint32_t pid, uint32_t tid,
	      const char *comm);

/* RECORD_EXEC or RECORD_RENAME */
void put_name(struct records *records, uint16_t kind, uint32_t pid, uint32_t tid, const char *comm,
	      uint64_t cpu_ns);

/* RECORD_EXIT, RECORD_FREED or RECORD_CPU */
void put_cpu(struct records *records, uint16_t kind, uint32_t pid, uint32_t tid, uint64_t cpu_ns);

void put_interpreter(struct records *records, uint32_t pid, const char *version);
void put_collection(struct records *records, uint32_t pid, uint32_t generation,
		    uint64_t duration_ns, int64_t collected);
void put_import(struct records *records, uint32_t pid, uint32_t tid, bool done, const char *module);
struct progress_record *put_progress(struct records *records, bool final);

/* Calls that are all primitive, without times; caller and callee are fingerprints. */
struct calls_record *put_calls(struct records *records, uint64_t caller, uint64_t callee,
			       uint64_t calls);

/* Counted from this second to that one. */
struct calls_state_record *put_calls_state(struct records *records, uint64_t from_s, uint64_t to_s,
					   bool timed);

void records_done(struct records *records);

#endif
