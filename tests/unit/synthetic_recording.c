// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "synthetic_recording.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map64.h"
#include "recording/build.h"
#include "recording/writer.h"

enum {
	PID = 4000,
	THREADS = 4,
	TURN = 5, /* samples */
	FUNCTIONS = 2000,
	CALLEES = 12, /* of each function */
	POSITIONS = 3,
	SYMBOLS = 64,
	BEGIN_NS = 1000000000,
	PERIOD_NS = 1001001,
};

struct thread {
	uint64_t python[1024]; /* words, root first */
	uint32_t depth;
};

struct made {
	struct recording_writer writer;
	struct record_buffer buffer;
	const struct synthetic_size *size;
	struct thread threads[THREADS];
	uint64_t state, now_ns, samples;
	uint64_t *hashes; /* of the stacks so far */
	uint32_t stacks, *tids;
};

static uint64_t draw(struct made *made, uint64_t below)
{
	made->state = hash64(made->state, 0x9e3779b97f4a7c15ULL);
	return made->state % below;
}

static double draw_share(struct made *made)
{
	return ((double)draw(made, 1 << 30) + 1) / (1 << 30);
}

static uint64_t fingerprint_of(uint32_t function)
{
	return hash64(1, function);
}

static uint64_t python_word(struct made *made, uint32_t function)
{
	return (fingerprint_of(function) & FRAME_ID_MASK) << FRAME_ID_SHIFT |
	       (1 + draw(made, POSITIONS));
}

static uint64_t native_word(uint32_t symbol)
{
	return (uint64_t)FRAME_WORD_NATIVE << FRAME_KIND_SHIFT | 1ULL << FRAME_IMAGE_SHIFT |
	       (symbol + 1) * 64;
}

static void write_at(struct made *made, struct record *record, uint32_t tid)
{
	record->time_ns = made->now_ns;
	record->pid = PID;
	record->tid = tid;
	recording_write(&made->writer, record);
}

static int write_texts(struct made *made)
{
	const struct begin_record begin = {.period_ns = PERIOD_NS, .rate_mhz = 999000};
	const struct record *record =
		build_begin(&made->buffer, PID, &begin, "python deep.py", "0", "6.1");
	char name[32];

	if (!record)
		return -ENOMEM;
	memcpy(made->buffer.bytes.items + offsetof(struct record, time_ns), &made->now_ns,
	       sizeof(made->now_ns));
	recording_write(&made->writer, record);
	record = build_image(&made->buffer, PID, 1, "/usr/lib/libdeep.so", "");
	if (!record)
		return -ENOMEM;
	recording_write(&made->writer, record);
	for (uint32_t i = 0; i < FUNCTIONS; i++) {
		snprintf(name, sizeof(name), "function_%u", i);
		struct function_source source = {
			.fingerprint = fingerprint_of(i),
			.first_line = 10 * i + 1,
			.python_minor = 13,
			.name = name,
			.qualname = name,
			.filename = "/srv/deep.py",
		};
		record = build_function(&made->buffer, PID, &source);
		if (!record)
			return -ENOMEM;
		recording_write(&made->writer, record);
	}
	for (uint32_t i = 0; i < SYMBOLS; i++) {
		snprintf(name, sizeof(name), i ? "native_%u" : "_PyEval_EvalFrameDefault", i);
		record = build_symbol(&made->buffer, PID, native_word(i),
				      i ? 0 : SYMBOL_EVAL | SYMBOL_INTERPRETER,
				      &(struct symbol_function){name, ""}, 1);
		if (!record)
			return -ENOMEM;
		recording_write(&made->writer, record);
	}
	return made->writer.err;
}

/* Function i calls i * CALLEES + 0..11, around the ring. */
static void call(struct made *made, struct thread *thread, uint32_t *function)
{
	*function = (*function * CALLEES + (uint32_t)draw(made, CALLEES) + 1) % FUNCTIONS;
	thread->python[thread->depth++] = python_word(made, *function);
}

