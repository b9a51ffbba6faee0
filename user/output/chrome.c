// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * Trace events for Perfetto and chrome://tracing ("Trace Event Format", the JSON object form):
 * a complete event ("X") for each time that a frame was seen without a break, the names of
 * processes and threads as metadata ("M"). Times are microseconds, whole ones: readers add them up
 * as floating point numbers and compare. Of two events with the same times the first is the outer
 * one, so they stand as they begin.
 */
#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "output/frame_title.h"
#include "output/output.h"
#include "output/palette.h"
#include "output/timeline.h"

struct span {
	uint32_t node;
	uint64_t since_ns, until_ns;
};

struct writer {
	const struct profile *profile;
	const struct profile_thread *thread;
	struct json json;
	VEC(struct span) spans; /* of the thread, as they begin */
	VEC(size_t) open;
	int err;
};

static void put_ids(struct json *json, const struct profile_thread *thread)
{
	json_put_integer(json, "pid", thread->pid);
	json_put_integer(json, "tid", thread->tid);
}

static void write_name(struct json *json, const char *what, const struct profile_thread *thread,
		       const char *name)
{
	json_begin_object(json);
	json_put_text(json, "ph", "M");
	json_put_text(json, "name", what);
	put_ids(json, thread);
	json_key(json, "args");
	json_begin_object(json);
	json_put_text(json, "name", name);
	json_end_object(json);
	json_end_object(json);
}

static void write_place(struct json *json, const struct frame *frame)
{
	if (!*frame->file)
		return;
	json_key(json, "args");
	json_begin_object(json);
	json_put_text(json, "file", frame->file);
	if (frame_title_line(frame))
		json_put_integer(json, "line", frame_title_line(frame));
	json_end_object(json);
}

static void on_begin(void *context, uint32_t node, uint64_t at_ns)
{
	struct writer *writer = context;
	struct span span = {node, at_ns, at_ns};

	if (vec_push(&writer->open, writer->spans.count) || vec_push(&writer->spans, span))
		writer->err = -ENOMEM;
}

static void on_end(void *context, uint32_t node, uint64_t since_ns, uint64_t at_ns)
{
	struct writer *writer = context;

	(void)node;
	(void)since_ns;
	if (!writer->err)
		writer->spans.items[writer->open.items[--writer->open.count]].until_ns = at_ns;
}

/* Processes and threads are no frames here: each event has their numbers. */
static int write_span(struct writer *writer, const struct span *span)
{
	const struct profile *profile = writer->profile;
	uint32_t id = profile->nodes.items[span->node].frame;
	const struct frame *frame = frames_get(&profile->frames, id);
	CLEANUP(freep) char *title = NULL;

	if (frame->kind == FRAME_PROCESS || frame->kind == FRAME_THREAD)
		return 0;
	title = frame_title(frame);
	if (!title)
		return -ENOMEM;
	json_begin_object(&writer->json);
	json_put_text(&writer->json, "ph", "X");
	json_put_text(&writer->json, "name", title);
	json_put_text(&writer->json, "cat", palette_meaning(palette_of(frame)));
	json_put_integer(&writer->json, "ts", (int64_t)(span->since_ns / 1000));
	json_put_integer(&writer->json, "dur",
			 (int64_t)(span->until_ns / 1000 - span->since_ns / 1000));
	put_ids(&writer->json, writer->thread);
	write_place(&writer->json, frame);
	json_end_object(&writer->json);
	return 0;
}

static int write_spans(struct writer *writer, const struct timeline *timeline, uint32_t thread)
{
	int err;

	writer->spans.count = 0;
	err = timeline_walk(timeline, thread,
			    &(struct timeline_listener){on_begin, on_end, writer});
	err = err ? err : writer->err;
	for (size_t i = 0; i < writer->spans.count && !err; i++)
		err = write_span(writer, &writer->spans.items[i]);
	return err;
}

static int write_threads(struct writer *writer)
{
	CLEANUP(timeline_done) struct timeline timeline = {0};
	int err = timeline_init(&timeline, writer->profile);

	for (uint32_t i = 0; i < writer->profile->threads.count && !err; i++) {
		writer->thread = &writer->profile->threads.items[i];
		write_name(&writer->json, "process_name", writer->thread, writer->thread->process);
		write_name(&writer->json, "thread_name", writer->thread, writer->thread->name);
		err = write_spans(writer, &timeline, i);
	}
	return err;
}

int chrome_write(const struct profile *profile, FILE *stream)
{
	struct writer writer = {.profile = profile};
	struct json *json = &writer.json;

	json_open(json, stream, false);
	json_begin_object(json);
	json_put_text(json, "displayTimeUnit", "ms");
	json_key(json, "otherData");
	json_begin_object(json);
	json_put_text(json, "command", profile->facts.command ? profile->facts.command : "");
	json_put_text(json, "version", "ltsbpf " LTSBPF_VERSION);
	json_end_object(json);
	json_key(json, "traceEvents");
	json_begin_array(json);
	int err = write_threads(&writer);
	vec_done(&writer.spans);
	vec_done(&writer.open);
	json_end_array(json);
	json_end_object(json);
	int closed = json_close(json);
	return err ? err : closed;
}
