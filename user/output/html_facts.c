// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/html_facts.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "output/html_cells.h"

#define DOT " \xc2\xb7 "

enum {
	FEW_SAMPLES = 400, /* then a half is known to 5 percent points at best */
	GAPS = 50,
};

static void write_start(const struct profile *profile, FILE *stream)
{
	time_t start = (time_t)profile->facts.start_unix_s;
	char text[64];
	struct tm utc;

	if (start && gmtime_r(&start, &utc) && strftime(text, sizeof(text), "%F %H:%M UTC", &utc))
		fprintf(stream, "%s" DOT, text);
}

/* Why there may be no sample, most likely first. */
static void explain_none(const struct profile_facts *facts, FILE *stream)
{
	if (facts->filtered)
		fputs("the view that was asked for leaves all of them out", stream);
	else if (facts->cut_short && facts->duration_s <= 0)
		fputs("ltsbpf was killed or still runs, and has written nothing yet", stream);
	else if (facts->cpu_s * 1e9 < 2.0 * (double)facts->period_ns)
		fputs("the program waited or was over too soon: a higher --rate sees more", stream);
	else
		fputs("no clock tick reached ltsbpf: <code>ltsbpf doctor</code> tells what is "
		      "missing",
		      stream);
}

static void write_caution(const struct profile *profile, FILE *stream)
{
	uint64_t all = profile_total(profile);

	if (!all) {
		fputs("<p class=\"note\">No samples: ", stream);
		explain_none(&profile->facts, stream);
		fputs(".</p>\n", stream);
	} else if (all < FEW_SAMPLES) {
		fprintf(stream,
			"<p class=\"note\">Only %" PRIu64 " sample%s: shares are rough, a half is "
			"known to \xc2\xb1%.0f points. A higher --rate or a longer run tells "
			"more.</p>\n",
			all, all == 1 ? "" : "s", html_margin(profile, all / 2));
	}
	if (profile->facts.cut_short)
		fputs("<p class=\"note\">Cut short: ltsbpf was killed or still runs.</p>\n",
		      stream);
}

int html_facts_write_head(const struct profile *profile, FILE *stream)
{
	const struct profile_facts *facts = &profile->facts;

	fputs("<p>", stream);
	write_start(profile, stream);
	fprintf(stream, "%.1f s of CPU in %.1f s of wall time" DOT "%" PRIu64 " samples by the ",
		facts->cpu_s, facts->duration_s, profile_total(profile));
	int err = html_put_text(stream, facts->clock);
	fprintf(stream, " clock at %g Hz</p>\n", facts->rate_hz);
	write_caution(profile, stream);
	return err;
}

static void put_fact(FILE *stream, const char *name)
{
	fprintf(stream, "<dt>%s</dt><dd>", name);
}

static void end_fact(FILE *stream)
{
	fputs("</dd>\n", stream);
}

/* True when an earlier process has the same Python version, or there is none. */
static bool named_before(const struct profile *profile, size_t process)
{
	const struct profile_process *all = profile->processes.items;

	for (size_t i = 0; i < process; i++)
		if (!strcmp(all[i].python, all[process].python))
			return true;
	return !*all[process].python;
}

static int write_pythons(const struct profile *profile, FILE *stream)
{
	const char *between = "";
	int err = 0;

	put_fact(stream, "Python");
	for (size_t i = 0; i < profile->processes.count && !err; i++) {
		if (named_before(profile, i))
			continue;
		fputs(between, stream);
		err = html_put_text(stream, profile->processes.items[i].python);
		between = ", ";
	}
	if (!*between)
		fputs("none that is known", stream);
	end_fact(stream);
	return err;
}

static void write_samples(const struct profile_facts *facts, FILE *stream)
{
	put_fact(stream, "Samples");
	fprintf(stream,
		"%" PRIu64 " received, %" PRIu64 " due; %" PRIu64 " with a complete Python stack",
		facts->received, facts->due, facts->python_stacks);
	end_fact(stream);
	if (facts->filtered) {
		put_fact(stream, "Left out");
		fprintf(stream, "%" PRIu64 " samples, by the filters of this view",
			facts->filtered);
		end_fact(stream);
	}
	if (facts->native_stacks) {
		put_fact(stream, "Native stacks");
		fprintf(stream, "%" PRIu64 ", %.1f %% of them whole", facts->native_stacks,
			100.0 * (double)facts->whole_stacks / (double)facts->native_stacks);
		end_fact(stream);
	}
}

static void write_losses(const struct profile *profile, FILE *stream)
{
	if (!profile->losses.count)
		return;
	html_begin_table(stream, "losses", "Missing, incomplete or late samples", "",
			 "Reason|#Samples|What that is");
	for (size_t i = 0; i < profile->losses.count; i++) {
		const struct profile_loss *loss = &profile->losses.items[i];
		fprintf(stream, "<tr><th scope=\"row\"><code>%s</code></th>", loss->reason);
		html_put_count(stream, loss->count);
		fprintf(stream, "<td>%s</td></tr>\n", loss->sentence);
	}
	html_end_table(stream);
}

static int write_gaps(const struct profile *profile, FILE *stream)
{
	size_t count = profile->gaps.count, shown = count < GAPS ? count : GAPS;
	int err = 0;

	if (!count)
		return 0;
	html_begin_table(stream, "gaps", "Where native stacks end early", "", "Marker|#Samples");
	for (size_t i = 0; i < shown && !err; i++) {
		fputs("<tr>", stream);
		err = html_put_cell(stream, "th scope=\"row\"", profile->gaps.items[i].marker);
		html_put_count(stream, profile->gaps.items[i].count);
		fputs("</tr>\n", stream);
	}
	html_put_more(stream, count, shown, 2);
	html_end_table(stream);
	return err;
}

int html_facts_write(const struct profile *profile, FILE *stream)
{
	const struct profile_facts *facts = &profile->facts;

	fputs("<section id=\"run\"><h2>The run</h2>\n<dl>\n", stream);
	put_fact(stream, "Command");
	int err = html_put_text(stream, facts->command);
	end_fact(stream);
	err = err ? err : write_pythons(profile, stream);
	write_samples(facts, stream);
	put_fact(stream, "Cost of profiling");
	fprintf(stream, "%.3f s of CPU in user space, %.3f s in BPF", facts->own_user_s,
		facts->own_bpf_s);
	end_fact(stream);
	fputs("</dl></section>\n", stream);
	write_losses(profile, stream);
	return err ? err : write_gaps(profile, stream);
}
