// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * What github-action-benchmark 1.x reads with tool: 'customSmallerIsBetter' (its README.md): CPU
 * seconds in all, and the share of each hot function's own time, with its 95 % margin. Functions
 * go by name and file without folder and line, which change without the code being other code.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "output/frame_title.h"
#include "output/output.h"
#include "profile/function_costs.h"
#include "profile/function_table.h"

enum {
	HOTTEST = 10,
	FEWEST_PERCENT = 1 /* smaller shares are noise */
};

struct entry {
	const char *name;
	uint64_t samples;
};

struct entries {
	struct strings strings;
	struct map64 of_name; /* address of an interned name -> index */
	VEC(struct entry) list;
};

static void entries_done(struct entries *entries)
{
	strings_done(&entries->strings);
	map64_done(&entries->of_name);
	vec_done(&entries->list);
}

/* "qualname (file.py)"; the action puts names into tables of Markdown, in backticks. */
static char *make_name(const struct frame *frame)
{
	const char *slash = strrchr(frame->file, '/');
	CLEANUP(freep) char *title = frame_title(frame);
	CLEANUP(freep) char *name = NULL;

	if (!title || frame->kind != FRAME_PYTHON)
		return title ? text_printable(title, "|`") : NULL;
	if (asprintf(&name, "%s (%s)", title, slash ? slash + 1 : frame->file) < 0) {
		name = NULL;
		return NULL;
	}
	return text_printable(name, "|`");
}

static int add_function(struct entries *entries, const struct frame *frame, uint64_t samples)
{
	CLEANUP(freep) char *name = make_name(frame);
	const char *own = name ? strings_add(&entries->strings, name) : NULL;
	uint64_t index = entries->list.count;

	if (!own)
		return -ENOMEM;
	if (!map64_get(&entries->of_name, (uintptr_t)own, &index) &&
	    (vec_push(&entries->list, (struct entry){.name = own}) ||
	     map64_put(&entries->of_name, (uintptr_t)own, index)))
		return -ENOMEM;
	entries->list.items[index].samples += samples;
	return 0;
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->samples != y->samples)
		return x->samples < y->samples ? 1 : -1;
	return strcmp(x->name, y->name);
}

static int make_entries(struct entries *entries, const struct profile *profile)
{
	CLEANUP(freep) struct function_cost *costs = NULL;
	size_t count;
	int err = profile_functions(profile, &costs, &count);

	for (size_t i = 0; i < count && !err; i++)
		if (costs[i].self)
			err = add_function(entries, frames_get(&profile->frames, costs[i].frame),
					   costs[i].self);
	if (!err && entries->list.count)
		qsort(entries->list.items, entries->list.count, sizeof(struct entry),
		      compare_entries);
	return err;
}

static void write_total(struct json *json, const struct profile *profile)
{
	char extra[128];

	snprintf(extra, sizeof(extra), "%" PRIu64 " samples at %g Hz", profile_total(profile),
		 profile->facts.rate_hz);
	json_begin_object(json);
	json_put_text(json, "name", "CPU time");
	json_put_text(json, "unit", "s");
	json_put_number(json, "value", profile_seconds(profile, profile_total(profile)), 3);
	json_put_text(json, "extra", extra);
	json_end_object(json);
}

static void write_entry(struct json *json, const struct profile *profile, const struct entry *entry)
{
	uint64_t all = profile_total(profile);
	char range[64], extra[64];

	snprintf(range, sizeof(range), "\xc2\xb1 %.2f", 100 * sample_margin(entry->samples, all));
	snprintf(extra, sizeof(extra), "%.3f s, %" PRIu64 " samples",
		 profile_seconds(profile, entry->samples), entry->samples);
	json_begin_object(json);
	json_put_text(json, "name", entry->name);
	json_put_text(json, "unit", "% of CPU time");
	json_put_number(json, "value", 100.0 * (double)entry->samples / (double)all, 2);
	json_put_text(json, "range", range);
	json_put_text(json, "extra", extra);
	json_end_object(json);
}

int gh_benchmark_write(const struct profile *profile, FILE *stream)
{
	CLEANUP(entries_done) struct entries entries = {0};
	struct json json;
	int err = make_entries(&entries, profile);

	if (err)
		return err;
	json_open(&json, stream, true);
	json_begin_array(&json);
	write_total(&json, profile);
	for (size_t i = 0; i < entries.list.count && i < HOTTEST; i++)
		if (entries.list.items[i].samples * 100 >= profile_total(profile) * FEWEST_PERCENT)
			write_entry(&json, profile, &entries.list.items[i]);
	json_end_array(&json);
	return json_close(&json);
}
