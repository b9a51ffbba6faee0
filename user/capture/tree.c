// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "capture/tree.h"

#include <errno.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "base/log.h"

static int look_up(const struct bpf_map *map, pid_t pid, void *value, size_t size)
{
	uint32_t key = (uint32_t)pid;

	return bpf_map__lookup_elem(map, &key, sizeof(key), value, size, 0);
}

static int enter(const struct bpf_map *map, pid_t pid, const void *value, size_t size, int flags)
{
	uint32_t key = (uint32_t)pid;

	return bpf_map__update_elem(map, &key, sizeof(key), value, size, (uint64_t)flags);
}

/* 0 when the process still runs the program that it ran at that time. */
static int find_process(const struct tree *tree, pid_t pid, uint64_t time_ns,
			struct process_entry *entry)
{
	if (look_up(tree->processes, pid, entry, sizeof(*entry)) || entry->exec_ns > time_ns)
		return -ESRCH;
	return 0;
}

int tree_add(struct tree *tree, pid_t pid)
{
	struct process_entry entry = {.space = 1};
	int err = enter(tree->processes, pid, &entry, sizeof(entry), BPF_ANY);

	return err ? fail(err, "cannot enter process %d: %s", pid, strerror(-err)) : 0;
}

bool tree_follows(const struct tree *tree, pid_t pid, uint64_t time_ns)
{
	struct process_entry entry;

	return !find_process(tree, pid, time_ns, &entry);
}

bool tree_knows(const struct tree *tree, pid_t pid)
{
	return tree_follows(tree, pid, UINT64_MAX);
}

int tree_enter_layout(struct tree *tree, const struct python_layout *layout)
{
	return layouts_enter(&tree->layouts, tree->layout_map, layout);
}

int tree_set_python(struct tree *tree, pid_t pid, uint64_t time_ns,
		    const struct python_process *python, const struct python_layout *layout)
{
	struct python_process entered = *python;
	struct process_entry process;
	int index = tree_enter_layout(tree, layout);

	if (index < 0)
		return index;
	if (find_process(tree, pid, time_ns, &process))
		return -ESRCH;
	entered.space = process.space;
	entered.layout = (uint32_t)index;
	return enter(tree->pythons, pid, &entered, sizeof(entered), BPF_ANY);
}

int tree_images(const struct tree *tree, pid_t pid, uint64_t time_ns, struct image_set *set)
{
	struct process_entry process;

	if (find_process(tree, pid, time_ns, &process))
		return -ESRCH;
	if (look_up(tree->image_sets, pid, set, sizeof(*set)) || set->space != process.space)
		*set = (struct image_set){.space = process.space};
	return 0;
}

int tree_set_images(struct tree *tree, pid_t pid, const struct image_set *set)
{
	return enter(tree->image_sets, pid, set, sizeof(*set), BPF_ANY);
}

void tree_inherit(struct tree *tree, pid_t parent, pid_t child, uint64_t fork_ns)
{
	struct process_entry from, to;
	struct python_process python;
	struct image_set set;

	if (find_process(tree, parent, fork_ns, &from) || find_process(tree, child, fork_ns, &to))
		return;
	if (!look_up(tree->pythons, parent, &python, sizeof(python)) &&
	    python.space == from.space) {
		python.space = to.space;
		enter(tree->pythons, child, &python, sizeof(python), BPF_NOEXIST);
	}
	if (!look_up(tree->image_sets, parent, &set, sizeof(set)) && set.space == from.space) {
		set.space = to.space;
		enter(tree->image_sets, child, &set, sizeof(set), BPF_NOEXIST);
	}
}

void tree_forget(struct tree *tree, pid_t pid)
{
	uint32_t key = (uint32_t)pid;

	bpf_map__delete_elem(tree->processes, &key, sizeof(key), 0);
	bpf_map__delete_elem(tree->pythons, &key, sizeof(key), 0);
	bpf_map__delete_elem(tree->image_sets, &key, sizeof(key), 0);
}

const struct python_layout *tree_layout(const struct tree *tree, uint32_t index)
{
	return index < tree->layouts.count ? &tree->layouts.list[index] : NULL;
}
