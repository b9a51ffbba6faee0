// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/pstats_table.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "output/marshal.h"

enum {
	NO_CALL = 0
};

/* The path from the root to the current node, one step a node. */
struct step {
	uint32_t next_child; /* of the node, still to be walked */
	uint32_t function;   /* that the node's samples belong to */
	uint32_t call;	     /* that led into the function */
	bool own;	     /* the node is the function itself, not machine code below it */
};

struct walk {
	const struct profile *profile;
	struct pstats_table *table;
	VEC(struct step) path;
};

static void walk_done(struct walk *walk)
{
	vec_done(&walk->path);
}

/* Of a stack of machine code, which is the business of its Python caller. */
static bool is_machine_code(enum frame_kind kind)
{
	return kind == FRAME_NATIVE || kind == FRAME_INLINED || kind == FRAME_BUILTIN ||
	       kind == FRAME_JIT || kind == FRAME_KERNEL || kind == FRAME_GAP;
}

/* The text as readers will get it: two keys that differ in bad bytes only are the same to them. */
static const char *intern(struct pstats_table *table, const char *text)
{
	CLEANUP(freep) char *readable = marshal_readable(text);

	return readable ? strings_add(&table->strings, readable) : NULL;
}

/* In the manner of cProfile's '<built-in method time.sleep>', which pstats shows in braces. */
static const char *intern_name(struct pstats_table *table, const struct frame *frame)
{
	static const char *const what[FRAME_KINDS] = {
		[FRAME_PROCESS] = "process ",
		[FRAME_THREAD] = "thread ",
		[FRAME_BUILTIN] = "built-in method ",
	};
	const char *before = what[frame->kind] ? what[frame->kind] : "";
	CLEANUP(freep) char *name = NULL;

	if (frame->kind == FRAME_PYTHON)
		return intern(table, frame->short_name);
	CLEANUP(freep) char *label = frame_label(frame);
	if (!label || asprintf(&name, "<%s%s>", before, label) < 0)
		return NULL;
	return intern(table, name);
}

/* Texts are interned: equal content means equal address. */
static bool same_key(const struct pstats_function *a, const struct pstats_function *b)
{
	return a->file == b->file && a->first_line == b->first_line && a->name == b->name;
}

/* The index of the function with this key, made on first sight. */
static int64_t intern_function(struct pstats_table *table, const struct pstats_function *function)
{
	if (!function->file || !function->name)
		return -ENOMEM;
	for (uint64_t salt = 0;; salt++) {
		uint64_t known, hash = hash64(salt, function->first_line);
		hash = hash64(hash64(hash, (uintptr_t)function->file), (uintptr_t)function->name);
		if (!map64_get(&table->of_key, hash, &known)) {
			known = table->functions.count;
			if (vec_push(&table->functions, *function) ||
			    map64_put(&table->of_key, hash, known))
				return -ENOMEM;
			return (int64_t)known;
		}
		if (same_key(&table->functions.items[known], function))
			return (int64_t)known;
	}
}

int64_t pstats_table_function(struct pstats_table *table, const struct frames *frames,
			      uint32_t frame_id)
{
	const struct frame *frame = frames_get(frames, frame_id);
	bool python = frame->kind == FRAME_PYTHON;
	uint64_t known;

	if (map64_get(&table->of_frame, frame_id, &known))
		return (int64_t)known;
	int64_t function =
		intern_function(table, &(struct pstats_function){
					       .file = intern(table, python ? frame->file : "~"),
					       .first_line = python ? frame->first_line : 0,
					       .name = intern_name(table, frame),
				       });
	if (function < 0 || map64_put(&table->of_frame, frame_id, (uint64_t)function))
		return -ENOMEM;
	return function;
}

int64_t pstats_table_call(struct pstats_table *table, uint32_t caller, uint32_t callee)
{
	uint64_t call, pair = (uint64_t)caller << 32 | callee;

	if (map64_get(&table->of_pair, pair, &call))
		return (int64_t)call;
	uint32_t *first = &table->functions.items[callee].first_call;
	call = table->calls.count;
	if (vec_push(&table->calls,
		     ((struct pstats_call){.caller = caller, .next_call = *first})) ||
	    map64_put(&table->of_pair, pair, call))
		return -ENOMEM;
	*first = (uint32_t)call;
	return (int64_t)call;
}

/* Where the samples of a node below the root belong. */
static int find_step(struct walk *walk, const struct profile_node *node, struct step *step)
{
	const struct step *above = &walk->path.items[walk->path.count - 1];
	enum frame_kind kind = frames_get(&walk->profile->frames, node->frame)->kind;

	*step = *above;
	step->own = walk->profile->facts.pstats_native || !is_machine_code(kind);
	if (!step->own)
		return 0;
	int64_t function = pstats_table_function(walk->table, &walk->profile->frames, node->frame);
	if (function < 0)
		return (int)function;
	int64_t call = pstats_table_call(walk->table, above->function, (uint32_t)function);
	if (call < 0)
		return (int)call;
	step->function = (uint32_t)function;
	step->call = (uint32_t)call;
	return 0;
}

/* Only the outermost of several activations counts the samples below: theirs are among them. */
static void enter_cost(struct pstats_cost *cost, const struct profile_node *node, bool own)
{
	cost->self += node->self;
	if (own && !cost->on_path++)
		cost->total += node->total;
}

static int enter(struct walk *walk, uint32_t index)
{
	const struct profile_node *node = &walk->profile->nodes.items[index];
	struct step step = {.function = PSTATS_ROOT, .call = NO_CALL, .own = true};
	int err = index == PROFILE_ROOT ? 0 : find_step(walk, node, &step);

	step.next_child = node->first_child;
	if (err || (err = vec_push(&walk->path, step)))
		return err;
	enter_cost(&walk->table->functions.items[step.function].cost, node, step.own);
	enter_cost(&walk->table->calls.items[step.call].cost, node, step.own);
	return 0;
}

static void leave(struct walk *walk)
{
	const struct step *step = &walk->path.items[--walk->path.count];

	if (!step->own)
		return;
	walk->table->functions.items[step->function].cost.on_path--;
	walk->table->calls.items[step->call].cost.on_path--;
}

/* Depth first with a path of its own: a deep recursion in the profile is none here. */
static int walk_tree(struct walk *walk)
{
	int err = enter(walk, PROFILE_ROOT);

	while (!err && walk->path.count) {
		struct step *step = &walk->path.items[walk->path.count - 1];
		uint32_t child = step->next_child;
		if (child) {
			step->next_child = walk->profile->nodes.items[child].next_sibling;
			err = enter(walk, child);
		} else {
			leave(walk);
		}
	}
	return err;
}

int pstats_table_make(struct pstats_table *table, const struct profile *profile,
		      const char *root_name)
{
	CLEANUP(walk_done) struct walk walk = {.profile = profile, .table = table};
	int64_t root = intern_function(table, &(struct pstats_function){
						      .file = intern(table, "~"),
						      .name = intern(table, root_name),
					      });

	if (root < 0)
		return (int)root;
	if (vec_push(&table->calls, (struct pstats_call){0}))
		return -ENOMEM;
	return walk_tree(&walk);
}

void pstats_table_done(struct pstats_table *table)
{
	strings_done(&table->strings);
	vec_done(&table->functions);
	vec_done(&table->calls);
	map64_done(&table->of_key);
	map64_done(&table->of_frame);
	map64_done(&table->of_pair);
}