/* The function on top is not kept beside the words: another walk begins from any number. */
static void walk(struct made *made, struct thread *thread)
{
	uint32_t returns = (uint32_t)(1 / draw_share(made));
	uint32_t calls, function = (uint32_t)draw(made, FUNCTIONS);
	uint32_t aim = made->size->depth - 5 - made->size->depth / 16 +
		       (uint32_t)draw(made, made->size->depth / 8);

	thread->depth = returns < thread->depth ? thread->depth - returns : 0;
	calls = thread->depth < aim ? aim - thread->depth : 1;
	if (thread->depth && calls > returns + 1)
		calls = returns + 1;
	while (calls--)
		call(made, thread, &function);
}

/* A new stack and its first sample. */
static int write_stack(struct made *made, uint32_t number)
{
	struct thread *thread = &made->threads[number];
	uint64_t bytes[(sizeof(struct stack_record) + 1100 * 8) / 8] = {0}, hash = PID;
	struct stack_record *record = (struct stack_record *)bytes;
	uint32_t natives = 0, depth;
	__u64 *native;

	walk(made, thread);
	depth = thread->depth;
	for (uint32_t i = 0; i < depth; i++)
		record->frames[i] = thread->python[depth - 1 - i];
	native = record->frames + depth;
	if (draw(made, 2)) {
		native[natives++] = native_word(1 + (uint32_t)draw(made, SYMBOLS - 1));
		native[natives++] = native_word(1 + (uint32_t)draw(made, SYMBOLS - 1));
	}
	native[natives++] = native_word(0);
	native[natives++] = (uint64_t)FRAME_WORD_JOIN << FRAME_KIND_SHIFT | depth;
	for (uint32_t i = 0; i < depth + natives; i++)
		hash = hash64(hash, record->frames[i]);
	build_head(&record->head, RECORD_STACK, sizeof(*record) + 8UL * (depth + natives), PID);
	record->stack = hash;
	record->depth = depth;
	record->native_depth = (uint16_t)natives;
	made->hashes[made->stacks] = hash;
	made->tids[made->stacks++] = PID + number;
	write_at(made, &record->head, PID + number);
	return made->writer.err;
}

/* One of those before, most often one of the last. */
static int write_sample(struct made *made)
{
	double back = pow(made->stacks, draw_share(made));
	uint32_t stack = made->stacks - (uint32_t)(back < 1 ? 1 : back);
	struct sample_record record = {.stack = made->hashes[stack]};

	build_head(&record.head, RECORD_SAMPLE, sizeof(record), PID);
	write_at(made, &record.head, made->tids[stack]);
	return made->writer.err;
}

static int write_samples(struct made *made)
{
	const struct synthetic_size *size = made->size;
	int err = 0;

	for (; made->samples < size->samples && !err; made->samples++) {
		bool is_new = made->stacks * size->samples <= made->samples * size->stacks;
		made->now_ns += PERIOD_NS;
		if (is_new)
			err = write_stack(made, (uint32_t)(made->samples / TURN % THREADS));
		else
			err = write_sample(made);
	}
	return err;
}

static int write_end(struct made *made)
{
	struct progress_record end = {.final = 1};

	build_head(&end.head, RECORD_PROGRESS, sizeof(end), PID);
	write_at(made, &end.head, PID);
	return recording_flush(&made->writer);
}

int synthetic_recording_write(int fd, const struct synthetic_size *size)
{
	struct made made = {.size = size, .now_ns = BEGIN_NS};
	int err = recording_writer_init(&made.writer, fd);

	made.hashes = calloc(size->stacks, sizeof(*made.hashes));
	made.tids = calloc(size->stacks, sizeof(*made.tids));
	if (!made.hashes || !made.tids)
		err = -ENOMEM;
	err = err ? err : write_texts(&made);
	err = err ? err : write_samples(&made);
	err = err ? err : write_end(&made);
	recording_writer_done(&made.writer);
	record_buffer_done(&made.buffer);
	free(made.hashes);
	free(made.tids);
	return err;
}
