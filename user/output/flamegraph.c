// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * The flame graph: one SVG 1.1 document that needs nothing else. What is drawn here is complete
 * without the script (image viewers, <img>, strict content policies). Where it runs, flamegraph.js
 * draws the same again from the data in the file, fitted to the window, and any other view of them.
 * One box:
 *
 *	<g class="p b"><title>label · 12.3 % · 1.84 s (184 samples) · self 1.0 % · 0.15 s (15
 *	samples)</title><rect .../><text .../></g>
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/text.h"
#include "output/flamegraph_assets.h"
#include "output/flamegraph_data.h"
#include "output/flamegraph_head.h"
#include "output/flamegraph_layout.h"
#include "output/output.h"
#include "output/palette.h"
#include "output/xml.h"

/* Of 12 px monospace fonts, rounded up: what is cut by it fits its box in every viewer. */
static const double column_width = 7.3;

/* The height keeps a tall picture at its size where no script runs and a window would shrink it. */
static void write_open(const struct flamegraph_layout *layout, FILE *stream)
{
	uint32_t height = flamegraph_layout_height(layout);

	fprintf(stream,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" viewBox=\"0 0 %d %u\" "
		"width=\"100%%\" height=\"%u\" preserveAspectRatio=\"xMidYMin meet\" role=\"img\" "
		"aria-labelledby=\"name facts\" font-family=\"monospace\" font-size=\"12\">\n",
		FLAMEGRAPH_WIDTH, height, height);
}

static void write_style(FILE *stream)
{
	fputs("<style>\n", stream);
	fwrite(flamegraph_css_start, 1, (size_t)(flamegraph_css_end - flamegraph_css_start),
	       stream);
	fputs("</style>\n<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n", stream);
}

/* The script without indentation and lines of comment: a fifth less in each file. */
static void write_script(FILE *stream)
{
	const char *end = flamegraph_js_end, *line = flamegraph_js_start, *next;
	bool comment = false;

	fputs("<script><![CDATA[\n", stream);
	for (; line < end; line = next) {
		next = memchr(line, '\n', (size_t)(end - line));
		next = next ? next + 1 : end;
		while (*line == '\t')
			line++;
		comment = comment || !strncmp(line, "/*", 2);
		if (!comment && *line != '\n' && strncmp(line, "//", 2))
			fwrite(line, 1, (size_t)(next - line), stream);
		if (comment)
			comment = !memmem(line, (size_t)(next - line), "*/", 2);
	}
	fputs("]]></script>\n", stream);
}

/* "12.3 % · 1.84 s (184 samples)" */
static void write_cost(const struct profile *profile, uint64_t samples, FILE *stream)
{
	double seconds = profile_seconds(profile, samples);

	fprintf(stream, "%.1f %% \xc2\xb7 %.*f s (%" PRIu64 " sample%s)",
		100.0 * (double)samples / (double)profile_total(profile), seconds < 0.1 ? 3 : 2,
		seconds, samples, samples == 1 ? "" : "s");
}

/* A number with at most two decimals and no zeros at the end. */
static void write_number(FILE *stream, const char *before, double number)
{
	char text[64];
	int length = snprintf(text, sizeof(text), "%.2f", number);

	while (text[length - 1] == '0')
		text[--length] = '\0';
	if (text[length - 1] == '.')
		text[--length] = '\0';
	fprintf(stream, "%s%s\"", before, text);
}

/* What stands in the box: the label, of a path only the file's name. */
static char *make_short_label(const struct frame *frame, const char *label)
{
	const char *slash = strrchr(frame->file, '/');
	CLEANUP(freep) char *text = NULL;

	if (frame->kind != FRAME_PYTHON || !slash)
		return strdup(label);
	if (asprintf(&text, "%s (%s:%u)", frame->name, slash + 1, frame->first_line) < 0) {
		text = NULL;
		return NULL;
	}
	return text_printable(text, "");
}

/* The box of one frame, or of all samples when frame is NULL. */
static int write_inside(const struct frame *frame, const char *label, double x, double y,
			double width, FILE *stream)
{
	size_t columns = (size_t)((width - 6) / column_width);
	CLEANUP(freep) char *text = NULL;

	write_number(stream, "<rect x=\"", x);
	write_number(stream, " y=\"", y);
	write_number(stream, " width=\"", width);
	fprintf(stream, " height=\"%d\"/>", FLAMEGRAPH_BOX);
	if (width < 6 + 3 * column_width)
		return fputs("<text/></g>\n", stream) < 0 ? -EIO : 0;
	text = frame ? make_short_label(frame, label) : strdup(label);
	if (!text)
		return -ENOMEM;
	write_number(stream, "<text x=\"", x + 3);
	write_number(stream, " y=\"", y + 12);
	fputc('>', stream);
	xml_write_columns(stream, text, columns);
	return fputs("</text></g>\n", stream) < 0 ? -EIO : 0;
}

static int write_box(const struct flamegraph_layout *layout, const struct flamegraph_box *box,
		     FILE *stream)
{
	const struct profile *profile = layout->order.profile;
	const struct profile_node *node = &profile->nodes.items[box->node];
	const struct frame *frame = NULL;
	char classes[PALETTE_CLASSES] = {palette_class(PALETTE_ALL)};
	const char *label = "all";
	double scale = (FLAMEGRAPH_WIDTH - 2.0 * FLAMEGRAPH_PAD) / (double)profile_total(profile);
	double y = flamegraph_layout_height(layout) - FLAMEGRAPH_PAD -
		   (box->depth + 1.0) * FLAMEGRAPH_ROW;

	if (box->node != PROFILE_ROOT) {
		frame = frames_get(&profile->frames, node->frame);
		label = call_order_label(&layout->order, box->node);
		palette_classes(frame, classes);
	}
	fprintf(stream, "<g class=\"%s\"><title>", classes);
	xml_write_limited(stream, label, FLAMEGRAPH_LABEL);
	fputs(" \xc2\xb7 ", stream);
	write_cost(profile, node->total, stream);
	if (node->self) {
		fputs(" \xc2\xb7 self ", stream);
		write_cost(profile, node->self, stream);
	}
	fputs("</title>", stream);
	return write_inside(frame, label, FLAMEGRAPH_PAD + (double)box->left * scale, y,
			    (double)node->total * scale, stream);
}

static int write_boxes(const struct flamegraph_layout *layout, FILE *stream)
{
	int err = 0;

	fputs("<g id=\"frames\">\n", stream);
	for (size_t i = 0; !err && i < layout->boxes.count; i++)
		err = write_box(layout, &layout->boxes.items[i], stream);
	fputs("</g>\n", stream);
	return err;
}

int flamegraph_write(const struct profile *profile, FILE *stream)
{
	CLEANUP(flamegraph_layout_done) struct flamegraph_layout layout = {0};
	int err = flamegraph_layout_init(&layout, profile);

	if (err)
		return err;
	write_open(&layout, stream);
	err = flamegraph_head_describe(profile, stream);
	write_style(stream);
	if (layout.boxes.count)
		err = err ? err : write_boxes(&layout, stream);
	else
		flamegraph_head_explain_empty(profile, stream);
	err = err ? err : flamegraph_head_write(&layout, stream);
	if (!err && layout.boxes.count)
		err = flamegraph_data_write(profile, stream);
	write_script(stream);
	fputs("</svg>\n", stream);
	if (err)
		return err;
	return file_stream_error(stream);
}
