// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * The Firefox profiler's processed profile, format version 60 (firefox-devtools/profiler,
 * docs-developer/CHANGELOG-formats.md): the first in which all threads share their tables, so that
 * a stack is a node of the tree and a function a frame of ours. Later profilers read it too. Times
 * are milliseconds.
 */
#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "output/frame_title.h"
#include "output/output.h"
#include "output/palette.h"
#include "output/timeline.h"

enum {
	FORMAT_VERSION = 60
};

/* A column of a table: the number in row i, or NOTHING. */
typedef int64_t column_fn(const struct profile *profile, size_t i);

enum {
	NOTHING = -2 /* -1 means something there */
};

static int64_t nothing(const struct profile *profile, size_t i)
{
	(void)profile;
	(void)i;
	return NOTHING;
}

static int64_t zero(const struct profile *profile, size_t i)
{
	(void)profile;
	(void)i;
	return 0;
}

static int64_t minus_one(const struct profile *profile, size_t i)
{
	(void)profile;
	(void)i;
	return -1;
}

static int64_t same(const struct profile *profile, size_t i)
{
	(void)profile;
	return (int64_t)i;
}

/* Row i of the stacks is node i + 1. */
static int64_t prefix(const struct profile *profile, size_t i)
{
	uint32_t parent = profile->nodes.items[i + 1].parent;

	return parent == PROFILE_ROOT ? NOTHING : (int64_t)parent - 1;
}

static int64_t node_frame(const struct profile *profile, size_t i)
{
	return profile->nodes.items[i + 1].frame;
}

static int64_t category(const struct profile *profile, size_t i)
{
	return palette_of(frames_get(&profile->frames, (uint32_t)i));
}

static int64_t line(const struct profile *profile, size_t i)
{
	uint32_t number = frame_title_line(frames_get(&profile->frames, (uint32_t)i));

	return number ? (int64_t)number : NOTHING;
}

/* Row i of the sources is the file of frame i. */
static int64_t source(const struct profile *profile, size_t i)
{
	return *frames_get(&profile->frames, (uint32_t)i)->file ? (int64_t)i : NOTHING;
}

static int64_t file_text(const struct profile *profile, size_t i)
{
	return (int64_t)(profile->frames.list.count + i);
}

struct column {
	const char *name;
	column_fn *number;
};

static void write_columns(struct json *json, const struct profile *profile, size_t rows,
			  const struct column *columns)
{
	json_put_integer(json, "length", (int64_t)rows);
	for (; columns->name; columns++) {
		json_key(json, columns->name);
		json_begin_array(json);
		for (size_t i = 0; i < rows; i++) {
			int64_t number = columns->number(profile, i);
			if (number == NOTHING)
				json_text(json, NULL);
			else
				json_integer(json, number);
		}
		json_end_array(json);
	}
}

static void write_table(struct json *json, const char *name, const struct profile *profile,
			size_t rows, const struct column *columns)
{
	json_key(json, name);
	json_begin_object(json);
	write_columns(json, profile, rows, columns);
	json_end_object(json);
}

/* The titles of all frames, then their files. */
static int write_texts(struct json *json, const struct profile *profile)
{
	const struct frames *frames = &profile->frames;

	json_key(json, "stringArray");
	json_begin_array(json);
	for (size_t i = 0; i < frames->list.count; i++) {
		CLEANUP(freep) char *title = frame_title(frames_get(frames, (uint32_t)i));
		if (!title)
			return -ENOMEM;
		json_text(json, title);
	}
	for (size_t i = 0; i < frames->list.count; i++)
		json_text(json, frames_get(frames, (uint32_t)i)->file);
	json_end_array(json);
	return 0;
}

static int write_shared(struct json *json, const struct profile *profile)
{
	static const struct column stacks[] = {{"frame", node_frame}, {"prefix", prefix}, {0}};
	static const struct column frames[] = {
		{"address", minus_one},	 {"inlineDepth", zero},
		{"category", category},	 {"subcategory", zero},
		{"func", same},		 {"nativeSymbol", nothing},
		{"innerWindowID", zero}, {"line", line},
		{"column", nothing},	 {0},
	};
	static const struct column functions[] = {
		{"name", same},
		{"isJS", zero},
		{"relevantForJS", zero},
		{"resource", minus_one},
		{"source", source},
		{"lineNumber", line},
		{"columnNumber", nothing},
		{0},
	};
	static const struct column resources[] = {
		{"type", zero}, {"lib", zero}, {"name", zero}, {"host", zero}, {0},
	};
	static const struct column symbols[] = {
		{"libIndex", zero}, {"address", zero}, {"name", zero}, {"functionSize", zero}, {0},
	};
	static const struct column sources[] = {{"id", nothing}, {"filename", file_text}, {0}};
	size_t count = profile->frames.list.count;

	json_key(json, "shared");
	json_begin_object(json);
	write_table(json, "stackTable", profile, profile->nodes.count - 1, stacks);
	write_table(json, "frameTable", profile, count, frames);
	write_table(json, "funcTable", profile, count, functions);
	write_table(json, "resourceTable", profile, 0, resources);
	write_table(json, "nativeSymbols", profile, 0, symbols);
	write_table(json, "sources", profile, count, sources);
	int err = write_texts(json, profile);
	json_end_object(json);
	return err;
}

