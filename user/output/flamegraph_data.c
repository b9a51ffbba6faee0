// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/flamegraph_data.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "output/flamegraph_layout.h"
#include "output/largest_first.h"
#include "output/palette.h"
#include "output/xml.h"

/* What things take in the file (measured), the name of a function not counted. */
enum {
	BYTES_PER_NODE = 11,
	BYTES_PER_FRAME = 10,
	BYTES_PER_FUNCTION = 36,
	NO_ROOM = -1 /* in place of a frame */
};

struct data {
	const struct profile *profile, *tree; /* tree: its nodes; frames are the profile's */
	struct frames functions;	      /* frames without their lines */
	VEC(uint32_t) frames;		      /* function and line by number */
	struct map64 numbers;		      /* id of a frame -> number */
	bool *kept;			      /* by node */
};

static void data_done(struct data *data)
{
	frames_done(&data->functions);
	vec_done(&data->frames);
	map64_done(&data->numbers);
	free(data->kept);
}

/* "name (tid)" of a thread that is not the first one of its process, whose id is the process's. */
static bool is_later_thread(const struct profile *profile, const struct frame *frame)
{
	const char *id = frame->kind == FRAME_THREAD ? strrchr(frame->name, '(') : NULL;

	for (size_t i = 0; id && i < profile->processes.count; i++)
		if (strtoul(id + 1, NULL, 10) == profile->processes.items[i].pid)
			return false;
	return id;
}

/* Gives the frame a number; returns the bytes that its first appearance takes, or -ENOMEM. */
static int64_t enter_frame(struct data *data, uint32_t id)
{
	struct frame function = *frames_get(&data->profile->frames, id);
	size_t known = data->functions.list.count;
	uint32_t line = is_later_thread(data->profile, &function) ? 1 : function.line;
	uint64_t number;

	if (map64_get(&data->numbers, id, &number))
		return 0;
	function.line = 0;
	int64_t index = frames_intern(&data->functions, &function);
	if (index < 0 || map64_put(&data->numbers, id, data->frames.count / 2) ||
	    vec_push(&data->frames, (uint32_t)index) || vec_push(&data->frames, line))
		return -ENOMEM;
	if (known == data->functions.list.count)
		return BYTES_PER_FRAME;
	return (int64_t)(BYTES_PER_FRAME + BYTES_PER_FUNCTION +
			 strnlen(function.name, FLAMEGRAPH_LABEL) +
			 strnlen(function.file, FLAMEGRAPH_LABEL));
}

/* Keeps as many of the largest nodes as there is room for. */
static int choose(struct data *data)
{
	CLEANUP(largest_first_done) struct largest_first walk = {.tree = data->tree};
	uint32_t node = PROFILE_ROOT;
	int64_t bytes = 0;

	do {
		data->kept[node] = true;
		if (largest_first_enter(&walk, node))
			return -ENOMEM;
		node = largest_first_next(&walk);
		if (!node)
			return 0;
		int64_t more = enter_frame(data, data->tree->nodes.items[node].frame);
		if (more < 0)
			return -ENOMEM;
		bytes += BYTES_PER_NODE + more;
	} while (bytes < FLAMEGRAPH_DATA_BYTES);
	return 0;
}

/* Samples of callees that are not kept. */
static uint64_t left_out(const struct data *data, uint32_t node)
{
	const struct profile_node *nodes = data->tree->nodes.items;
	uint64_t samples = 0;

	for (node = nodes[node].first_child; node; node = nodes[node].next_sibling)
		if (!data->kept[node])
			samples += nodes[node].total;
	return samples;
}

/* The node after `node`, a caller before its callees; 0 at the end. */
static uint32_t next_node(const struct profile *tree, uint32_t node, bool into, uint32_t *depth)
{
	const struct profile_node *nodes = tree->nodes.items;

	if (into && nodes[node].first_child) {
		++*depth;
		return nodes[node].first_child;
	}
	while (node != PROFILE_ROOT && !nodes[node].next_sibling) {
		node = nodes[node].parent;
		--*depth;
	}
	return node == PROFILE_ROOT ? 0 : nodes[node].next_sibling;
}

