// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * The format of Callgrind (Valgrind 3.19, "Callgrind Format Specification"), for KCachegrind and
 * callgrind_annotate. Costs are samples and nanoseconds, by line. Numbers in parentheses stand
 * for names, so that a name is never taken for one. The count of a call is that of its samples;
 * what a function calls in its own recursion counts once per stack.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/text.h"
#include "output/frame_title.h"
#include "output/line_tree.h"
#include "output/output.h"

struct call {
	uint32_t callee; /* a function */
	uint32_t next;	 /* of the same frame; index + 1; 0 = none */
	uint64_t samples;
};

/* By frame of the tree: a function at a line. */
struct place {
	uint64_t self;
	uint32_t first_call; /* index + 1 */
	uint32_t next;	     /* of the same function; frame + 1; 0 = none */
};

struct writer {
	const struct profile *profile, *tree;
	FILE *stream;
	struct line_tree table;
	struct place *places;
	uint32_t *first_place; /* by function: frame + 1 */
	VEC(struct call) calls;
	struct map64 of_pair; /* frame << 32 | callee -> index of a call */
};

static void writer_done(struct writer *writer)
{
	line_tree_done(&writer->table);
	free(writer->places);
	free(writer->first_place);
	vec_done(&writer->calls);
	map64_done(&writer->of_pair);
}

/* True when the same call is further out in the stack: its samples then are counted there. */
static bool is_inner(const struct writer *writer, uint32_t index)
{
	const struct profile_node *nodes = writer->tree->nodes.items;
	uint32_t caller = nodes[nodes[index].parent].frame;
	uint32_t callee = writer->table.of_frame[nodes[index].frame];

	for (uint32_t i = nodes[index].parent; nodes[i].parent != PROFILE_ROOT; i = nodes[i].parent)
		if (nodes[nodes[i].parent].frame == caller &&
		    writer->table.of_frame[nodes[i].frame] == callee)
			return true;
	return false;
}

static int add_call(struct writer *writer, uint32_t index)
{
	const struct profile_node *nodes = writer->tree->nodes.items;
	uint32_t frame = nodes[nodes[index].parent].frame;
	uint32_t callee = writer->table.of_frame[nodes[index].frame];
	uint64_t call = writer->calls.count, pair = (uint64_t)frame << 32 | callee;

	if (is_inner(writer, index))
		return 0;
	if (!map64_get(&writer->of_pair, pair, &call)) {
		struct call new = {.callee = callee, .next = writer->places[frame].first_call};
		if (vec_push(&writer->calls, new) || map64_put(&writer->of_pair, pair, call))
			return -ENOMEM;
		writer->places[frame].first_call = (uint32_t)call + 1;
	}
	writer->calls.items[call].samples += nodes[index].total;
	return 0;
}

static int add_nodes(struct writer *writer)
{
	const struct profile_node *nodes = writer->tree->nodes.items;
	int err = 0;

	for (uint32_t i = 1; i < writer->tree->nodes.count && !err; i++) {
		writer->places[nodes[i].frame].self += nodes[i].self;
		if (nodes[i].parent != PROFILE_ROOT)
			err = add_call(writer, i);
	}
	return err;
}

/* The frames of each function, in their order. */
static int add_places(struct writer *writer)
{
	size_t count = writer->profile->frames.list.count;

	writer->places = calloc(count + 1, sizeof(*writer->places));
	writer->first_place = calloc(count + 1, sizeof(*writer->first_place));
	if (!writer->places || !writer->first_place)
		return -ENOMEM;
	for (size_t i = count; i > 0; i--) {
		uint32_t *first = &writer->first_place[writer->table.of_frame[i - 1]];
		writer->places[i - 1].next = *first;
		*first = (uint32_t)i;
	}
	return 0;
}

static int write_name(FILE *stream, const char *key, uint32_t id, const char *text)
{
	CLEANUP(freep) char *name = text_printable(*text ? text : "???", "");

	if (!name)
		return -ENOMEM;
	fprintf(stream, "%s=(%u) %s\n", key, id + 1, name);
	return 0;
}

