// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/flamegraph_head.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "output/palette.h"
#include "output/xml.h"

#define DOT " \xc2\xb7 "

/* Room for UINT64_MAX with a comma after every third digit. */
struct digits {
	char text[32];
};

/* "1,234,567" */
static struct digits grouped(uint64_t number)
{
	struct digits digits;
	char plain[24];
	int length = sprintf(plain, "%" PRIu64, number), used = 0;

	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			digits.text[used++] = ',';
		digits.text[used++] = plain[i];
	}
	digits.text[used] = '\0';
	return digits;
}

static const char *plural(uint64_t count, const char *one, const char *many)
{
	return count == 1 ? one : many;
}

static uint64_t count_lost(const struct profile *profile, enum loss_kind kind)
{
	uint64_t lost = 0;

	for (size_t i = 0; i < profile->losses.count; i++)
		if (profile->losses.items[i].kind == kind)
			lost += profile->losses.items[i].count;
	return lost;
}

/* Facts may be missing in a profile that was made by hand: texts then are NULL. */
static char *printable(const char *text)
{
	return text_printable(text ? text : "", "");
}

/* "cpu clock at 99 Hz · 1,984 samples, 2,000 due · 16 lost · 3 Python and 5 native stacks not
 * whole" */
static int write_samples(const struct profile *profile, FILE *stream)
{
	const struct profile_facts *facts = &profile->facts;
	uint64_t cut_native = facts->native_stacks - facts->whole_stacks;
	uint64_t cut_python = count_lost(profile, LOSS_FRAMES);
	CLEANUP(freep) char *clock = printable(facts->clock);

	if (!clock)
		return -ENOMEM;
	xml_write(stream, clock);
	fprintf(stream, " clock at %g Hz" DOT "%s %s received, ", facts->rate_hz,
		grouped(facts->received).text, plural(facts->received, "sample", "samples"));
	fprintf(stream, "%s due" DOT, grouped(facts->due).text);
	fprintf(stream, "%s lost", grouped(count_lost(profile, LOSS_SAMPLE)).text);
	fprintf(stream, DOT "stacks not whole: %s Python, ", grouped(cut_python).text);
	fprintf(stream, "%s native", grouped(cut_native).text);
	if (facts->filtered)
		fprintf(stream, DOT "%s filtered out", grouped(facts->filtered).text);
	return 0;
}

static void write_times(const struct profile *profile, FILE *stream)
{
	const struct profile_facts *facts = &profile->facts;

	fprintf(stream, "%.1f s long" DOT "%.1f s of CPU%s", facts->duration_s, facts->cpu_s,
		facts->cut_short ? DOT "cut short: ltsbpf was killed" : "");
}

int flamegraph_head_describe(const struct profile *profile, FILE *stream)
{
	CLEANUP(freep) char *command = printable(profile->facts.command);

	if (!command)
		return -ENOMEM;
	fputs("<title id=\"name\">", stream);
	xml_write_limited(stream, command, FLAMEGRAPH_LABEL);
	fputs(DOT "flame graph</title>\n<desc id=\"facts\">", stream);
	if (write_samples(profile, stream))
		return -ENOMEM;
	fputs(DOT, stream);
	write_times(profile, stream);
	for (size_t i = 0; i < profile->losses.count; i++) {
		const struct profile_loss *loss = &profile->losses.items[i];
		CLEANUP(freep) char *sentence = printable(loss->sentence);
		if (!sentence)
			return -ENOMEM;
		fprintf(stream, "\n%s: ", grouped(loss->count).text);
		xml_write(stream, sentence);
	}
	fputs("</desc>\n", stream);
	return 0;
}

static int write_title(const struct profile *profile, FILE *stream)
{
	static const double column = 9.7; /* of the title's bold 16 px font */
	CLEANUP(freep) char *command = printable(profile->facts.command);

	if (!command)
		return -ENOMEM;
	fprintf(stream, "<text id=\"title\" x=\"%d\" y=\"26\">", FLAMEGRAPH_PAD);
	xml_write_columns(stream, command,
			  (size_t)((FLAMEGRAPH_WIDTH - 2 * FLAMEGRAPH_PAD) / column));
	fputs("</text>\n", stream);
	return 0;
}

