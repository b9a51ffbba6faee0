// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/diff_words.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

void diff_words_side(const struct comparison_side *side, FILE *stream)
{
	fprintf(stream, "%zu recording%s, %" PRIu64 " samples, %.2f s of CPU", side->runs.count,
		side->runs.count == 1 ? "" : "s", side->samples, (double)side->cpu_ns / 1e9);
}

void diff_words_method(const struct comparison *comparison, const char *mark, FILE *stream)
{
	fputs("± is half of a 95 % interval, ", stream);
	if (comparison->by_run)
		fputs("from how the recordings of a side differ from each other.", stream);
	else
		fprintf(stream,
			"from how the change varies between %d blocks of time, for samples that "
			"follow each other are alike. What varies from run to run is not in it: "
			"several recordings on both sides show that.",
			COMPARISON_BLOCKS);
	fprintf(stream,
		" %s marks what is beyond noise, with regard to the %zu functions that were "
		"looked at (Bonferroni).",
		mark, comparison->judged);
}

void diff_words_precision(const struct comparison *comparison, FILE *stream)
{
	uint64_t needed = comparison_samples_for(comparison, 0.01);
	size_t widest = comparison->widest;

	if (!needed || !comparison->judged)
		return;
	fprintf(stream,
		"The widest interval of a total share is ± %.2f points. For ± 1 point each side "
		"needs about %" PRIu64 " samples instead of %" PRIu64 ": record for longer, at a "
		"higher --rate, or several times.",
		100 * share_margin(&comparison->functions.items[widest].total, COMPARISON_TAIL),
		needed, comparison_samples(comparison));
}

void diff_words_verdict(const struct comparison *comparison, const struct gate *gate, FILE *stream)
{
	const char *plural = gate->tested == 1 ? "" : "s";

	if (!gate->rules.count)
		return;
	if (gate->findings.count)
		fprintf(stream,
			"Regression: of %zu share%s that the rules look at %zu grew too much, "
			"beyond noise.",
			gate->tested, plural, gate->findings.count);
	else
		fprintf(stream,
			"No regression beyond noise in the %zu share%s that the rules look "
			"at.",
			gate->tested, plural);
	if (!comparison->by_run)
		fprintf(stream,
			" One side has one recording: the noise of runs is taken to be %g %% of a "
			"share.",
			100 * GATE_BETWEEN_RUNS);
}

void diff_words_finding(const struct comparison *comparison, const struct gate_finding *finding,
			FILE *stream)
{
	const struct share_change *total = &comparison->functions.items[finding->function].total;

	fprintf(stream, "total share %.2f %% -> %.2f %%, %+.2f points, at least %+.2f",
		100 * total->before, 100 * total->after, 100 * total->change, 100 * finding->least);
}

char *diff_words_label(const struct comparison *comparison, uint32_t frame, size_t limit)
{
	CLEANUP(freep) char *label = frame_label(frames_get(&comparison->tree->frames, frame));
	CLEANUP(freep) char *printable = label ? text_printable(label, "") : NULL;
	const char *cut = printable, *at = printable;
	char *shown;

	if (!printable)
		return NULL;
	for (size_t used = 0; text_next(&at); used++)
		if (used + 1 < limit)
			cut = at;
		else if (used == limit) /* one too many */
			return asprintf(&shown, "%.*s…", (int)(cut - printable), printable) < 0
				       ? NULL
				       : shown;
	return TAKE(printable);
}
