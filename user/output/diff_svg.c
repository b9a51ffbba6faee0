// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * The root is at the top, so that what is large is seen first. The colour of a box is the change of
 * its share: of one sign orange, of the other blue, and the larger the darker.
 */
#include "output/diff.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/text.h"
#include "output/call_order.h"
#include "output/xml.h"

/* In units of the picture. */
enum {
	WIDTH = 1200,
	PAD = 10,
	ROW = 17,
	BOX = 16,
	HEAD = 84,    /* title, sides, legend */
	LABEL = 1000, /* characters of a name in a <title> */
};

static const double column_width = 7.3; /* of 12 px monospace fonts, rounded up */
static const double least = 0.001;	/* share of what is drawn */

/* Where a class of change begins, in points. */
static const double steps[] = {0.5, 2, 5};

enum {
	STEPS = sizeof(steps) / sizeof(*steps)
};

struct graph {
	const struct comparison *comparison;
	enum comparison_side_id side; /* whose samples the widths are */
	struct call_order order;
	uint64_t *totals[SIDES]; /* by node */
	VEC(uint64_t) edges;	 /* by depth: samples left of the next box */
	FILE *stream;
};

static void graph_done(struct graph *graph)
{
	call_order_done(&graph->order);
	free(graph->totals[SIDE_OLD]);
	free(graph->totals[SIDE_NEW]);
	vec_done(&graph->edges);
}

static uint64_t *make_totals(const struct profile *tree, const struct comparison_side *side)
{
	uint64_t *totals = calloc(tree->nodes.count, sizeof(*totals));

	if (!totals)
		return NULL;
	for (size_t i = 0; i < side->self.count; i++)
		totals[i] = side->self.items[i];
	for (size_t i = tree->nodes.count - 1; i > 0; i--)
		totals[tree->nodes.items[i].parent] += totals[i];
	return totals;
}

static int graph_init(struct graph *graph, const struct comparison *comparison,
		      enum comparison_side_id side, FILE *stream)
{
	const struct profile *tree = comparison->tree;

	*graph = (struct graph){.comparison = comparison, .side = side, .stream = stream};
	for (int i = 0; i < SIDES; i++) {
		graph->totals[i] = make_totals(tree, &comparison->sides[i]);
		if (!graph->totals[i])
			return -ENOMEM;
	}
	return call_order_init(&graph->order, tree, "");
}

static double share_of(const struct graph *graph, int side, uint32_t node)
{
	uint64_t all = graph->totals[side][PROFILE_ROOT];

	return all ? (double)graph->totals[side][node] / (double)all : 0;
}

static bool is_drawn(const struct graph *graph, uint32_t node)
{
	return share_of(graph, graph->side, node) >= least;
}

static uint32_t count_rows(const struct graph *graph)
{
	uint32_t node = PROFILE_ROOT, depth = 0, rows = 1;
	bool drawn = true;

	while ((node = call_order_next(&graph->order, node, drawn, &depth))) {
		drawn = is_drawn(graph, node);
		if (drawn && depth >= rows)
			rows = depth + 1;
	}
	return rows;
}

/* "o3" for much more, "b1" for a little less, "n" for about the same */
static void write_class(const struct graph *graph, uint32_t node)
{
	double points = 100 * (share_of(graph, SIDE_NEW, node) - share_of(graph, SIDE_OLD, node));
	int step = 0;

	while (step < STEPS && fabs(points) >= steps[step])
		step++;
	if (step)
		fprintf(graph->stream, "%c%d", points > 0 ? 'o' : 'b', step);
	else
		fputc('n', graph->stream);
}

static void write_title(const struct graph *graph, uint32_t node, const char *label)
{
	double old = 100 * share_of(graph, SIDE_OLD, node);
	double new = 100 * share_of(graph, SIDE_NEW, node);
	uint64_t samples[] = {graph->totals[SIDE_OLD][node], graph->totals[SIDE_NEW][node]};

	fputs("<title>", graph->stream);
	xml_write_limited(graph->stream, label, LABEL);
	fprintf(graph->stream,
		" · old %.2f %% (%" PRIu64 " samples) · new %.2f %% (%" PRIu64
		" samples) · %+.2f points%s</title>",
		old, samples[SIDE_OLD], new, samples[SIDE_NEW], new - old,
		!samples[SIDE_OLD]   ? ", appeared"
		: !samples[SIDE_NEW] ? ", vanished"
				     : "");
}

