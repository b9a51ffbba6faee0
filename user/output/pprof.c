// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * The format of google/pprof: profile.proto (github.com/google/pprof, proto/profile.proto),
 * gzipped. Lines are those of each call. Processes are the outermost functions, threads are
 * labels. Function.system_name stays empty: it is for mangled names.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "output/frame_title.h"
#include "output/gzip.h"
#include "output/line_tree.h"
#include "output/output.h"
#include "output/protobuf.h"
#include "profile/tree_walk.h"

/* Numbers of fields of the messages of profile.proto. */
enum profile_field {
	PROFILE_SAMPLE_TYPE = 1,
	PROFILE_SAMPLE,
	PROFILE_MAPPING,
	PROFILE_LOCATION,
	PROFILE_FUNCTION,
	PROFILE_STRING,
	PROFILE_TIME_NANOS = 9,
	PROFILE_DURATION_NANOS,
	PROFILE_PERIOD_TYPE,
	PROFILE_PERIOD,
	PROFILE_DEFAULT_SAMPLE_TYPE = 14,
};

enum {
	FLUSH_BYTES = 1 << 16
};

struct writer {
	const struct profile *profile, *tree;
	struct line_tree table;
	struct gzip gzip;
	struct protobuf out, part, inner;
	struct strings strings;
	struct map64 of_text; /* address of an interned text -> its index */
	VEC(const char *) texts;
	VEC(uint32_t) path; /* frames, root first */
	VEC(uint64_t) stack;
	uint64_t *of_frame; /* by id of a process or thread: index of its name; 0 = not yet known */
	uint64_t process_key, thread_key;
};

static void writer_done(struct writer *writer)
{
	line_tree_done(&writer->table);
	gzip_done(&writer->gzip);
	protobuf_done(&writer->out);
	protobuf_done(&writer->part);
	protobuf_done(&writer->inner);
	strings_done(&writer->strings);
	map64_done(&writer->of_text);
	vec_done(&writer->texts);
	vec_done(&writer->path);
	vec_done(&writer->stack);
	free(writer->of_frame);
}

/* The index in the table of strings; a failure is kept in out. */
static uint64_t index_of(struct writer *writer, const char *text)
{
	CLEANUP(freep) char *printable = text_printable(text ? text : "", "");
	const char *own = printable ? strings_add(&writer->strings, printable) : NULL;
	uint64_t index = writer->texts.count;

	if (own && map64_get(&writer->of_text, (uintptr_t)own, &index))
		return index;
	if (!own || vec_push(&writer->texts, own) ||
	    map64_put(&writer->of_text, (uintptr_t)own, index))
		writer->out.err = -ENOMEM;
	return index;
}

static int flush(struct writer *writer, size_t above)
{
	struct protobuf *out = &writer->out;
	int err = out->err;

	if (!err && out->bytes.count > above) {
		err = gzip_write(&writer->gzip, out->bytes.items, out->bytes.count);
		out->bytes.count = 0;
	}
	return err;
}

static void write_type(struct writer *writer, uint32_t field, const char *type, const char *unit)
{
	protobuf_number(&writer->part, 1, index_of(writer, type));
	protobuf_number(&writer->part, 2, index_of(writer, unit));
	protobuf_message(&writer->out, field, &writer->part);
}

static void write_head(struct writer *writer)
{
	const struct profile_facts *facts = &writer->profile->facts;

	index_of(writer, ""); /* index 0 must be the empty text */
	write_type(writer, PROFILE_SAMPLE_TYPE, "samples", "count");
	write_type(writer, PROFILE_SAMPLE_TYPE, "cpu", "nanoseconds");
	write_type(writer, PROFILE_PERIOD_TYPE, "cpu", "nanoseconds");
	protobuf_number(&writer->out, PROFILE_PERIOD, facts->period_ns);
	protobuf_number(&writer->out, PROFILE_TIME_NANOS,
			(uint64_t)facts->start_unix_s * 1000000000);
	if (facts->duration_s > 0 && facts->duration_s < 1e9)
		protobuf_number(&writer->out, PROFILE_DURATION_NANOS,
				(uint64_t)(facts->duration_s * 1e9));
	protobuf_number(&writer->out, PROFILE_DEFAULT_SAMPLE_TYPE, index_of(writer, "cpu"));
}

/* A label whose text is the name of a frame. */
static void write_label(struct writer *writer, uint64_t key, uint32_t id)
{
	uint64_t *index = &writer->of_frame[id];

	if (!*index)
		*index = index_of(writer, frames_get(&writer->profile->frames, id)->name);
	protobuf_number(&writer->inner, 1, key);
	protobuf_number(&writer->inner, 2, *index);
	protobuf_message(&writer->part, 3, &writer->inner);
}

/* Locations are the frames of the tree, numbered from 1; leaf first. */
static int write_sample(struct writer *writer, uint64_t samples)
{
	uint64_t values[] = {samples, samples * writer->profile->facts.period_ns};
	int64_t process = -1, thread = -1;

	writer->stack.count = 0;
	for (size_t i = writer->path.count; i-- > 0;) {
		uint32_t id = writer->path.items[i];
		enum frame_kind kind = frames_get(&writer->profile->frames, id)->kind;
		process = kind == FRAME_PROCESS ? id : process;
		thread = kind == FRAME_THREAD ? id : thread;
		if (kind != FRAME_THREAD && vec_push(&writer->stack, (uint64_t)id + 1))
			return -ENOMEM;
	}
	protobuf_numbers(&writer->part, 1, writer->stack.items, writer->stack.count);
	protobuf_numbers(&writer->part, 2, values, sizeof(values) / sizeof(*values));
	if (process >= 0)
		write_label(writer, writer->process_key, (uint32_t)process);
	if (thread >= 0)
		write_label(writer, writer->thread_key, (uint32_t)thread);
	protobuf_message(&writer->out, PROFILE_SAMPLE, &writer->part);
	return flush(writer, FLUSH_BYTES);
}

