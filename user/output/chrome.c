// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * Trace events for Perfetto and chrome://tracing ("Trace Event Format", the JSON object form):
 * a complete event ("X") for each time that a frame was seen without a break, the names of
 * processes and threads as metadata ("M"). Times are microseconds.
 */
#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "output/frame_title.h"
#include "output/output.h"
#include "output/palette.h"
#include "output/timeline.h"

struct writer {
	const struct profile *profile;
	const struct profile_thread *thread;
	struct json json;
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
	(void)context;
	(void)node;
	(void)at_ns;
}

/* Processes and threads are no frames here: each event has their numbers. */
static void on_end(void *context, uint32_t node, uint64_t since_ns, uint64_t at_ns)
{
	struct writer *writer = context;
	const struct profile *profile = writer->profile;
	const struct frame *frame = frames_get(&profile->frames, profile->nodes.items[node].frame);
	CLEANUP(freep) char *title = NULL;

	if (writer->err || frame->kind == FRAME_PROCESS || frame->kind == FRAME_THREAD)
		return;
	title = frame_title(frame);
	if (!title) {
		writer->err = -ENOMEM;
		return;
	}
	json_begin_object(&writer->json);
	json_put_text(&writer->json, "ph", "X");
	json_put_text(&writer->json, "name", title);
	json_put_text(&writer->json, "cat", palette_meaning(palette_of(frame)));
	json_put_number(&writer->json, "ts", (double)since_ns / 1e3, 3);
	json_put_number(&writer->json, "dur", (double)(at_ns - since_ns) / 1e3, 3);
	put_ids(&writer->json, writer->thread);
	write_place(&writer->json, frame);
	json_end_object(&writer->json);
}

static int write_threads(struct writer *writer)
{
	CLEANUP(timeline_done) struct timeline timeline = {0};
	const struct timeline_listener listener = {on_begin, on_end, writer};
	int err = timeline_init(&timeline, writer->profile);

	for (uint32_t i = 0; i < writer->profile->threads.count && !err; i++) {
		writer->thread = &writer->profile->threads.items[i];
		write_name(&writer->json, "process_name", writer->thread, writer->thread->process);
		write_name(&writer->json, "thread_name", writer->thread, writer->thread->name);
		err = timeline_walk(&timeline, i, &listener);
		err = err ? err : writer->err;
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
	json_end_array(json);
	json_end_object(json);
	int closed = json_close(json);
	return err ? err : closed;
}
