// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * The folded format: "process;frame;...;frame count", one line per stack that has samples of its
 * own, root first, in the order of output/call_order.h. An empty profile is an empty file.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/vec.h"
#include "output/call_order.h"
#include "output/output.h"

/* The stack being written; ends[depth] is where its frame number `depth` ends in text. */
struct line {
	VEC(char) text;
	VEC(size_t) ends;
};

static void line_done(struct line *line)
{
	vec_done(&line->text);
	vec_done(&line->ends);
}

/* Cuts the stack to depth - 1 frames and puts the label on top. */
static int line_set(struct line *line, uint32_t depth, const char *label)
{
	size_t length = strlen(label);

	line->ends.count = depth - 1;
	line->text.count = line->ends.items && depth > 1 ? line->ends.items[depth - 2] : 0;
	if (vec_reserve(&line->text, length + 1))
		return -ENOMEM;
	if (depth > 1)
		line->text.items[line->text.count++] = ';';
	memcpy(line->text.items + line->text.count, label, length);
	line->text.count += length;
	return vec_push(&line->ends, line->text.count);
}

/*
 * Readers take a number before the count for the count of a second profile (both flamegraph.pl
 * 1.0 and inferno 0.12 do): the place of the blank before a last word that is one; else the end.
 */
static size_t find_trailing_number(const struct line *line)
{
	size_t length = line->text.count, start = length;

	while (start > 0 && strchr("0123456789.", line->text.items[start - 1]))
		start--;
	if (start == length || start == 0 || line->text.items[start - 1] != ' ')
		return length;
	return start - 1;
}

static void write_line(FILE *stream, const struct line *line, uint64_t count)
{
	size_t length = line->text.count, blank = find_trailing_number(line);

	fwrite(line->text.items, 1, blank, stream);
	if (blank < length) {
		fputs("\\x20", stream);
		fwrite(line->text.items + blank + 1, 1, length - blank - 1, stream);
	}
	fprintf(stream, " %" PRIu64 "\n", count);
}

int folded_write(const struct profile *profile, FILE *stream)
{
	CLEANUP(call_order_done) struct call_order order = {0};
	CLEANUP(line_done) struct line line = {0};
	uint64_t stackless = profile->nodes.items[PROFILE_ROOT].self;
	uint32_t depth = 0;
	int err = call_order_init(&order, profile, ";");

	if (err)
		return err;
	if (stackless)
		fprintf(stream, "[no stack] %" PRIu64 "\n", stackless);
	for (uint32_t node = PROFILE_ROOT; (node = call_order_next(&order, node, true, &depth));) {
		err = line_set(&line, depth, call_order_label(&order, node));
		if (err)
			return err;
		if (profile->nodes.items[node].self)
			write_line(stream, &line, profile->nodes.items[node].self);
	}
	return file_stream_error(stream);
}
