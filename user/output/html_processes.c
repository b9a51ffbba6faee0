// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/html_processes.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "output/html_cells.h"
#include "profile/slowest.h"

enum {
	SHOWN = 200, /* rows of each table */
};

static int write_process(const struct profile_process *process, FILE *stream)
{
	fputs("<tr>", stream);
	int err = html_put_cell(stream, "th scope=\"row\"", process->name);
	html_put_count(stream, process->pid);
	err = err ? err : html_put_cell(stream, "td", process->python);
	html_put_decimal(stream, process->cpu_s, 3);
	html_put_count(stream, process->samples);
	fputs("</tr>\n", stream);
	return err;
}

static int write_processes(const struct profile *profile, FILE *stream)
{
	size_t count = profile->processes.count, shown = count < SHOWN ? count : SHOWN;
	CLEANUP(freep) const struct profile_process **order = slowest_processes(profile);
	int err = order ? 0 : -ENOMEM;

	if (err || !count)
		return err;
	html_begin_table(stream, "processes", "Processes", "",
			 "Process|#Number|Python|#CPU, s|#Samples");
	for (size_t i = 0; i < shown && !err; i++)
		err = write_process(order[i], stream);
	html_put_more(stream, count, shown, 5);
	html_end_table(stream);
	return err;
}

static int by_samples(const void *left, const void *right)
{
	const struct profile_node *a = *(const struct profile_node *const *)left;
	const struct profile_node *b = *(const struct profile_node *const *)right;

	if (a->total != b->total)
		return a->total < b->total ? 1 : -1;
	return (a > b) - (a < b);
}

static int write_thread(const struct profile *profile, const struct profile_node *node,
			FILE *stream)
{
	uint32_t process = profile->detail->nodes.items[node->parent].frame;

	fputs("<tr>", stream);
	int err = html_put_cell(stream, "th scope=\"row\"",
				frames_get(&profile->frames, node->frame)->name);
	err = err ? err : html_put_cell(stream, "td", frames_get(&profile->frames, process)->name);
	html_put_cost(stream, profile, node->total);
	fputs("</tr>\n", stream);
	return err;
}

/* In the detailed tree threads stand directly below processes. */
static int write_threads(const struct profile *profile, FILE *stream)
{
	const struct profile *detail = profile->detail;
	VEC(const struct profile_node *) threads = {0};
	int err = 0;

	for (size_t i = 1; detail && i < detail->nodes.count && !err; i++) {
		const struct profile_node *node = &detail->nodes.items[i];
		if (node->parent && detail->nodes.items[node->parent].parent == PROFILE_ROOT &&
		    frames_get(&profile->frames, node->frame)->kind == FRAME_THREAD)
			err = vec_push(&threads, node);
	}
	if (!err && threads.count) {
		size_t shown = threads.count < SHOWN ? threads.count : SHOWN;
		qsort(threads.items, threads.count, sizeof(*threads.items), by_samples);
		html_begin_table(stream, "threads", "Threads", "",
				 "Thread|Process|#Share|#CPU, s|#Samples");
		for (size_t i = 0; i < shown && !err; i++)
			err = write_thread(profile, threads.items[i], stream);
		html_put_more(stream, threads.count, shown, 5);
		html_end_table(stream);
	}
	vec_done(&threads);
	return err;
}

int html_processes_write(const struct profile *profile, FILE *stream)
{
	int err = write_processes(profile, stream);

	return err ? err : write_threads(profile, stream);
}
