// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/html.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "output/html_assets.h"
#include "output/html_callers.h"
#include "output/html_cells.h"
#include "output/html_events.h"
#include "output/html_facts.h"
#include "output/html_functions.h"
#include "output/html_processes.h"
#include "output/html_source.h"
#include "output/output.h"

/*
 * Scripts and styles of the page itself, and nothing from anywhere else. A frame without an
 * address of its own, like that of the graph, is under its page's policy (Content Security Policy
 * Level 3; HTML standard, "policy containers").
 */
static const char head[] =
	"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	"script-src 'unsafe-inline'; style-src 'unsafe-inline'; base-uri 'none'; "
	"form-action 'none'\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	"<meta name=\"color-scheme\" content=\"light dark\">\n"
	"<meta name=\"referrer\" content=\"no-referrer\">\n";

/* On paper the graph is as large as its frame, and its head, kept in sight on the screen, on top.
 */
static const char graph_head[] = "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\">"
				 "<title>Flame graph</title><style>"
				 ":root{color-scheme:light dark}body{margin:0}"
				 "@media print{body>svg{height:99vh}#head{transform:none}}</style>";

/* The root of the graph is at its bottom. A frame has its size only when it is drawn. */
static const char graph_end[] =
	"<script>addEventListener('load', () => requestAnimationFrame(() => "
	"scrollTo(0, document.body.scrollHeight)))</script>";

static int write_head(const struct profile *profile, FILE *stream)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n", stream);
	fputs(head, stream);
	fputs("<title>", stream);
	int err = html_put_text(stream, profile->facts.command);
	fputs(" \xc2\xb7 profile</title>\n<style>\n", stream);
	fwrite(html_css_start, 1, (size_t)(html_css_end - html_css_start), stream);
	fputs("</style>\n</head>\n<body>\n<header><h1>", stream);
	err = err ? err : html_put_text(stream, profile->facts.command);
	fputs("</h1>\n", stream);
	err = err ? err : html_facts_write_head(profile, stream);
	fputs("</header>\n", stream);
	return err;
}

static void write_link(const char *id, const char *text, bool there, FILE *stream)
{
	if (there)
		fprintf(stream, "<a href=\"#%s\">%s</a>\n", id, text);
}

static void write_links(const struct profile *profile, bool sources, FILE *stream)
{
	fputs("<nav aria-label=\"Sections\">\n", stream);
	write_link("graph", "Flame graph", true, stream);
	write_link("functions", "Functions", true, stream);
	write_link("source", "Lines", sources, stream);
	write_link("processes", "Processes", profile->processes.count, stream);
	write_link("collections", "Collections", profile->collections.count, stream);
	write_link("imports", "Imports", profile->imports.count, stream);
	write_link("calls", "Calls", profile->facts.calls.kind != CALLS_NONE, stream);
	write_link("run", "The run", true, stream);
	fputs("</nav>\n", stream);
}

/* In an attribute between single quotes, in which the many double ones can stay as they are. */
static void write_quoted(const char *text, FILE *stream)
{
	for (; *text; text++)
		if (*text == '&')
			fputs("&amp;", stream);
		else if (*text == '\'')
			fputs("&#39;", stream);
		else
			fputc(*text, stream);
}

/* A document of its own, so that neither style nor script of one gets at the other's. */
static int write_graph(const struct profile *profile, FILE *stream)
{
	CLEANUP(freep) char *svg = NULL;
	size_t size;
	FILE *memory = open_memstream(&svg, &size);
	int err = memory ? flamegraph_write(profile, memory) : -ENOMEM;

	if (memory && fclose(memory))
		err = -ENOMEM;
	if (err)
		return -ENOMEM;
	const char *root = strstr(svg, "<svg"); /* behind XML's own first line */
	fputs("<section id=\"graph\"><h2>Flame graph</h2>\n"
	      "<iframe title=\"Flame graph\" srcdoc='",
	      stream);
	write_quoted(graph_head, stream);
	write_quoted(root ? root : svg, stream);
	write_quoted(graph_end, stream);
	fputs("'></iframe></section>\n", stream);
	return 0;
}

static int write_main(const struct html_functions *functions, const struct html_sources *sources,
		      html_source_reader *read, FILE *stream)
{
	const struct profile *profile = functions->profile;

	fputs("<main>\n", stream);
	int err = write_graph(profile, stream);
	err = err ? err : html_functions_write(functions, sources->shown, stream);
	err = err ? err : html_sources_write(sources, read, stream);
	err = err ? err : html_processes_write(profile, stream);
	err = err ? err : html_events_write(profile, stream);
	err = err ? err : html_facts_write(profile, stream);
	fputs("</main>\n", stream);
	return err;
}

static int write_page(const struct html_functions *functions, const struct html_sources *sources,
		      html_source_reader *read, FILE *stream)
{
	int err = write_head(functions->profile, stream);

	write_links(functions->profile, sources->count, stream);
	err = err ? err : write_main(functions, sources, read, stream);
	err = err ? err : html_callers_write(functions, stream);
	if (err)
		return err;
	fputs("<script>\n", stream);
	fwrite(html_js_start, 1, (size_t)(html_js_end - html_js_start), stream);
	fputs("</script>\n</body>\n</html>\n", stream);
	return file_stream_error(stream);
}

int html_write(const struct profile *profile, html_source_reader *read, FILE *stream)
{
	CLEANUP(html_functions_done) struct html_functions functions = {0};
	CLEANUP(html_sources_done) struct html_sources sources = {0};
	int err = html_functions_init(&functions, profile);

	err = err ? err : html_sources_init(&sources, &functions);
	return err ? err : write_page(&functions, &sources, read, stream);
}
