// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * speedscope's own format (speedscope 1.25.0, dist/release/file-format-schema.json): the tree as
 * a sampled profile, whose weights are exact, and each thread as an evented one in the order of
 * time. Values are nanoseconds.
 */
#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "output/frame_title.h"
#include "output/output.h"
#include "output/timeline.h"

struct writer {
	const struct profile *profile;
	struct json json;
};

static int write_frame(struct json *json, const struct frame *frame)
{
	CLEANUP(freep) char *title = frame_title(frame);

	if (!title)
		return -ENOMEM;
	json_begin_object(json);
	json_put_text(json, "name", title);
	if (*frame->file)
		json_put_text(json, "file", frame->file);
	if (frame_title_line(frame))
		json_put_integer(json, "line", frame_title_line(frame));
	json_end_object(json);
	return 0;
}

static int write_frames(struct writer *writer)
{
	const struct frames *frames = &writer->profile->frames;
	int err = 0;

	json_key(&writer->json, "shared");
	json_begin_object(&writer->json);
	json_key(&writer->json, "frames");
	json_begin_array(&writer->json);
	for (size_t i = 0; i < frames->list.count && !err; i++)
		err = write_frame(&writer->json, frames_get(frames, (uint32_t)i));
	json_end_array(&writer->json);
	json_end_object(&writer->json);
	return err;
}

static void write_head(struct json *json, const char *type, const char *name, uint64_t end_ns)
{
	json_put_text(json, "type", type);
	json_put_text(json, "name", name);
	json_put_text(json, "unit", "nanoseconds");
	json_put_integer(json, "startValue", 0);
	json_put_integer(json, "endValue", (int64_t)end_ns);
}

/* Root first. */
static int write_stack(struct writer *writer, uint32_t node)
{
	const struct profile_node *nodes = writer->profile->nodes.items;
	VEC(uint32_t) stack = {0};
	int err = 0;

	for (; node != PROFILE_ROOT && !err; node = nodes[node].parent)
		err = vec_push(&stack, nodes[node].frame);
	json_begin_array(&writer->json);
	while (stack.count)
		json_integer(&writer->json, stack.items[--stack.count]);
	json_end_array(&writer->json);
	vec_done(&stack);
	return err;
}

static int write_tree(struct writer *writer)
{
	const struct profile *profile = writer->profile;
	struct json *json = &writer->json;
	uint64_t period = profile->facts.period_ns;
	int err = 0;

	json_begin_object(json);
	write_head(json, "sampled", "all", profile_total(profile) * period);
	json_key(json, "samples");
	json_begin_array(json);
	for (size_t i = 0; i < profile->nodes.count && !err; i++)
		if (profile->nodes.items[i].self)
			err = write_stack(writer, (uint32_t)i);
	json_end_array(json);
	json_key(json, "weights");
	json_begin_array(json);
	for (size_t i = 0; i < profile->nodes.count; i++)
		if (profile->nodes.items[i].self)
			json_integer(json, (int64_t)(profile->nodes.items[i].self * period));
	json_end_array(json);
	json_end_object(json);
	return err;
}

static void write_event(struct writer *writer, const char *type, uint32_t node, uint64_t at_ns)
{
	json_begin_object(&writer->json);
	json_put_text(&writer->json, "type", type);
	json_put_integer(&writer->json, "at", (int64_t)at_ns);
	json_put_integer(&writer->json, "frame", writer->profile->nodes.items[node].frame);
	json_end_object(&writer->json);
}

static void on_begin(void *writer, uint32_t node, uint64_t at_ns)
{
	write_event(writer, "O", node, at_ns);
}

static void on_end(void *writer, uint32_t node, uint64_t since_ns, uint64_t at_ns)
{
	(void)since_ns;
	write_event(writer, "C", node, at_ns);
}

static int write_thread(struct writer *writer, const struct timeline *timeline, uint32_t index)
{
	const struct profile_thread *thread = &writer->profile->threads.items[index];
	CLEANUP(freep) char *name = NULL;
	size_t count;
	const uint32_t *samples = timeline_samples(timeline, index, &count);
	uint64_t end = count ? writer->profile->samples.items[samples[count - 1]].time_ns : 0;

	if (asprintf(&name, "%s (%u), thread %s (%u)", thread->process, thread->pid, thread->name,
		     thread->tid) < 0) {
		name = NULL;
		return -ENOMEM;
	}
	json_begin_object(&writer->json);
	write_head(&writer->json, "evented", name, end);
	json_key(&writer->json, "events");
	json_begin_array(&writer->json);
	int err = timeline_walk(timeline, index,
				&(struct timeline_listener){on_begin, on_end, writer});
	json_end_array(&writer->json);
	json_end_object(&writer->json);
	return err;
}

static int write_profiles(struct writer *writer)
{
	CLEANUP(timeline_done) struct timeline timeline = {0};
	int err = timeline_init(&timeline, writer->profile);

	json_key(&writer->json, "profiles");
	json_begin_array(&writer->json);
	err = err ? err : write_tree(writer);
	for (uint32_t i = 0; i < writer->profile->threads.count && !err; i++)
		err = write_thread(writer, &timeline, i);
	json_end_array(&writer->json);
	return err;
}

int speedscope_write(const struct profile *profile, FILE *stream)
{
	struct writer writer = {.profile = profile};
	struct json *json = &writer.json;

	json_open(json, stream, false);
	json_begin_object(json);
	json_put_text(json, "$schema", "https://www.speedscope.app/file-format-schema.json");
	json_put_text(json, "exporter", "ltsbpf " LTSBPF_VERSION);
	json_put_text(json, "name", profile->facts.command ? profile->facts.command : "");
	json_put_integer(json, "activeProfileIndex", 0);
	int err = write_frames(&writer);
	err = err ? err : write_profiles(&writer);
	json_end_object(json);
	int closed = json_close(json);
	return err ? err : closed;
}
