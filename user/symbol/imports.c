// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/imports.h"

#include <errno.h>
#include <string.h>

#include "profile/profile.h"

/* The node of the module below `parent` (index + 1), made when there is none; -ENOMEM. */
static int64_t node_of(struct imports *imports, uint32_t parent, const char *module)
{
	struct import_node node = {.module = module, .parent = parent};
	uint64_t hash = hash64(parent, (uintptr_t)module), index;

	for (; map64_get(&imports->node_by_name, hash, &index); hash++) {
		const struct import_node *known = &imports->nodes.items[index];
		if (known->parent == parent && known->module == module)
			return (int64_t)index;
	}
	index = imports->nodes.count;
	if (vec_push(&imports->nodes, node) || map64_put(&imports->node_by_name, hash, index))
		return -ENOMEM;
	return (int64_t)index;
}

/* A place for one more open import, as index + 1; 0 when memory is out. */
static uint32_t new_open(struct imports *imports)
{
	uint32_t place = imports->unused;

	if (place) {
		imports->unused = imports->open.items[place - 1].outer;
		return place;
	}
	if (vec_push(&imports->open, (struct open_import){0}))
		return 0;
	return (uint32_t)imports->open.count;
}

static int begin(struct imports *imports, size_t index, const char *module, uint64_t time_ns)
{
	struct import_thread *thread = &imports->threads.items[index];
	uint32_t outer = thread->innermost, parent = 0;

	if (thread->depth >= MAX_OPEN_IMPORTS) {
		thread->too_deep++;
		return 0;
	}
	if (outer)
		parent = imports->open.items[outer - 1].node + 1;
	int64_t node = node_of(imports, parent, module);
	uint32_t place = node < 0 ? 0 : new_open(imports);
	if (!place)
		return -ENOMEM;
	imports->open.items[place - 1] = (struct open_import){
		.node = (uint32_t)node,
		.outer = outer,
		.begin_ns = time_ns,
	};
	thread->innermost = place;
	thread->depth++;
	return 0;
}

static void end_innermost(struct imports *imports, struct import_thread *thread, uint64_t time_ns)
{
	uint32_t place = thread->innermost;
	struct open_import *ended = &imports->open.items[place - 1];
	struct import_node *node = &imports->nodes.items[ended->node];
	uint64_t total_ns = time_ns > ended->begin_ns ? time_ns - ended->begin_ns : 0;

	node->count++;
	node->total_ns += total_ns;
	node->self_ns += total_ns > ended->below_ns ? total_ns - ended->below_ns : 0;
	if (ended->outer)
		imports->open.items[ended->outer - 1].below_ns += total_ns;
	thread->innermost = ended->outer;
	thread->depth--;
	ended->outer = imports->unused;
	imports->unused = place;
}

/* Ends the innermost open import of the module and all inside it; none of that name: nothing. */
static void end(struct imports *imports, struct import_thread *thread, const char *module,
		uint64_t time_ns)
{
	uint32_t place = thread->innermost;
	const struct open_import *open = imports->open.items;

	if (thread->too_deep) {
		thread->too_deep--;
		return;
	}
	while (place && strcmp(imports->nodes.items[open[place - 1].node].module, module) != 0)
		place = open[place - 1].outer;
	if (!place)
		return;
	uint32_t outer = open[place - 1].outer;
	while (thread->innermost != outer)
		end_innermost(imports, thread, time_ns);
}

/* At the time given, or at 0 when the thread was last heard of: when it ended is not known. */
static void end_thread(struct imports *imports, struct import_thread *thread, uint64_t time_ns)
{
	if (time_ns < thread->heard_ns)
		time_ns = thread->heard_ns;
	while (thread->innermost)
		end_innermost(imports, thread, time_ns);
	thread->too_deep = 0;
}

static int end_process(struct imports *imports, uint32_t pid, uint64_t time_ns)
{
	uint64_t next;

	if (!map64_get(&imports->thread_by_pid, pid, &next))
		return 0;
	while (next) {
		struct import_thread *thread = &imports->threads.items[next - 1];
		end_thread(imports, thread, time_ns);
		next = thread->next;
		thread->next = 0;
		thread->pid = 0; /* nobody finds it by its tid again */
	}
	return map64_put(&imports->thread_by_pid, pid, 0);
}

/* The thread's index, made when there is none; -ENOMEM. */
static int64_t thread_of(struct imports *imports, const struct record *head)
{
	struct import_thread thread = {.pid = head->pid};
	uint64_t index, first = 0;

	if (map64_get(&imports->thread_by_tid, head->tid, &index)) {
		struct import_thread *known = &imports->threads.items[index];
		if (known->pid == head->pid)
			return (int64_t)index;
		end_thread(imports, known, 0);
	}
	map64_get(&imports->thread_by_pid, head->pid, &first);
	thread.next = (uint32_t)first;
	index = imports->threads.count;
	if (vec_push(&imports->threads, thread) ||
	    map64_put(&imports->thread_by_tid, head->tid, index) ||
	    map64_put(&imports->thread_by_pid, head->pid, index + 1))
		return -ENOMEM;
	return (int64_t)index;
}

static int feed_import(struct imports *imports, const struct import_record *record,
		       struct strings *strings)
{
	const struct record *head = &record->head;
	int64_t index = thread_of(imports, head);

	if (index < 0)
		return -ENOMEM;
	imports->threads.items[index].heard_ns = head->time_ns;
	if (record->done) {
		end(imports, &imports->threads.items[index], record->module, head->time_ns);
		return 0;
	}
	const char *module = strings_add(strings, record->module);
	return module ? begin(imports, (size_t)index, module, head->time_ns) : -ENOMEM;
}

static int feed_fork(struct imports *imports, const struct record *head)
{
	uint64_t index;

	if (map64_get(&imports->thread_by_tid, head->tid, &index))
		end_thread(imports, &imports->threads.items[index], 0);
	return head->tid == head->pid ? end_process(imports, head->pid, 0) : 0;
}

int imports_feed(struct imports *imports, const struct record *record, struct strings *strings)
{
	switch (record->kind) {
	case RECORD_IMPORT:
		return feed_import(imports, (const struct import_record *)record, strings);
	case RECORD_FORK:
		return feed_fork(imports, record);
	case RECORD_EXEC:
	case RECORD_EXIT:
		return end_process(imports, record->pid, record->time_ns);
	default:
		return 0;
	}
}

int imports_fill(struct imports *imports, uint64_t end_ns, struct profile *profile)
{
	for (size_t i = 0; i < imports->threads.count; i++)
		end_thread(imports, &imports->threads.items[i], end_ns);
	for (size_t i = 0; i < imports->nodes.count; i++) {
		const struct import_node *node = &imports->nodes.items[i];
		const struct profile_import entry = {
			.module = node->module,
			.parent = node->parent,
			.count = node->count,
			.total_s = (double)node->total_ns / 1e9,
			.self_s = (double)node->self_ns / 1e9,
		};
		if (vec_push(&profile->imports, entry))
			return -ENOMEM;
	}
	return 0;
}

void imports_done(struct imports *imports)
{
	vec_done(&imports->nodes);
	vec_done(&imports->open);
	vec_done(&imports->threads);
	map64_done(&imports->node_by_name);
	map64_done(&imports->thread_by_tid);
	map64_done(&imports->thread_by_pid);
}
