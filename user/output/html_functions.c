// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/html_functions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "output/html_cells.h"
#include "output/palette.h"
#include "profile/function_costs.h"

static int by_self(const void *left, const void *right)
{
	const struct function_cost *a = left, *b = right;

	if (a->self != b->self)
		return a->self < b->self ? 1 : -1;
	if (a->total != b->total)
		return a->total < b->total ? 1 : -1;
	return (a->frame > b->frame) - (a->frame < b->frame);
}

static int by_total(const void *left, const void *right)
{
	const struct function_cost *a = left, *b = right;

	if (a->total != b->total)
		return a->total < b->total ? 1 : -1;
	return by_self(left, right);
}

static size_t limited_length(const char *text)
{
	return strnlen(text, HTML_LABEL);
}

/* How many of the first ones there is room for. */
static size_t count_shown(const struct html_functions *functions)
{
	size_t bytes = 0, i;

	for (i = 0; i < functions->all && i < HTML_FUNCTIONS; i++) {
		const struct frame *frame =
			frames_get(&functions->profile->frames, functions->costs[i].frame);
		bytes += limited_length(frame->name) + limited_length(frame->file);
		if (bytes > HTML_FUNCTION_BYTES)
			break;
	}
	return i;
}

int html_functions_init(struct html_functions *functions, const struct profile *profile)
{
	*functions = (struct html_functions){.profile = profile};
	if (profile_functions(profile, &functions->costs, &functions->all))
		return -ENOMEM;
	qsort(functions->costs, functions->all, sizeof(*functions->costs), by_total);
	functions->count = count_shown(functions);
	qsort(functions->costs, functions->count, sizeof(*functions->costs), by_self);
	functions->rows = calloc(profile->frames.list.count + 1, sizeof(*functions->rows));
	if (!functions->rows)
		return -ENOMEM;
	for (uint32_t i = 0; i < functions->count; i++)
		functions->rows[functions->costs[i].frame] = i + 1;
	return 0;
}

void html_functions_done(struct html_functions *functions)
{
	freep(&functions->costs);
	freep(&functions->rows);
}

static const char *kind_of(const struct frame *frame)
{
	switch (palette_of(frame)) {
	case PALETTE_PROJECT:
		return "Python";
	case PALETTE_SITE:
		return "package";
	case PALETTE_STDLIB:
		return "stdlib";
	case PALETTE_NATIVE:
		return frame->kind == FRAME_INLINED ? "inlined" : "native";
	case PALETTE_BUILTIN:
		return "built-in";
	case PALETTE_JIT:
		return "JIT";
	case PALETTE_KERNEL:
		return "kernel";
	default:
		return "marker";
	}
}

/* The end of a long path says more than its beginning. */
static int put_folder(FILE *stream, const char *file, size_t length)
{
	CLEANUP(freep) char *folder = strndup(file, length);
	const char *from = folder;

	if (!folder)
		return -ENOMEM;
	if (length > HTML_LABEL)
		from += length - HTML_LABEL;
	while ((*from & 0xc0) == 0x80) /* not from the middle of a character */
		from++;
	fputs(from > folder ? "<span class=\"dir\">\xe2\x80\xa6" : "<span class=\"dir\">", stream);
	int err = html_put_text(stream, from);
	fputs("</span>", stream);
	return err;
}

int html_put_place(FILE *stream, const struct frame *frame)
{
	const char *slash = strrchr(frame->file, '/');
	int err = 0;

	if (slash)
		err = put_folder(stream, frame->file, (size_t)(slash + 1 - frame->file));
	fputs("<span class=\"base\">", stream);
	err = err ? err : html_put_text(stream, slash ? slash + 1 : frame->file);
	if (frame->kind == FRAME_PYTHON)
		fprintf(stream, ":%u", frame->line ? frame->line : frame->first_line);
	fputs("</span>", stream);
	return err;
}

static int write_row(const struct html_functions *functions, size_t row, bool sourced, FILE *stream)
{
	const struct profile *profile = functions->profile;
	const struct function_cost *cost = &functions->costs[row];
	const struct frame *frame = frames_get(&profile->frames, cost->frame);

	fprintf(stream, "<tr id=\"f%zu\"><th scope=\"row\"><span class=\"name\">", row);
	int err = html_put_name(stream, frame->name);
	fputs("</span>", stream);
	if (sourced)
		fprintf(stream, " <a href=\"#s%zu\">lines</a>", row);
	fputs("</th>", stream);
	html_put_cost(stream, profile, cost->self);
	html_put_cost(stream, profile, cost->total);
	fprintf(stream, "<td>%s</td><td class=\"place\">", kind_of(frame));
	err = err ? err : html_put_place(stream, frame);
	fputs("</td></tr>\n", stream);
	return err;
}

int html_functions_write(const struct html_functions *functions, const bool *sourced, FILE *stream)
{
	int err = 0;

	html_begin_table(stream, "functions", "Functions",
			 "Self is the time in a function itself, total is with all that it calls. "
			 "The number behind \xc2\xb1 is the margin of the share, at 95 %.",
			 "Function|#Self|#Self, s|#Self, samples|#Total|#Total, s|#Total, samples|"
			 "Kind|Where");
	for (size_t i = 0; i < functions->count && !err; i++)
		err = write_row(functions, i, sourced && sourced[i], stream);
	html_put_more(stream, functions->all, functions->count, 9);
	html_end_table(stream);
	return err;
}
