// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * The file that cProfile's dump_stats() writes, from samples: marshal of
 *
 *	{(file, first line, name): (cc, nc, tt, ct, callers)}    callers: {key: (nc, cc, tt, ct)}
 *
 * with cc and nc the other way round inside callers (CPython 3.11 Lib/cProfile.py,
 * snapshot_stats). Sampling knows no calls: cc = nc = samples with the function in their stack, and
 * the common root above everything says so in its name, where every viewer shows it. That root is
 * there without any sample too: pstats refuses an empty dict.
 */
#include "output/output.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "output/marshal.h"
#include "output/pstats_table.h"

struct writer {
	const struct profile *profile;
	const struct pstats_table *table;
	FILE *stream;
};

static char *root_name(const struct profile_facts *facts)
{
	bool tick = facts->clock && !strcmp(facts->clock, "tick");
	char *name;
	int length =
		asprintf(&name, "<ltsbpf: %s%.10g Hz on-CPU samples; ncalls = samples, not calls>",
			 tick ? "tick clock " : "", facts->rate_hz);

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

/* The four numbers of a function or a caller: as cc and nc are equal, their order is, too. */
static void write_cost(const struct writer *writer, const struct pstats_cost *cost)
{
	marshal_int(writer->stream, (int64_t)cost->total);
	marshal_int(writer->stream, (int64_t)cost->total);
	marshal_double(writer->stream, profile_seconds(writer->profile, cost->self));
	marshal_double(writer->stream, profile_seconds(writer->profile, cost->total));
}

static void write_callers(const struct writer *writer, const struct pstats_function *function)
{
	const struct pstats_call *calls = writer->table->calls.items;

	marshal_dict_open(writer->stream);
	for (uint32_t i = function->first_call; i; i = calls[i].next_call) {
		write_key(writer, calls[i].caller);
		marshal_tuple(writer->stream, 4);
		write_cost(writer, &calls[i].cost);
	}
	marshal_dict_close(writer->stream);
}

static void write_function(const struct writer *writer, uint32_t index)
{
	const struct pstats_function *function = &writer->table->functions.items[index];

	write_key(writer, index);
	marshal_tuple(writer->stream, 5);
	write_cost(writer, &function->cost);
	write_callers(writer, function);
}

int pstats_write(const struct profile *profile, FILE *stream)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};
	CLEANUP(freep) char *name = root_name(&profile->facts);
	struct writer writer = {.profile = profile, .table = &table, .stream = stream};
	int err = name ? pstats_table_make(&table, profile, name) : -ENOMEM;

	if (err)
		return err;
	marshal_dict_open(stream);
	for (size_t i = 0; i < table.functions.count; i++)
		write_function(&writer, (uint32_t)i);
	marshal_dict_close(stream);
	return fflush(stream) || ferror(stream) ? -EIO : 0;
}