/* True when an earlier process has the same Python version. */
static bool named_before(const struct profile *profile, size_t process)
{
	for (size_t i = 0; i < process; i++)
		if (!strcmp(profile->processes.items[i].python,
			    profile->processes.items[process].python))
			return true;
	return false;
}

static int write_pythons(const struct profile *profile, FILE *stream)
{
	const char *before = DOT "Python ";

	for (size_t i = 0; i < profile->processes.count; i++) {
		const char *python = profile->processes.items[i].python;
		if (!*python || named_before(profile, i))
			continue;
		CLEANUP(freep) char *version = printable(python);
		if (!version)
			return -ENOMEM;
		fputs(before, stream);
		xml_write(stream, version);
		before = ", ";
	}
	return 0;
}

static void write_start(const struct profile *profile, FILE *stream)
{
	time_t start = (time_t)profile->facts.start_unix_s;
	char text[64];
	struct tm utc;

	if (start && gmtime_r(&start, &utc) && strftime(text, sizeof(text), "%F %H:%M UTC", &utc))
		fprintf(stream, DOT "%s", text);
}

static void write_hidden(const struct flamegraph_layout *layout, FILE *stream)
{
	const struct profile *profile = layout->order.profile;
	uint64_t hidden = layout->hidden_frames;

	if (!hidden || !layout->boxes.count)
		return;
	fprintf(stream, DOT "%s %s under %g %% hidden, %.1f %%", grouped(hidden).text,
		plural(hidden, "frame", "frames"), layout->per_mille / 10.0,
		100.0 * (double)layout->hidden_samples / (double)profile_total(profile));
}

static int write_subtitle(const struct flamegraph_layout *layout, FILE *stream)
{
	const struct profile *profile = layout->order.profile;

	fprintf(stream, "<text id=\"subtitle\" x=\"%d\" y=\"47\">", FLAMEGRAPH_PAD);
	int err = write_samples(profile, stream);
	fprintf(stream, "</text>\n<text id=\"times\" x=\"%d\" y=\"63\">", FLAMEGRAPH_PAD);
	write_times(profile, stream);
	err = err ? err : write_pythons(profile, stream);
	write_start(profile, stream);
	fputs("<tspan id=\"hidden\">", stream);
	write_hidden(layout, stream);
	fputs("</tspan><tspan id=\"hint\">" DOT "answers to clicks in a browser</tspan></text>\n",
	      stream);
	return err;
}

static void write_legend(const struct flamegraph_layout *layout, FILE *stream)
{
	const struct profile *profile = layout->order.profile;
	bool present[PALETTES] = {false};
	double x = FLAMEGRAPH_PAD;

	for (size_t i = 1; i < layout->boxes.count; i++) {
		uint32_t frame = profile->nodes.items[layout->boxes.items[i].node].frame;
		present[palette_of(frames_get(&profile->frames, frame))] = true;
	}
	fputs("<g id=\"legend\">\n", stream);
	for (enum palette palette = 0; palette < PALETTES; palette++) {
		const char *meaning = palette_meaning(palette);
		if (!present[palette])
			continue;
		fprintf(stream,
			"<g class=\"%c\"><rect x=\"%.1f\" y=\"74\" width=\"12\" height=\"12\"/>"
			"<text x=\"%.1f\" y=\"84\">%s</text></g>\n",
			palette_class(palette), x, x + 17, meaning);
		x += 17 + 7.25 * (double)strlen(meaning) + 20;
	}
	fputs("</g>\n", stream);
}

/*
 * The head where the script runs, which shows and fills it. HTML, for it wraps in narrow windows
 * and has fields that every browser can edit. No name of a frame or of the program is in it.
 */
#define BUTTON(id, title, more, text)                                                              \
	"<button type=\"button\" id=\"" id "\" title=\"" title "\"" more ">" text "</button>"
#define TOGGLE(id, title, text) BUTTON(id, title, " aria-pressed=\"false\"", text)