static void write_box(const struct graph *graph, uint32_t node, uint64_t left, uint32_t depth)
{
	const char *label = node == PROFILE_ROOT ? "all" : call_order_label(&graph->order, node);
	double unit = (WIDTH - 2 * PAD) / (double)graph->totals[graph->side][PROFILE_ROOT];
	double x = PAD + unit * (double)left,
	       width = unit * (double)graph->totals[graph->side][node];

	double y = HEAD + ROW * (double)depth;

	fputs("<g class=\"", graph->stream);
	write_class(graph, node);
	fputs("\">", graph->stream);
	write_title(graph, node, label);
	fprintf(graph->stream, "<rect x=\"%.2f\" y=\"%.0f\" width=\"%.2f\" height=\"%d\"/>", x, y,
		width, BOX);
	if (width > 3 * column_width) {
		fprintf(graph->stream, "<text x=\"%.2f\" y=\"%.0f\">", x + 3, y + 12);
		xml_write_columns(graph->stream, label, (size_t)((width - 6) / column_width));
		fputs("</text>", graph->stream);
	}
	fputs("</g>\n", graph->stream);
}

/* The box of a node, below its callers' boxes and right of those that were drawn before. */
static int place(struct graph *graph, uint32_t node, uint32_t depth)
{
	while (graph->edges.count <= depth + 1)
		if (vec_push(&graph->edges, 0))
			return -ENOMEM;
	uint64_t *edges = graph->edges.items;
	write_box(graph, node, edges[depth], depth);
	edges[depth + 1] = edges[depth];
	edges[depth] += graph->totals[graph->side][node];
	return 0;
}

static int write_boxes(struct graph *graph)
{
	uint32_t node = PROFILE_ROOT, depth = 0;
	bool drawn = true;
	int err = place(graph, PROFILE_ROOT, 0);

	while (!err && (node = call_order_next(&graph->order, node, drawn, &depth))) {
		drawn = is_drawn(graph, node);
		if (drawn)
			err = place(graph, node, depth);
	}
	return err;
}

static void write_style(FILE *stream)
{
	fputs("<style>"
	      "rect{stroke:#fff;stroke-width:.5}text{fill:#000;white-space:pre}"
	      ".ground{fill:#fff}.name{font-size:16px;font-weight:bold}"
	      ".n rect{fill:#e4e4e4}"
	      ".o1 rect{fill:#fdd0a2}.o2 rect{fill:#fd8d3c}.o3 rect{fill:#a63603}"
	      ".b1 rect{fill:#c6dbef}.b2 rect{fill:#6baed6}.b3 rect{fill:#08519c}"
	      ".o3 text,.b3 text{fill:#fff}"
	      "</style>\n",
	      stream);
}

static void write_legend(FILE *stream)
{
	static const char *const classes[] = {"b3", "b2", "b1", "n", "o1", "o2", "o3"};
	static const char *const words[] = {"-5 or less", "-2", "-0.5",	     "the same",
					    "+0.5",	  "+2", "+5 or more"};

	for (int i = 0; i < 7; i++)
		fprintf(stream,
			"<g class=\"%s\"><rect x=\"%d\" y=\"56\" width=\"100\" height=\"%d\"/>"
			"<text x=\"%d\" y=\"68\">%s</text></g>\n",
			classes[i], PAD + 102 * i, BOX, PAD + 102 * i + 4, words[i]);
	fprintf(stream, "<text x=\"%d\" y=\"68\">points of share, new against old</text>\n",
		PAD + 102 * 7 + 6);
}

static void write_head(const struct graph *graph, double height)
{
	const struct comparison_side *sides = graph->comparison->sides;
	FILE *stream = graph->stream;

	fprintf(stream,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" "
		"viewBox=\"0 0 %d %.0f\" width=\"100%%\" height=\"%.0f\" "
		"preserveAspectRatio=\"xMidYMin meet\" role=\"img\" aria-labelledby=\"name\" "
		"font-family=\"monospace\" font-size=\"12\">\n",
		WIDTH, height, height);
	write_style(stream);
	fprintf(stream,
		"<rect class=\"ground\" width=\"100%%\" height=\"100%%\"/>\n"
		"<text id=\"name\" class=\"name\" x=\"%d\" y=\"24\">Old and new, as wide "
		"as %s samples</text>\n"
		"<text x=\"%d\" y=\"44\">old: %zu recording%s, %" PRIu64
		" samples · new: %zu recording%s, %" PRIu64
		" samples · boxes under 0.1 %% are left out</text>\n",
		PAD, graph->side == SIDE_NEW ? "new" : "old", PAD, sides[SIDE_OLD].runs.count,
		sides[SIDE_OLD].runs.count == 1 ? "" : "s", sides[SIDE_OLD].samples,
		sides[SIDE_NEW].runs.count, sides[SIDE_NEW].runs.count == 1 ? "" : "s",
		sides[SIDE_NEW].samples);
	write_legend(stream);
}

int diff_svg_write(const struct diff_view *view, enum comparison_side_id side, FILE *stream)
{
	CLEANUP(graph_done) struct graph graph;
	int err = graph_init(&graph, view->comparison, side, stream);

	if (err)
		return err;
	write_head(&graph, HEAD + ROW * (double)count_rows(&graph) + PAD);
	err = write_boxes(&graph);
	if (err)
		return err;
	fputs("</svg>\n", stream);
	return file_stream_error(stream);
}
