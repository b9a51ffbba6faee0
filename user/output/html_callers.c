// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/html_callers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "base/vec.h"
#include "output/html_cells.h"
#include "profile/call_pairs.h"

enum {
	UNNAMED = 0 /* the first of others */
};

/* While the data is written. A pair is sought by its callee, then all are turned around. */
struct callers {
	const struct html_functions *functions;
	struct call_pair *by_callee, *by_caller;
	size_t count;
	uint32_t *others;     /* by frame id: index of others; 0 = none yet */
	VEC(uint32_t) frames; /* of others; [0] is not used */
	size_t bytes;	      /* of their names */
};

static void callers_done(struct callers *callers)
{
	freep(&callers->by_callee);
	freep(&callers->by_caller);
	freep(&callers->others);
	vec_done(&callers->frames);
}

static int compare(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int by_samples(const struct call_pair *a, const struct call_pair *b)
{
	if (a->samples != b->samples)
		return a->samples < b->samples ? 1 : -1;
	return compare(a->caller, b->caller) ?: compare(a->callee, b->callee);
}

static int by_callee(const void *left, const void *right)
{
	const struct call_pair *a = left, *b = right;

	return compare(a->callee, b->callee) ?: by_samples(a, b);
}

static int by_caller(const void *left, const void *right)
{
	const struct call_pair *a = left, *b = right;

	return compare(a->caller, b->caller) ?: by_samples(a, b);
}

static int callers_init(struct callers *callers, const struct html_functions *functions)
{
	const struct profile *profile = functions->profile;
	size_t bytes;

	*callers = (struct callers){.functions = functions};
	if (call_pairs_make(profile, &callers->by_callee, &callers->count))
		return -ENOMEM;
	bytes = callers->count * sizeof(struct call_pair);
	callers->by_caller = malloc(bytes + 1);
	callers->others = calloc(profile->frames.list.count + 1, sizeof(*callers->others));
	if (!callers->by_caller || !callers->others || vec_push(&callers->frames, UINT32_MAX))
		return -ENOMEM;
	if (!callers->count)
		return 0;
	memcpy(callers->by_caller, callers->by_callee, bytes);
	qsort(callers->by_callee, callers->count, sizeof(struct call_pair), by_callee);
	qsort(callers->by_caller, callers->count, sizeof(struct call_pair), by_caller);
	return 0;
}

/* The number that stands for a frame in the data; -ENOMEM. */
static int64_t number_of(struct callers *callers, uint32_t frame)
{
	const struct html_functions *functions = callers->functions;
	const struct frame *at = frames_get(&functions->profile->frames, frame);
	size_t bytes = strnlen(at->name, HTML_LABEL) + strnlen(at->file, HTML_LABEL);

	if (functions->rows[frame])
		return functions->rows[frame] - 1;
	if (!callers->others[frame] && callers->bytes + bytes <= HTML_OTHER_BYTES) {
		callers->bytes += bytes;
		callers->others[frame] = (uint32_t)callers->frames.count;
		if (vec_push(&callers->frames, frame))
			return -ENOMEM;
	}
	return (int64_t)(functions->count + callers->others[frame]);
}

/* The first pair of the sorted list whose callee (caller) is not before the frame. */
static size_t first_of(const struct callers *callers, uint32_t frame, bool callees)
{
	size_t low = 0, high = callers->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		uint32_t at = callees ? callers->by_caller[middle].caller
				      : callers->by_callee[middle].callee;
		if (at < frame)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void write_list(struct callers *callers, uint32_t frame, bool callees, struct json *json)
{
	const struct call_pair *pairs = callees ? callers->by_caller : callers->by_callee;
	size_t first = first_of(callers, frame, callees);

	json_begin_array(json);
	for (size_t i = first; i < callers->count && i < first + HTML_CALLERS; i++) {
		if ((callees ? pairs[i].caller : pairs[i].callee) != frame)
			break;
		int64_t number = number_of(callers, callees ? pairs[i].callee : pairs[i].caller);
		if (number < 0)
			json->err = -ENOMEM;
		json_integer(json, number);
		json_integer(json, (int64_t)pairs[i].samples);
	}
	json_end_array(json);
}

/* A label that is cut: "name (file:line)". */
static void write_other(const struct profile *profile, uint32_t frame, struct json *json)
{
	CLEANUP(freep) char *label = frame_label(frames_get(&profile->frames, frame));

	if (!label) {
		json->err = -ENOMEM;
		return;
	}
	size_t length = strlen(label);
	for (length = length > 2 * HTML_LABEL ? 2 * HTML_LABEL : length;
	     length && (label[length] & 0xc0) == 0x80; length--)
		; /* not in the middle of a character */
	label[length] = '\0';
	json_text(json, label);
}

static int write_json(struct callers *callers, FILE *stream)
{
	const struct html_functions *functions = callers->functions;
	struct json json;

	json_open(&json, stream, false);
	json_begin_object(&json);
	json_put_integer(&json, "samples", (int64_t)profile_total(functions->profile));
	json_key(&json, "rows");
	json_begin_array(&json);
	for (size_t i = 0; i < functions->count; i++) {
		json_begin_array(&json);
		write_list(callers, functions->costs[i].frame, false, &json);
		write_list(callers, functions->costs[i].frame, true, &json);
		json_end_array(&json);
	}
	json_end_array(&json);
	json_key(&json, "others");
	json_begin_array(&json);
	json_text(&json, "[others]");
	for (size_t i = UNNAMED + 1; i < callers->frames.count; i++)
		write_other(functions->profile, callers->frames.items[i], &json);
	json_end_array(&json);
	json_end_object(&json);
	return json_close(&json);
}

/* "<" occurs in JSON inside texts alone. */
static void write_escaped(const char *json, FILE *stream)
{
	for (; *json; json++)
		if (*json == '<')
			fputs("\\u003c", stream);
		else
			fputc(*json, stream);
}

int html_callers_write(const struct html_functions *functions, FILE *stream)
{
	CLEANUP(callers_done) struct callers callers = {0};
	CLEANUP(freep) char *text = NULL;
	size_t size;
	int err = callers_init(&callers, functions);

	if (err)
		return err;
	FILE *memory = open_memstream(&text, &size);
	if (!memory)
		return -ENOMEM;
	err = write_json(&callers, memory);
	if (fclose(memory) || err)
		return -ENOMEM;
	fputs("<script type=\"application/json\" id=\"data\">", stream);
	write_escaped(text, stream);
	fputs("</script>\n", stream);
	return 0;
}
