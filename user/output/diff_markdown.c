// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/shorten.h"
#include "base/text.h"
#include "output/diff_words.h"
#include "output/markdown.h"

enum {
	LABEL = 160,	      /* characters of a name */
	COMMAND = 1000,	      /* of a command */
	FINDINGS = 25,	      /* that are listed */
	BYTES_OF_ROWS = 40000 /* with all the rest under 64 KiB */
};

static int write_side(const char *name, const struct comparison *comparison, int side, FILE *stream)
{
	CLEANUP(freep) char *command = text_printable(comparison->sides[side].facts.command, "");

	if (!command)
		return -ENOMEM;
	shorten(command, COMMAND);
	fprintf(stream, "- %s: ", name);
	diff_words_side(&comparison->sides[side], stream);
	fputs(": ", stream);
	markdown_write_code(stream, command);
	fputc('\n', stream);
	return 0;
}

static void write_change(const struct share_change *change, bool beyond, FILE *stream)
{
	const char *strong = beyond ? "**" : "";

	fprintf(stream, "| %.2f | %.2f | %s%+.2f ± %.2f%s ", 100 * change->before,
		100 * change->after, strong, 100 * change->change,
		100 * share_margin(change, COMPARISON_TAIL), strong);
}

static int write_row(const struct diff_view *view, size_t row, FILE *stream)
{
	const struct comparison *comparison = view->comparison;
	const struct function_change *function = &comparison->functions.items[view->order[row]];
	CLEANUP(freep) char *label = diff_words_label(comparison, function->frame, LABEL);

	if (!label)
		return -ENOMEM;
	write_change(&function->self, function->self_beyond, stream);
	write_change(&function->total, function->total_beyond, stream);
	fputs("| ", stream);
	markdown_write_code(stream, label);
	fputs(" |\n", stream);
	return 0;
}

/* The rows, as many as there is room for, which is told. */
static int make_rows(const struct diff_view *view, char **rows, size_t *shown)
{
	size_t size = 0, bytes = 0;

	*rows = NULL;
	for (*shown = 0; *shown < view->rows; (*shown)++) {
		CLEANUP(freep) char *row = NULL;
		FILE *stream = open_memstream(&row, &size);
		int err = stream ? write_row(view, *shown, stream) : -ENOMEM;
		if (stream && fclose(stream) && !err)
			err = -ENOMEM;
		if (err)
			return err;
		if (bytes + size > BYTES_OF_ROWS)
			break;
		char *more = realloc(*rows, bytes + size + 1);
		if (!more)
			return -ENOMEM;
		*rows = more;
		memcpy(more + bytes, row, size + 1);
		bytes += size;
	}
	return 0;
}

static int write_table(const struct diff_view *view, FILE *stream)
{
	CLEANUP(freep) char *rows = NULL;
	size_t shown, all = view->comparison->functions.count;
	int err = make_rows(view, &rows, &shown);

	if (err)
		return err;
	fputs("\n| self, old % | new | change | total, old % | new | change | function |\n"
	      "|--:|--:|--:|--:|--:|--:|---|\n",
	      stream);
	fputs(rows ? rows : "", stream);
	if (shown < all)
		fprintf(stream, "\n%zu of %zu functions.\n", shown, all);
	return 0;
}

static int write_finding(const struct diff_view *view, const struct gate_finding *finding,
			 FILE *stream)
{
	uint32_t frame = view->comparison->functions.items[finding->function].frame;
	CLEANUP(freep) char *label = diff_words_label(view->comparison, frame, LABEL);
	CLEANUP(freep) char *rule = text_printable(view->gate->rules.items[finding->rule].text, "");

	if (!label || !rule)
		return -ENOMEM;
	fputs("- ", stream);
	markdown_write_code(stream, label);
	fputs(": ", stream);
	diff_words_finding(view->comparison, finding, stream);
	fputs(": breaks ", stream);
	shorten(rule, LABEL);
	markdown_write_code(stream, rule);
	fputc('\n', stream);
	return 0;
}

static int write_verdict(const struct diff_view *view, FILE *stream)
{
	const struct gate *gate = view->gate;

	if (!gate->rules.count)
		return 0;
	fputs("\n**", stream);
	diff_words_verdict(view->comparison, gate, stream);
	fputs("**\n", stream);
	if (gate->findings.count)
		fputc('\n', stream);
	for (size_t i = 0; i < gate->findings.count && i < FINDINGS; i++) {
		int err = write_finding(view, &gate->findings.items[i], stream);
		if (err)
			return err;
	}
	return 0;
}

int diff_markdown_write(const struct diff_view *view, FILE *stream)
{
	const struct comparison *comparison = view->comparison;
	int err;

	fputs("### Profile: old and new\n\n", stream);
	err = write_side("old", comparison, SIDE_OLD, stream);
	if (!err)
		err = write_side("new", comparison, SIDE_NEW, stream);
	if (!err)
		err = write_verdict(view, stream);
	if (!err)
		err = write_table(view, stream);
	if (err)
		return err;
	fputc('\n', stream);
	diff_words_method(comparison, "Bold", stream);
	fputs("\n\n", stream);
	diff_words_precision(comparison, stream);
	fputc('\n', stream);
	return file_stream_error(stream);
}
