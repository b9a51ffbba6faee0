/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_CAPTURE_TREE_H
#define LTSBPF_CAPTURE_TREE_H
/*
 * The processes of the target tree as the kernel side has them: it keeps the table itself by fork,
 * exec and exit; here it is seeded, and told what only user space finds out. Times are
 * CLOCK_MONOTONIC: what was learnt of a program does not go to the next one of the same process.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "capture/layouts.h"
#include "ltsbpf.h"
#include "unwind.h"

/* The maps are borrowed. */
struct tree {
	struct bpf_map *processes, *pythons, *image_sets, *layout_map;
	struct layouts layouts;
};

/* The first process; it is sampled from its next exec on. 0 or -errno, told. */
int tree_add(struct tree *tree, pid_t pid);

/* True when the process belongs to the tree and was so at that time. */
bool tree_follows(const struct tree *tree, pid_t pid, uint64_t time_ns);

/* True when the process belongs to the tree now, or did a moment ago. */
bool tree_knows(const struct tree *tree, pid_t pid);

/*
 * Tells the kernel side of a process's interpreter; layout NULL = its version is not known.
 * time_ns: when it was mapped. python->space and ->layout are filled in here. 0, -ESRCH (gone
 * meanwhile), -ENOSPC (more than MAX_LAYOUTS kinds of interpreters) or -errno.
 */
int tree_set_python(struct tree *tree, pid_t pid, uint64_t time_ns,
		    const struct python_process *python, const struct python_layout *layout);

/* What the process had mapped when it was last told; count 0 when it began another program since.
 * set->space is filled in for the next tree_set_images(). 0, or -ESRCH as above. */
int tree_images(const struct tree *tree, pid_t pid, uint64_t time_ns, struct image_set *set);
int tree_set_images(struct tree *tree, pid_t pid, const struct image_set *set);

/* Gives a child what was learnt of its parent only after the fork, unless either began another
 * program since. */
void tree_inherit(struct tree *tree, pid_t parent, pid_t child, uint64_t fork_ns);

/* Forgets a process that the kernel has let go of. */
void tree_forget(struct tree *tree, pid_t pid);

/* The index of a layout, which the kernel side then knows (layouts_enter), and the layout with an
 * index (code_record.layout) or NULL. */
int tree_enter_layout(struct tree *tree, const struct python_layout *layout);
const struct python_layout *tree_layout(const struct tree *tree, uint32_t index);

#endif
