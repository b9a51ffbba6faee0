// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/html_cells.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "output/xml.h"
#include "profile/function_table.h"

int html_put_text(FILE *stream, const char *text)
{
	CLEANUP(freep) char *printable = text_printable(text ? text : "", "");

	if (!printable)
		return -ENOMEM;
	xml_write_limited(stream, printable, HTML_LABEL);
	return 0;
}

int html_put_name(FILE *stream, const char *name)
{
	return html_put_text(stream, name[strspn(name, " ")] ? name : "[blank]");
}

int html_put_cell(FILE *stream, const char *open, const char *text)
{
	fprintf(stream, "<%s>", open);
	int err = html_put_text(stream, text);
	fprintf(stream, "</%.2s>", open);
	return err;
}

double html_percent(const struct profile *profile, uint64_t samples)
{
	uint64_t all = profile_total(profile);

	return all ? 100.0 * (double)samples / (double)all : 0;
}

double html_margin(const struct profile *profile, uint64_t samples)
{
	return 100 * sample_margin(samples, profile_total(profile));
}

void html_put_cost(FILE *stream, const struct profile *profile, uint64_t samples)
{
	fprintf(stream, "<td class=\"n\">%.1f\xc2\xa0%%\xc2\xa0<small>\xc2\xb1%.1f</small></td>",
		html_percent(profile, samples), html_margin(profile, samples));
	html_put_decimal(stream, profile_seconds(profile, samples), 3);
	html_put_count(stream, samples);
}

void html_put_count(FILE *stream, uint64_t count)
{
	fprintf(stream, "<td class=\"n\">%" PRIu64 "</td>", count);
}

void html_put_decimal(FILE *stream, double number, int decimals)
{
	fprintf(stream, "<td class=\"n\">%.*f</td>", decimals, number);
}

static void put_heads(FILE *stream, const char *columns)
{
	for (const char *end; columns; columns = *end ? end + 1 : NULL) {
		end = strchrnul(columns, '|');
		const char *name = columns + (*columns == '#');
		fprintf(stream, "<th scope=\"col\"%s>%.*s</th>",
			*columns == '#' ? " class=\"n\"" : "", (int)(end - name), name);
	}
}

void html_begin_table(FILE *stream, const char *id, const char *heading, const char *intro,
		      const char *columns)
{
	fprintf(stream, "<section id=\"%s\"><h2 id=\"%s-h\">%s</h2>\n", id, id, heading);
	if (*intro)
		fprintf(stream, "<p>%s</p>\n", intro);
	fprintf(stream,
		"<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"%s-h\">"
		"<table aria-labelledby=\"%s-h\"><thead><tr>",
		id, id);
	put_heads(stream, columns);
	fputs("</tr></thead><tbody>\n", stream);
}

void html_end_table(FILE *stream)
{
	fputs("</tbody></table></div></section>\n", stream);
}

void html_put_more(FILE *stream, size_t count, size_t shown, int columns)
{
	if (count > shown)
		fprintf(stream, "<tr><td colspan=\"%d\">and %zu more</td></tr>\n", columns,
			count - shown);
}
