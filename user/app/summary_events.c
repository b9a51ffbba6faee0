// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/summary_events.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "profile/profile.h"
#include "profile/slowest.h"

enum {
	TOP = 10
};

static void print_collections(const struct profile *profile, FILE *stream)
{
	uint64_t count = 0;
	double total_s = 0;

	for (size_t i = 0; i < profile->collections.count; i++) {
		count += profile->collections.items[i].count;
		total_s += profile->collections.items[i].total_s;
	}
	if (!count)
		return;
	fprintf(stream, "\nGarbage collections (%lu, %.3f s of wall time):\n", (unsigned long)count,
		total_s);
	for (size_t i = 0; i < profile->collections.count; i++) {
		const struct profile_collection *each = &profile->collections.items[i];
		fprintf(stream, "  %8.1f ms  gen %u: %lu, longest %.1f ms, %lu objects\n",
			1e3 * each->total_s, each->generation, (unsigned long)each->count,
			1e3 * each->longest_s, (unsigned long)each->collected);
	}
}

struct slowest {
	const struct profile_import *imports, **order; /* by total time */
	size_t count;
	FILE *stream;
};

static int print_import(const struct slowest *slowest, const struct profile_import *import,
			int depth)
{
	const char *parent = import->parent ? slowest->imports[import->parent - 1].module : "";
	CLEANUP(freep) char *module = text_printable(import->module, "");
	CLEANUP(freep) char *below = text_printable(parent, "");

	if (!module || !below)
		return -ENOMEM;
	fprintf(slowest->stream, "  %8.1f ms %8.1f ms  %*s%s", 1e3 * import->total_s,
		1e3 * import->self_s, 2 * depth, "", module);
	if (import->parent)
		fprintf(slowest->stream, " (in %s)", below);
	if (import->count > 1)
		fprintf(slowest->stream, ", %lu times", (unsigned long)import->count);
	fputc('\n', slowest->stream);
	return 0;
}

/* Those below one of them (index + 1; 0 = none), each with what is below it in turn. */
static int print_below(const struct slowest *slowest, size_t parent, int depth)
{
	int err = 0;

	for (size_t i = 0; i < slowest->count && !err; i++) {
		const struct profile_import *import = slowest->order[i];
		if (import->parent != parent)
			continue;
		err = print_import(slowest, import, depth);
		if (!err)
			err = print_below(slowest, (size_t)(import - slowest->imports) + 1,
					  depth + 1);
	}
	return err;
}

static int print_imports(const struct profile *profile, FILE *stream)
{
	const struct profile_import *imports = profile->imports.items;
	size_t count = profile->imports.count;
	CLEANUP(freep) const struct profile_import **order = slowest_imports(profile);
	struct slowest slowest = {imports, order, count < TOP ? count : TOP, stream};
	uint64_t times = 0;
	double total_s = 0, rest_s = 0;

	if (!order)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		times += imports[i].count;
		total_s += imports[i].parent ? 0 : imports[i].total_s;
	}
	for (size_t i = slowest.count; i < count; i++)
		rest_s += order[i]->self_s;
	fprintf(stream,
		"\nImports (%lu, %.3f s of wall time), with and without "
		"what each imports in turn:\n",
		(unsigned long)times, total_s);
	int err = print_below(&slowest, 0, 0);
	if (count > TOP && !err)
		fprintf(stream, "  %8s    %8.1f ms  in %zu more\n", "", 1e3 * rest_s, count - TOP);
	return err;
}

static bool came_before(const struct profile *profile, size_t index)
{
	const struct profile_process *all = profile->processes.items;

	for (size_t i = 0; i < index; i++)
		if (all[i].without_probes && !strcmp(all[i].python, all[index].python))
			return true;
	return false;
}

/* The Pythons that tell nothing, once each. */
static void print_silent(const struct profile *profile, FILE *stream)
{
	for (size_t i = 0; i < profile->processes.count; i++) {
		const struct profile_process *process = &profile->processes.items[i];
		if (process->without_probes && *process->python && !came_before(profile, i))
			fprintf(stream,
				"\nCollections and imports of Python %s are not seen: it was "
				"built without probes (--with-dtrace)\n",
				process->python);
	}
}

int summary_print_events(const struct profile *profile, FILE *stream)
{
	int err;

	print_collections(profile, stream);
	err = profile->imports.count ? print_imports(profile, stream) : 0;
	print_silent(profile, stream);
	return err;
}