static int write_samples(struct writer *writer)
{
	const struct profile_node *nodes = writer->tree->nodes.items;
	struct tree_walk walk = {0};
	int err;

	writer->process_key = index_of(writer, "process");
	writer->thread_key = index_of(writer, "thread");
	err = nodes[PROFILE_ROOT].self ? write_sample(writer, nodes[PROFILE_ROOT].self) : 0;
	while (!err && tree_walk_next(writer->tree, &walk)) {
		const struct profile_node *node = &nodes[walk.node];
		if (walk.leaving) {
			writer->path.count--;
			continue;
		}
		err = vec_push(&writer->path, node->frame);
		if (!err && node->self)
			err = write_sample(writer, node->self);
	}
	return err;
}

/* What the function's code lies in, when that is told. */
static const char *mapping_name(const struct frame *frame)
{
	switch (frame->kind) {
	case FRAME_KERNEL:
		return "[kernel]";
	case FRAME_JIT:
		return "[jit]";
	case FRAME_NATIVE:
	case FRAME_INLINED:
		return *frame->file ? frame->file : "[native]";
	default:
		return NULL;
	}
}

/* A mapping that pprof has nothing to look up in: all names are there. Text 0 is "". */
static void write_mapping(struct writer *writer, uint64_t id, const char *name)
{
	protobuf_number(&writer->part, 1, id);
	protobuf_number(&writer->part, 5, index_of(writer, name));
	for (uint32_t has = 7; has <= 10; has++) /* functions, file names, lines, inlined */
		protobuf_number(&writer->part, has, 1);
	protobuf_message(&writer->out, PROFILE_MAPPING, &writer->part);
}

/* The first mapping is what pprof calls the profile by. */
static uint64_t map_frame(struct writer *writer, struct map64 *mappings, const struct frame *frame)
{
	const char *name = mapping_name(frame);
	uint64_t id = 1;

	if (!name)
		return id;
	if (map64_get(mappings, index_of(writer, name), &id))
		return id;
	id = mappings->count + 2;
	if (map64_put(mappings, index_of(writer, name), id))
		writer->out.err = -ENOMEM;
	write_mapping(writer, id, name);
	return id;
}

/* The mapping first: to write it takes the same message. */
static void write_location(struct writer *writer, struct map64 *mappings, uint32_t id)
{
	const struct frame *frame = frames_get(&writer->profile->frames, id);
	uint64_t mapping = map_frame(writer, mappings, frame);

	protobuf_number(&writer->inner, 1, (uint64_t)writer->table.of_frame[id] + 1);
	protobuf_number(&writer->inner, 2, frame_title_line(frame));
	protobuf_number(&writer->part, 1, (uint64_t)id + 1);
	protobuf_number(&writer->part, 2, mapping);
	protobuf_message(&writer->part, 4, &writer->inner);
	protobuf_message(&writer->out, PROFILE_LOCATION, &writer->part);
}

static int write_locations(struct writer *writer)
{
	struct map64 mappings = {0};
	int err = 0;

	write_mapping(writer, 1, writer->profile->facts.command);
	for (uint32_t i = 0; i < writer->profile->frames.list.count && !err; i++) {
		write_location(writer, &mappings, i);
		err = flush(writer, FLUSH_BYTES);
	}
	map64_done(&mappings);
	return err;
}

static int write_functions(struct writer *writer)
{
	const struct frames *functions = &writer->table.functions;
	int err = 0;

	for (size_t i = 0; i < functions->list.count && !err; i++) {
		const struct frame *frame = frames_get(functions, (uint32_t)i);
		CLEANUP(freep) char *title = frame_title(frame);
		if (!title)
			return -ENOMEM;
		protobuf_number(&writer->part, 1, i + 1);
		protobuf_number(&writer->part, 2, index_of(writer, title));
		protobuf_number(&writer->part, 4, index_of(writer, frame->file));
		protobuf_number(&writer->part, 5, frame->first_line);
		protobuf_message(&writer->out, PROFILE_FUNCTION, &writer->part);
		err = flush(writer, FLUSH_BYTES);
	}
	return err;
}

static int write_all(struct writer *writer)
{
	int err = 0;

	write_head(writer);
	err = write_samples(writer);
	err = err ? err : write_locations(writer);
	err = err ? err : write_functions(writer);
	for (size_t i = 0; i < writer->texts.count; i++)
		protobuf_text(&writer->out, PROFILE_STRING, writer->texts.items[i]);
	err = err ? err : flush(writer, 0);
	return err ? err : gzip_finish(&writer->gzip);
}

int pprof_write(const struct profile *profile, FILE *stream)
{
	CLEANUP(writer_done)
	struct writer writer = {
		.profile = profile,
		.tree = line_tree_of(profile),
	};
	int err = gzip_open(&writer.gzip, stream);

	writer.of_frame = calloc(profile->frames.list.count + 1, sizeof(*writer.of_frame));
	err = writer.of_frame ? err : -ENOMEM;
	err = err ? err : line_tree_init(&writer.table, &profile->frames);
	return err ? err : write_all(&writer);
}