static void write_categories(struct json *json)
{
	static const char *const colors[PALETTES] = {
		[PALETTE_ALL] = "grey",	       [PALETTE_PROCESS] = "grey",
		[PALETTE_THREAD] = "grey",     [PALETTE_PROJECT] = "blue",
		[PALETTE_SITE] = "green",      [PALETTE_STDLIB] = "lightblue",
		[PALETTE_NATIVE] = "orange",   [PALETTE_BUILTIN] = "yellow",
		[PALETTE_JIT] = "purple",      [PALETTE_KERNEL] = "brown",
		[PALETTE_GAP] = "transparent", [PALETTE_MARKER] = "magenta",
	};

	json_key(json, "categories");
	json_begin_array(json);
	for (int i = 0; i < PALETTES; i++) {
		json_begin_object(json);
		json_put_text(json, "name", palette_meaning((enum palette)i));
		json_put_text(json, "color", colors[i]);
		json_key(json, "subcategories");
		json_begin_array(json);
		json_text(json, "Other");
		json_end_array(json);
		json_end_object(json);
	}
	json_end_array(json);
}

static void write_meta(struct json *json, const struct profile_facts *facts)
{
	json_key(json, "meta");
	json_begin_object(json);
	json_put_integer(json, "preprocessedProfileVersion", FORMAT_VERSION);
	json_put_integer(json, "version", 31);
	json_put_number(json, "interval", (double)facts->period_ns / 1e6, 6);
	json_put_integer(json, "startTime", (int64_t)((uint64_t)facts->start_unix_s * 1000));
	json_put_integer(json, "processType", 0);
	json_put_text(json, "product", facts->command ? facts->command : "");
	json_put_text(json, "importedFrom", "ltsbpf " LTSBPF_VERSION);
	json_put_integer(json, "stackwalk", 1);
	json_put_bool(json, "symbolicated", true);
	json_key(json, "markerSchema");
	json_begin_array(json);
	json_end_array(json);
	write_categories(json);
	json_end_object(json);
}

static void write_no_markers(struct json *json)
{
	static const struct column none[] = {
		{"data", zero},
		{"name", zero},
		{"startTime", zero},
		{"endTime", zero},
		{"phase", zero},
		{"category", zero},
		{0},
	};

	write_table(json, "markers", NULL, 0, none);
}

static void begin_column(struct json *json, const char *name)
{
	json_key(json, name);
	json_begin_array(json);
}

static void write_samples(struct json *json, const struct profile *profile, const uint32_t *indexes,
			  size_t count)
{
	const struct profile_sample *samples = profile->samples.items;

	json_key(json, "samples");
	json_begin_object(json);
	json_put_integer(json, "length", (int64_t)count);
	json_put_text(json, "weightType", "samples");
	begin_column(json, "stack");
	for (size_t i = 0; i < count; i++)
		if (samples[indexes[i]].node == PROFILE_ROOT)
			json_text(json, NULL);
		else
			json_integer(json, (int64_t)samples[indexes[i]].node - 1);
	json_end_array(json);
	begin_column(json, "time");
	for (size_t i = 0; i < count; i++)
		json_number(json, (double)samples[indexes[i]].time_ns / 1e6, 6);
	json_end_array(json);
	begin_column(json, "weight");
	for (size_t i = 0; i < count; i++)
		json_integer(json, samples[indexes[i]].weight);
	json_end_array(json);
	json_end_object(json);
}

static void write_thread(struct json *json, const struct profile *profile,
			 const struct profile_thread *thread, const uint32_t *samples, size_t count)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%u", thread->pid);
	json_begin_object(json);
	json_put_text(json, "name", thread->name);
	json_put_text(json, "processName", thread->process);
	json_put_text(json, "processType", "default");
	json_put_bool(json, "isMainThread", thread->pid == thread->tid);
	json_put_text(json, "pid", pid);
	json_put_integer(json, "tid", thread->tid);
	json_put_integer(json, "registerTime", 0);
	json_put_text(json, "unregisterTime", NULL);
	json_put_integer(json, "processStartupTime", 0);
	json_put_text(json, "processShutdownTime", NULL);
	json_key(json, "pausedRanges");
	json_begin_array(json);
	json_end_array(json);
	write_samples(json, profile, samples, count);
	write_no_markers(json);
	json_end_object(json);
}

/* The profiler refuses a profile without threads: then there is one without samples. */
static int write_threads(struct json *json, const struct profile *profile)
{
	CLEANUP(timeline_done) struct timeline timeline = {0};
	static const struct profile_thread none = {.name = "no samples", .process = "no samples"};
	int err = timeline_init(&timeline, profile);

	json_key(json, "threads");
	json_begin_array(json);
	for (uint32_t i = 0; i < profile->threads.count && !err; i++) {
		size_t count;
		const uint32_t *samples = timeline_samples(&timeline, i, &count);
		write_thread(json, profile, &profile->threads.items[i], samples, count);
	}
	if (!profile->threads.count)
		write_thread(json, profile, &none, NULL, 0);
	json_end_array(json);
	return err;
}

int firefox_write(const struct profile *profile, FILE *stream)
{
	struct json json;

	json_open(&json, stream, false);
	json_begin_object(&json);
	write_meta(&json, &profile->facts);
	json_key(&json, "libs");
	json_begin_array(&json);
	json_end_array(&json);
	int err = write_shared(&json, profile);
	err = err ? err : write_threads(&json, profile);
	json_end_object(&json);
	int closed = json_close(&json);
	return err ? err : closed;
}