static void write_node(struct json *json, uint32_t depth, int64_t frame, uint64_t self)
{
	json_integer(json, depth);
	json_integer(json, frame);
	json_integer(json, (int64_t)self);
}

static void write_rest(const struct data *data, uint32_t node, uint32_t depth, struct json *json)
{
	uint64_t samples = left_out(data, node);

	if (samples)
		write_node(json, depth + 1, NO_ROOM, samples);
}

static void write_nodes(const struct data *data, struct json *json)
{
	uint32_t node = PROFILE_ROOT, depth = 0;
	bool kept = true;

	json_key(json, "nodes");
	json_begin_array(json);
	write_rest(data, PROFILE_ROOT, 0, json);
	while ((node = next_node(data->tree, node, kept, &depth))) {
		const struct profile_node *item = &data->tree->nodes.items[node];
		uint64_t number = 0;
		kept = data->kept[node];
		if (!kept)
			continue;
		map64_get(&data->numbers, item->frame, &number);
		write_node(json, depth, (int64_t)number, item->self);
		write_rest(data, node, depth, json);
	}
	json_end_array(json);
}

/* Ends the text after FLAMEGRAPH_LABEL characters. */
static void cut(char *text)
{
	const char *at = text;

	for (int i = 0; i < FLAMEGRAPH_LABEL && *at; i++)
		text_next(&at);
	text[at - text] = '\0';
}

static int write_functions(const struct data *data, struct json *json)
{
	json_key(json, "functions");
	json_begin_array(json);
	for (size_t i = 0; i < data->functions.list.count; i++) {
		const struct frame *frame = frames_get(&data->functions, (uint32_t)i);
		CLEANUP(freep) char *label = frame_label(frame);
		CLEANUP(freep) char *text = label ? text_printable(label, "") : NULL;
		char classes[PALETTE_CLASSES];
		if (!text)
			return -ENOMEM;
		cut(text);
		palette_classes(frame, classes);
		json_text(json, classes);
		json_text(json, text);
	}
	json_end_array(json);
	return 0;
}

static int write_json(const struct data *data, FILE *stream)
{
	const struct profile_facts *facts = &data->profile->facts;
	struct json json;

	json_open(&json, stream, false);
	json_begin_object(&json);
	json_put_number(&json, "period", (double)facts->period_ns / 1e9, 9);
	json_put_bool(&json, "detail", data->tree != data->profile);
	json_put_bool(&json, "threads", facts->by_thread);
	json_put_bool(&json, "lines", facts->by_line);
	write_nodes(data, &json);
	json_key(&json, "frames");
	json_begin_array(&json);
	for (size_t i = 0; i < data->frames.count; i++)
		json_integer(&json, data->frames.items[i]);
	json_end_array(&json);
	int err = write_functions(data, &json);
	json_end_object(&json);
	int closed = json_close(&json);
	return err ? err : closed;
}

int flamegraph_data_write(const struct profile *profile, FILE *stream)
{
	const struct profile *tree = profile->detail ? profile->detail : profile;
	CLEANUP(data_done) struct data data = {.profile = profile, .tree = tree};
	CLEANUP(freep) char *text = NULL;
	size_t size;

	data.kept = calloc(tree->nodes.count, sizeof(*data.kept));
	if (!data.kept || choose(&data))
		return -ENOMEM;
	FILE *memory = open_memstream(&text, &size);
	if (!memory)
		return -ENOMEM;
	int err = write_json(&data, memory);
	if (fclose(memory) || err)
		return -ENOMEM;
	fputs("<metadata id=\"data\">", stream);
	xml_write(stream, text);
	fputs("</metadata>\n", stream);
	return 0;
}
