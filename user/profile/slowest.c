// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/slowest.h"

#include <stdlib.h>

static int by_cpu(const void *left, const void *right)
{
	const struct profile_process *a = *(const struct profile_process *const *)left;
	const struct profile_process *b = *(const struct profile_process *const *)right;

	if (a->cpu_s != b->cpu_s)
		return a->cpu_s < b->cpu_s ? 1 : -1;
	return (a->pid > b->pid) - (a->pid < b->pid);
}

static int by_total(const void *left, const void *right)
{
	const struct profile_import *a = *(const struct profile_import *const *)left;
	const struct profile_import *b = *(const struct profile_import *const *)right;

	if (a->total_s != b->total_s)
		return a->total_s < b->total_s ? 1 : -1;
	return (a > b) - (a < b);
}

const struct profile_process **slowest_processes(const struct profile *profile)
{
	size_t count = profile->processes.count;
	const struct profile_process **order = calloc(count + 1, sizeof(*order));

	for (size_t i = 0; order && i < count; i++)
		order[i] = &profile->processes.items[i];
	if (order)
		qsort(order, count, sizeof(*order), by_cpu);
	return order;
}

const struct profile_import **slowest_imports(const struct profile *profile)
{
	size_t count = profile->imports.count;
	const struct profile_import **order = calloc(count + 1, sizeof(*order));

	for (size_t i = 0; order && i < count; i++)
		order[i] = &profile->imports.items[i];
	if (order)
		qsort(order, count, sizeof(*order), by_total);
	return order;
}