static const char panel[] =
	"<foreignObject id=\"panel\" display=\"none\" width=\"1200\" height=\"180\">"
	"<div xmlns=\"http://www.w3.org/1999/xhtml\">"
	"<div id=\"heading\" role=\"heading\" aria-level=\"1\"></div>"
	"<div id=\"facts_shown\"></div>"
	"<div id=\"kinds\" role=\"group\" aria-label=\"Kinds of frames; press to hide one\"></div>"
	"<div id=\"tools\">"
	/* clang-format off */
	TOGGLE("icicle", "Root at the top (I)", "Icicle")
	TOGGLE("reversed", "From the leaf: what called it comes next (R)", "Reversed")
	TOGGLE("lines", "Python functions split by line (L)", "By line")
	TOGGLE("threads", "Processes split by thread (T)", "Threads")
	"<select id=\"process\" aria-label=\"process\"></select>"
	"<select id=\"thread\" aria-label=\"thread\"></select>"
	"<label title=\"Ctrl-I\"><input id=\"ignorecase\" type=\"checkbox\"/>"
	"ignore case</label>"
	"<input id=\"search\" type=\"search\" role=\"searchbox\" aria-describedby=\"matched\" "
	"aria-label=\"Search frames by regular expression\" placeholder=\"Search (regex)\" "
	"title=\"/ or Ctrl-F; Enter: next match\" autocomplete=\"off\" spellcheck=\"false\"/>"
	BUTTON("previous", "Previous match (Shift-N)", " aria-label=\"Previous match\"",
	       "\xe2\x80\xb9")
	BUTTON("next", "Next match (N)", " aria-label=\"Next match\"", "\xe2\x80\xba")
	"<b id=\"matched\" role=\"status\"></b><span id=\"hits\"></span>"
	"<span id=\"unknown\"></span>"
	"</div><div id=\"way\">"
	BUTTON("unzoom", "Esc", " hidden=\"hidden\"", "Reset zoom")
	/* clang-format on */
	"<span id=\"crumbs\" role=\"group\" aria-label=\"Callers of the zoomed frame\"></span>"
	"</div>"
	"<div id=\"details\"></div></div></foreignObject>\n";

int flamegraph_head_write(const struct flamegraph_layout *layout, FILE *stream)
{
	fprintf(stream,
		"<g id=\"head\"><rect id=\"headground\" class=\"ground\" width=\"100%%\" "
		"height=\"%d\"/>\n",
		FLAMEGRAPH_HEAD);
	int err = write_title(layout->order.profile, stream);
	err = err ? err : write_subtitle(layout, stream);
	write_legend(layout, stream);
	fputs(panel, stream);
	fputs("</g>\n", stream);
	return err;
}

/* What kept the samples away, as far as the facts tell. */
static void write_reason(const struct profile *profile, FILE *stream)
{
	const struct profile_facts *facts = &profile->facts;
	uint64_t lost = count_lost(profile, LOSS_SAMPLE) + count_lost(profile, LOSS_FRAMES);

	if (facts->filtered)
		fprintf(stream, "The filters that were asked for leave out all %s %s.",
			grouped(facts->filtered).text,
			plural(facts->filtered, "sample", "samples"));
	else if (lost)
		fprintf(stream, "%s %s lost: the summary of the recording says why.",
			grouped(lost).text, plural(lost, "sample was", "samples were"));
	else if (facts->due)
		fprintf(stream, "%s %s due and none came: run again with -v.",
			grouped(facts->due).text, plural(facts->due, "sample was", "samples were"));
	else
		fprintf(stream,
			"The program used %.3f s of CPU and one sample stands for %.3f s: "
			"record for longer or at a higher rate.",
			facts->cpu_s, profile_seconds(profile, 1));
}

void flamegraph_head_explain_empty(const struct profile *profile, FILE *stream)
{
	fprintf(stream, "<text id=\"empty\" x=\"%d\" y=\"%d\">no samples</text>\n", FLAMEGRAPH_PAD,
		FLAMEGRAPH_HEAD + 20);
	fprintf(stream, "<text x=\"%d\" y=\"%d\">", FLAMEGRAPH_PAD, FLAMEGRAPH_HEAD + 42);
	write_reason(profile, stream);
	fputs("</text>\n", stream);
}
