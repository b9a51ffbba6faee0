// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/diff.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/text.h"
#include "output/diff_words.h"

enum {
	LABEL = 200 /* characters */
};

static int write_command(const char *side, const struct comparison *comparison, int which,
			 FILE *stream)
{
	CLEANUP(freep) char *command = text_printable(comparison->sides[which].facts.command, "");

	if (!command)
		return -ENOMEM;
	fprintf(stream, "%s: ", side);
	diff_words_side(&comparison->sides[which], stream);
	fprintf(stream, ": %s\n", command);
	return 0;
}

static void write_change(const struct share_change *change, bool beyond, FILE *stream)
{
	fprintf(stream, "%7.2f %7.2f %+7.2f ±%5.2f%c ", 100 * change->before, 100 * change->after,
		100 * change->change, 100 * share_margin(change, COMPARISON_TAIL),
		beyond ? '*' : ' ');
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
	fprintf(stream, " %s\n", label);
	return 0;
}

static int write_table(const struct diff_view *view, FILE *stream)
{
	size_t all = view->comparison->functions.count;
	int err = 0;

	fputs("\n self %: old    new  change          total %: old    new  change"
	      "           function\n",
	      stream);
	for (size_t i = 0; i < view->rows && !err; i++)
		err = write_row(view, i, stream);
	if (view->rows < all)
		fprintf(stream, "  and %zu more: --top %zu shows all\n", all - view->rows, all);
	fputc('\n', stream);
	return err;
}

static int write_verdict(const struct diff_view *view, FILE *stream)
{
	const struct gate *gate = view->gate;

	for (size_t i = 0; i < gate->findings.count; i++) {
		const struct gate_finding *finding = &gate->findings.items[i];
		uint32_t frame = view->comparison->functions.items[finding->function].frame;
		CLEANUP(freep) char *label = diff_words_label(view->comparison, frame, LABEL);
		CLEANUP(freep)
		char *rule = text_printable(gate->rules.items[finding->rule].text, "");
		if (!label || !rule)
			return -ENOMEM;
		fprintf(stream, "%s: ", label);
		diff_words_finding(view->comparison, finding, stream);
		fprintf(stream, ": breaks %s\n", rule);
	}
	diff_words_verdict(view->comparison, gate, stream);
	if (gate->rules.count)
		fputc('\n', stream);
	return 0;
}

int diff_text_write(const struct diff_view *view, FILE *stream)
{
	const struct comparison *comparison = view->comparison;
	int err = write_command("Old", comparison, SIDE_OLD, stream);

	if (!err)
		err = write_command("New", comparison, SIDE_NEW, stream);
	if (!err)
		err = write_table(view, stream);
	if (err)
		return err;
	diff_words_method(comparison, "*", stream);
	fputc('\n', stream);
	if (comparison_samples_for(comparison, 0.01)) {
		diff_words_precision(comparison, stream);
		fputc('\n', stream);
	}
	err = write_verdict(view, stream);
	if (err)
		return err;
	return file_stream_error(stream);
}