static const char *object_of(const struct frame *frame)
{
	static const char *const objects[FRAME_KINDS] = {
		[FRAME_PROCESS] = "process", [FRAME_THREAD] = "[thread]",
		[FRAME_PYTHON] = "python",   [FRAME_BUILTIN] = "[builtin]",
		[FRAME_JIT] = "jit",	     [FRAME_KERNEL] = "[kernel]",
		[FRAME_GAP] = "gap",	     [FRAME_MARKER] = "[marker]",
	};

	return objects[frame->kind] ? objects[frame->kind] : frame->file;
}

/* Functions of one file and name would be one in all readers: Python's have their line too. */
static int write_function_name(struct writer *writer, const char *key, uint32_t id)
{
	const struct frame *frame = frames_get(&writer->table.functions, id);
	CLEANUP(freep) char *title = frame_title(frame);
	CLEANUP(freep) char *name = NULL;

	if (!title)
		return -ENOMEM;
	if (frame->kind != FRAME_PYTHON)
		return write_name(writer->stream, key, id, title);
	if (asprintf(&name, "%s:%u", title, frame->first_line) < 0) {
		name = NULL;
		return -ENOMEM;
	}
	return write_name(writer->stream, key, id, name);
}

static int write_function(struct writer *writer, const char *const keys[3], uint32_t id)
{
	const struct frame *frame = frames_get(&writer->table.functions, id);
	int err = write_name(writer->stream, keys[0], id, object_of(frame));

	err = err ? err : write_name(writer->stream, keys[1], id, frame->file);
	return err ? err : write_function_name(writer, keys[2], id);
}

static void write_cost(struct writer *writer, uint32_t line, uint64_t samples)
{
	fprintf(writer->stream, "%u %" PRIu64 " %" PRIu64 "\n", line, samples,
		samples * writer->profile->facts.period_ns);
}

static int write_place(struct writer *writer, uint32_t id)
{
	static const char *const keys[] = {"cob", "cfi", "cfn"};
	const struct place *place = &writer->places[id];
	uint32_t line = frame_title_line(frames_get(&writer->profile->frames, id));
	int err = 0;

	if (place->self)
		write_cost(writer, line, place->self);
	for (uint32_t i = place->first_call; i && !err;) {
		const struct call *call = &writer->calls.items[i - 1];
		err = write_function(writer, keys, call->callee);
		fprintf(writer->stream, "calls=%" PRIu64 " %u\n", call->samples,
			frames_get(&writer->table.functions, call->callee)->first_line);
		write_cost(writer, line, call->samples);
		i = call->next;
	}
	return err;
}

static int write_functions(struct writer *writer)
{
	static const char *const keys[] = {"ob", "fl", "fn"};
	int err = 0;

	for (uint32_t i = 0; i < writer->table.functions.list.count && !err; i++) {
		fputc('\n', writer->stream);
		err = write_function(writer, keys, i);
		for (uint32_t place = writer->first_place[i]; place && !err;) {
			err = write_place(writer, place - 1);
			place = writer->places[place - 1].next;
		}
	}
	return err;
}

static int write_head(struct writer *writer)
{
	const char *command = writer->profile->facts.command;
	CLEANUP(freep) char *printable = text_printable(command ? command : "", "");

	if (!printable)
		return -ENOMEM;
	fprintf(writer->stream,
		"# callgrind format\n"
		"version: 1\n"
		"creator: ltsbpf " LTSBPF_VERSION "\n"
		"cmd: %s\n"
		"desc: Calls: samples, not calls\n"
		"positions: line\n"
		"event: Samples : CPU samples\n"
		"event: Nanoseconds : CPU time\n"
		"events: Samples Nanoseconds\n"
		"summary: %" PRIu64 " %" PRIu64 "\n",
		printable, profile_total(writer->tree),
		profile_total(writer->tree) * writer->profile->facts.period_ns);
	return 0;
}

int callgrind_write(const struct profile *profile, FILE *stream)
{
	CLEANUP(writer_done)
	struct writer writer = {
		.profile = profile,
		.tree = line_tree_of(profile),
		.stream = stream,
	};
	int err = line_tree_init(&writer.table, &profile->frames);

	err = err ? err : add_places(&writer);
	err = err ? err : add_nodes(&writer);
	err = err ? err : write_head(&writer);
	err = err ? err : write_functions(&writer);
	if (err)
		return err;
	return file_stream_error(stream);
}
