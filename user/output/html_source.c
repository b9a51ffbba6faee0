// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/html_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "output/html_cells.h"

enum {
	HOT_LINES = 30, /* of one function; those of equal cost may be more */
	MOST_LINES = 60,
	NEIGHBOURS = 2, /* shown around each */
	HEATS = 5,
	OPEN = 5,	     /* functions that are unfolded from the start */
	TEXT_BYTES = 200000, /* of all source lines together; then they are numbers only */
};

/* The lines of one function. */
struct listing {
	const struct line_cost *lines;
	size_t count;
	uint64_t own; /* sum */
	size_t row;
};

/* A file's text, and where its lines begin. */
struct text_lines {
	struct html_source source;
	VEC(const char *) starts;
};

static void text_lines_done(struct text_lines *text)
{
	freep(&text->source.text);
	vec_done(&text->starts);
}

static int by_own(const void *left, const void *right)
{
	const struct listing *a = left, *b = right;

	if (a->own != b->own)
		return a->own < b->own ? 1 : -1;
	return (a->row > b->row) - (a->row < b->row);
}

/* The hottest functions that have lines and a row, *list is the caller's to free. */
static int choose(const struct html_sources *sources, struct listing **list, size_t *count)
{
	VEC(struct listing) found = {0};
	int err = 0;

	for (size_t i = 0, end; i < sources->count && !err; i = end) {
		uint32_t row = sources->functions->rows[sources->lines[i].function];
		struct listing one = {.lines = sources->lines + i, .row = row - 1};
		for (end = i; end < sources->count &&
			      sources->lines[end].function == sources->lines[i].function;
		     end++)
			one.own += sources->lines[end].own;
		one.count = end - i;
		if (row && one.own)
			err = vec_push(&found, one);
	}
	if (found.count)
		qsort(found.items, found.count, sizeof(*found.items), by_own);
	*list = found.items;
	*count = found.count < HTML_SOURCES ? found.count : HTML_SOURCES;
	return err;
}

int html_sources_init(struct html_sources *sources, const struct html_functions *functions)
{
	CLEANUP(freep) struct listing *list = NULL;
	size_t count = 0;

	*sources = (struct html_sources){.functions = functions};
	sources->shown = calloc(functions->count + 1, sizeof(*sources->shown));
	if (!sources->shown ||
	    line_costs_make(functions->profile, &sources->lines, &sources->count) ||
	    choose(sources, &list, &count))
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		sources->shown[list[i].row] = true;
	return 0;
}

void html_sources_done(struct html_sources *sources)
{
	freep(&sources->lines);
	freep(&sources->shown);
}

static int split(struct text_lines *text)
{
	int err = 0;

	for (const char *at = text->source.text; at && *at && !err;) {
		err = vec_push(&text->starts, at);
		at = strchr(at, '\n');
		at += at ? 1 : 0;
	}
	return err;
}

/* A tab is four columns here, wherever it stands. *room is for this text and all others. */
static int put_code(const char *start, size_t *room, FILE *stream)
{
	size_t length = strcspn(start, "\r\n"), used = 0;
	CLEANUP(freep) char *spaced = NULL;

	length = length < 4 * HTML_LABEL ? length : 4 * HTML_LABEL;
	length = length < *room ? length : *room;
	*room -= length;
	spaced = malloc(4 * length + 1);
	if (!spaced)
		return -ENOMEM;
	for (size_t i = 0; i < length; i++)
		if (start[i] == '\t')
			used = (size_t)(stpcpy(spaced + used, "    ") - spaced);
		else
			spaced[used++] = start[i];
	spaced[used] = '\0';
	return html_put_text(stream, spaced);
}

static int by_total(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a < b) - (a > b);
}

/* What a line must cost to be one of the hottest; UINT64_MAX when memory is out. */
static uint64_t threshold(const struct listing *listing)
{
	CLEANUP(freep) uint64_t *totals = calloc(listing->count + 1, sizeof(*totals));

	if (!totals)
		return UINT64_MAX;
	for (size_t i = 0; i < listing->count; i++)
		totals[i] = listing->lines[i].total;
	qsort(totals, listing->count, sizeof(*totals), by_total);
	return listing->count > HOT_LINES ? totals[HOT_LINES - 1] : 0;
}

/* While one listing is written. */
struct listing_writer {
	const struct profile *profile;
	const struct listing *listing;
	const struct text_lines *text;
	uint64_t hottest; /* own samples of a line */
	uint32_t last;	  /* written; 0 = none */
	size_t *room;
	FILE *stream;
};

/* 1 to HEATS by what the line has of the hottest one's own time; 0 without own time. */
static unsigned heat(const struct listing_writer *writer, const struct line_cost *cost)
{
	if (!cost || !cost->own)
		return 0;
	return 1 + (unsigned)((HEATS - 1) * cost->own / writer->hottest);
}

static void put_share(const struct listing_writer *writer, uint64_t samples)
{
	if (samples)
		fprintf(writer->stream, "<td class=\"n\">%.1f\xc2\xa0%%</td>",
			html_percent(writer->profile, samples));
	else
		fputs("<td></td>", writer->stream);
}

