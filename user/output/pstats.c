// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * The file that cProfile's dump_stats() writes, from samples: marshal of
 *
 *	{(file, first line, name): (cc, nc, tt, ct, callers)}    callers: {key: (nc, cc, tt, ct)}
 *
 * with cc and nc the other way round inside callers (CPython 3.11 Lib/cProfile.py,
 * snapshot_stats). Sampling knows no calls: cc = nc = samples with the function in their stack.
 * Where calls were counted, cc and nc are these, and 0 for what was not counted. The common root
 * above everything says in its name which it is, where every viewer shows it. That root is there
 * without any sample too: pstats refuses an empty dict.
 */
#include "output/output.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "output/marshal.h"
#include "output/pstats_calls.h"
#include "output/pstats_table.h"

struct writer {
	const struct profile *profile;
	const struct pstats_table *table;
	FILE *stream;
};

/* What the column ncalls has; as long as the words of the longest kind. */
struct meaning {
	char words[64];
};

static struct meaning meaning_of_ncalls(const struct profile_calls_facts *calls)
{
	struct meaning meaning = {"samples, not calls"};

	if (calls->kind != CALLS_NONE)
		strcpy(meaning.words, "exact calls");
	if (calls->kind != CALLS_NONE && calls->over_budget)
		snprintf(meaning.words, sizeof(meaning.words), "exact calls of the first %.3g s",
			 calls->covered_s);
	return meaning;
}

static char *root_name(const struct profile_facts *facts)
{
	bool tick = facts->clock && !strcmp(facts->clock, "tick");
	char *name;

	if (pstats_calls_timed(facts))
		return strdup("<ltsbpf: exact calls and wall times from the interpreter's probes>");
	int length = asprintf(&name, "<ltsbpf: %s%.10g Hz on-CPU samples; ncalls = %s>",
			      tick ? "tick clock " : "", facts->rate_hz,
			      meaning_of_ncalls(&facts->calls).words);
	return length < 0 ? NULL : name;
}

static void write_key(const struct writer *writer, uint32_t index)
{
	const struct pstats_function *function = &writer->table->functions.items[index];

	marshal_tuple(writer->stream, 3);
	marshal_text(writer->stream, function->file);
	marshal_int(writer->stream, function->first_line);
	marshal_text(writer->stream, function->name);
}

/* The four numbers of a function or, with the first two in the other order, of a caller. */
static void write_cost(const struct writer *writer, const struct pstats_cost *cost,
		       bool primitive_first)
{
	bool counted = writer->profile->facts.calls.kind != CALLS_NONE;
	int64_t calls = (int64_t)(counted ? cost->calls : cost->total);
	int64_t primitive = (int64_t)(counted ? cost->primitive : cost->total);
	double self_s = profile_seconds(writer->profile, cost->self);
	double total_s = profile_seconds(writer->profile, cost->total);

	marshal_int(writer->stream, primitive_first ? primitive : calls);
	marshal_int(writer->stream, primitive_first ? calls : primitive);
	marshal_double(writer->stream, cost->timed ? cost->own_s : self_s);
	marshal_double(writer->stream, cost->timed ? cost->total_s : total_s);
}

static void write_callers(const struct writer *writer, const struct pstats_function *function)
{
	const struct pstats_call *calls = writer->table->calls.items;

	marshal_dict_open(writer->stream);
	for (uint32_t i = function->first_call; i; i = calls[i].next_call) {
		if (function->cost.timed && !calls[i].cost.timed)
			continue; /* a caller by the samples: its times would not add up */
		write_key(writer, calls[i].caller);
		marshal_tuple(writer->stream, 4);
		write_cost(writer, &calls[i].cost, false);
	}
	marshal_dict_close(writer->stream);
}

static void write_function(const struct writer *writer, uint32_t index)
{
	const struct pstats_function *function = &writer->table->functions.items[index];

	write_key(writer, index);
	marshal_tuple(writer->stream, 5);
	write_cost(writer, &function->cost, true);
	write_callers(writer, function);
}

int pstats_write(const struct profile *profile, FILE *stream)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};
	CLEANUP(freep) char *name = root_name(&profile->facts);
	struct writer writer = {.profile = profile, .table = &table, .stream = stream};
	int err = name ? pstats_table_make(&table, profile, name) : -ENOMEM;

	if (!err)
		err = pstats_calls_add(&table, profile);
	if (err)
		return err;
	marshal_dict_open(stream);
	for (size_t i = 0; i < table.functions.count; i++)
		write_function(&writer, (uint32_t)i);
	marshal_dict_close(stream);
	return file_stream_error(stream);
}