static int write_line(struct listing_writer *writer, uint32_t line, const struct line_cost *cost)
{
	const struct text_lines *text = writer->text;
	int err = 0;

	if (writer->last && line > writer->last + 1)
		fputs("<tr class=\"gap\"><td colspan=\"4\">\xe2\x8b\xaf</td></tr>\n",
		      writer->stream);
	writer->last = line;
	fprintf(writer->stream, "<tr class=\"h%u\"><th scope=\"row\">%u</th>", heat(writer, cost),
		line);
	put_share(writer, cost ? cost->own : 0);
	put_share(writer, cost ? cost->total : 0);
	fputs("<td><code>", writer->stream);
	if (line <= text->starts.count)
		err = put_code(text->starts.items[line - 1], writer->room, writer->stream);
	fputs("</code></td></tr>\n", writer->stream);
	return err;
}

/* The cost of a line of the listing; NULL when it has none. */
static const struct line_cost *cost_of(const struct listing *listing, uint32_t line)
{
	for (size_t i = 0; i < listing->count && listing->lines[i].line <= line; i++)
		if (listing->lines[i].line == line)
			return &listing->lines[i];
	return NULL;
}

/* The lines from..to that were not written yet and are in the file; `line` always. */
static int write_around(struct listing_writer *writer, uint32_t line)
{
	uint32_t from = line > NEIGHBOURS ? line - NEIGHBOURS : 1;
	int err = 0;

	for (uint32_t i = from; i <= line + NEIGHBOURS && !err; i++)
		if (i > writer->last && (i == line || i <= writer->text->starts.count))
			err = write_line(writer, i, cost_of(writer->listing, i));
	return err;
}

static int write_lines(struct listing_writer *writer, uint32_t first_line)
{
	const struct listing *listing = writer->listing;
	uint64_t least = threshold(listing);
	size_t written = 0;
	int err = least == UINT64_MAX ? -ENOMEM : 0;

	for (size_t i = 0; i < listing->count; i++)
		if (listing->lines[i].own > writer->hottest)
			writer->hottest = listing->lines[i].own;
	if (!err && first_line && first_line < listing->lines[0].line &&
	    first_line <= writer->text->starts.count)
		err = write_line(writer, first_line, NULL);
	for (size_t i = 0; i < listing->count && written < MOST_LINES && !err; i++) {
		if (listing->lines[i].total < least)
			continue;
		err = write_around(writer, listing->lines[i].line);
		written++;
	}
	return err;
}

/* While the section is written. */
struct section {
	const struct html_functions *functions;
	html_source_reader *read;
	size_t room;
	FILE *stream;
};

static const struct frame *frame_of(const struct section *section, const struct listing *listing)
{
	const struct html_functions *functions = section->functions;

	return frames_get(&functions->profile->frames, functions->costs[listing->row].frame);
}

static int write_summary(const struct section *section, const struct listing *listing, bool open)
{
	const struct frame *frame = frame_of(section, listing);
	FILE *stream = section->stream;

	fprintf(stream, "<details id=\"s%zu\"%s><summary><h3 id=\"s%zu-h\">", listing->row,
		open ? " open" : "", listing->row);
	int err = html_put_name(stream, frame->name);
	fprintf(stream, "</h3> %.1f\xc2\xa0%% <span class=\"place\" id=\"s%zu-p\">",
		html_percent(section->functions->profile, listing->own), listing->row);
	err = err ? err : html_put_place(stream, frame);
	fputs("</span></summary>\n", stream);
	return err;
}

static int write_listing(struct section *section, const struct listing *listing,
			 const struct text_lines *text)
{
	FILE *stream = section->stream;
	struct listing_writer writer = {
		.profile = section->functions->profile,
		.listing = listing,
		.text = text,
		.room = &section->room,
		.stream = stream,
	};

	if (text->source.note)
		fprintf(stream, "<p class=\"note\">%s</p>\n", text->source.note);
	/* Functions of one name are told apart by their places. */
	fprintf(stream,
		"<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
		"aria-labelledby=\"s%zu-h s%zu-p\">"
		"<table class=\"code\"><thead><tr><th scope=\"col\">Line</th><th scope=\"col\" "
		"class=\"n\">Self</th><th scope=\"col\" class=\"n\">Total</th><th "
		"scope=\"col\">Source</th></tr></thead><tbody>\n",
		listing->row, listing->row);
	int err = write_lines(&writer, frame_of(section, listing)->first_line);
	fprintf(stream, "</tbody></table></div><p><a href=\"#f%zu\">its row</a></p></details>\n",
		listing->row);
	return err;
}

static int write_function(struct section *section, const struct listing *listing, bool open)
{
	CLEANUP(text_lines_done) struct text_lines text = {0};
	int64_t recorded_s = section->functions->profile->facts.start_unix_s;
	const char *file = frame_of(section, listing)->file;
	int err = section->read ? section->read(file, recorded_s, &text.source) : 0;

	err = err ? err : split(&text);
	err = err ? err : write_summary(section, listing, open);
	return err ? err : write_listing(section, listing, &text);
}

int html_sources_write(const struct html_sources *sources, html_source_reader *read, FILE *stream)
{
	struct section section = {sources->functions, read, TEXT_BYTES, stream};
	CLEANUP(freep) struct listing *list = NULL;
	size_t count = 0;
	int err = choose(sources, &list, &count);

	if (err || !count)
		return err;
	fputs("<section id=\"source\"><h2>Lines of the hottest functions</h2>\n"
	      "<p>Self here is time with no other Python function called from the line: "
	      "what it calls in C counts for it. Total is with all that it calls.</p>\n",
	      stream);
	for (size_t i = 0; i < count && !err; i++)
		err = write_function(&section, &list[i], i < OPEN);
	fputs("</section>\n", stream);
	return err;
}
