// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/stack_path.h"

#include <errno.h>

#include "ltsbpf.h"

/* While a path is made. */
struct appending {
	struct stack_path *path;
	struct word_meanings *meanings;
	const struct resolver_view *view;
	size_t python_end; /* words from here on are below all Python frames; 0 = there are none */
	bool collects;	   /* a word says already that a collection runs, or a marker does */
};

/* It was looked up. */
static bool runs_python(void *context, uint32_t number)
{
	return word_meanings_get(context, number)->flags & SYMBOL_EVAL;
}

static int put_both(struct appending *appending, int64_t frame, int64_t lined)
{
	struct stack_path *path = appending->path;

	if (frame < 0 || lined < 0 || vec_push(&path->leaf_first, (uint32_t)frame))
		return -ENOMEM;
	return appending->view->detail ? vec_push(&path->leaf_first_lined, (uint32_t)lined) : 0;
}

static int put(struct appending *appending, int64_t frame)
{
	return put_both(appending, frame, frame);
}

static int put_function(struct appending *appending, const struct word_meaning *meaning,
			uint32_t number)
{
	const struct resolver_view *view = appending->view;
	struct stack_path *path = appending->path;
	int64_t lined = view->by_line || view->detail
				? word_meanings_at_line(appending->meanings, number)
				: 0;
	int64_t frame = view->by_line ? lined : (int64_t)meaning->frame;

	if (frame >= 0 && !path->has_python) {
		path->has_python = true;
		path->python_frame = (uint32_t)frame;
		path->python_line = meaning->line;
		if (!path->leaf_first.count)
			path->leaf_line = path->python_line;
	}
	return put_both(appending, frame, lined);
}

/* A builtin is often two functions of machine code: one takes the arguments apart. */
static bool is_repeated(const struct appending *appending, uint32_t frame)
{
	const struct stack_path *path = appending->path;
	size_t count = path->leaf_first.count;

	return count && path->leaf_first.items[count - 1] == frame &&
	       frames_get(appending->meanings->frames, frame)->kind == FRAME_BUILTIN;
}

/* Of a stack that would become far deeper than its words are, inlined functions are left out. */
static int put_symbol(struct appending *appending, const struct word_meaning *meaning)
{
	struct stack_path *path = appending->path;
	uint32_t first = path->leaf_first.count < MAX_NATIVE_WORDS ? 0 : meaning->count - 1;
	int err = 0;

	if (!path->leaf_first.count)
		path->leaf_line = meaning->line;
	for (uint32_t i = first; i < meaning->count && !err; i++)
		if (!is_repeated(appending, meaning->frames[i]))
			err = put(appending, meaning->frames[i]);
	return err;
}

/* What kind of a stack it is. */
static void look_at(struct appending *appending)
{
	const struct merged_words *merged = &appending->path->merged;
	const struct words *words = appending->meanings->words;

	for (size_t i = 0; i < merged->list.count; i++) {
		uint64_t word = words->list.items[merged->list.items[i]].word;
		appending->collects |= word_kind(word) == FRAME_WORD_COLLECTION;
		if (word_kind(word) == FRAME_WORD_PYTHON)
			appending->python_end = i + 1;
	}
}

static bool is_shown(const struct appending *appending, uint32_t flags, size_t at)
{
	if (appending->view->interpreter_frames || !appending->python_end)
		return true;
	if (flags & SYMBOL_INTERPRETER && !(flags & SYMBOL_BUILTIN))
		return false;
	return !(flags & SYMBOL_START) || at < appending->python_end;
}

static int put_native(struct appending *appending, const struct word_meaning *meaning, size_t at)
{
	struct frames *frames = appending->meanings->frames;

	if (word_kind(meaning->word) == FRAME_WORD_KERNEL && appending->view->fold_kernel)
		return 0;
	if (!meaning->is_known)
		return put(appending, meaning->frame);
	if (meaning->flags & SYMBOL_COLLECTOR && !appending->collects && appending->python_end) {
		appending->collects = true;
		if (put(appending, frames_add(frames, FRAME_MARKER, "[gc]")))
			return -ENOMEM;
	}
	return is_shown(appending, meaning->flags, at) ? put_symbol(appending, meaning) : 0;
}

static int put_word(struct appending *appending, size_t at)
{
	uint32_t number = appending->path->merged.list.items[at];
	const struct word_meaning *meaning = word_meanings_get(appending->meanings, number);

	if (!meaning)
		return -ENOMEM;
	switch (word_kind(meaning->word)) {
	case FRAME_WORD_NATIVE:
	case FRAME_WORD_JIT:
	case FRAME_WORD_KERNEL:
		return put_native(appending, meaning, at);
	default:
		if (meaning->is_known)
			return put_function(appending, meaning, number);
		return meaning->count ? put(appending, meaning->frame) : 0;
	}
}

int stack_path_merge(struct stack_path *path, const struct stack_words *stack,
		     struct word_meanings *meanings)
{
	for (uint32_t i = 0; i < stack->native_depth; i++)
		if (!word_meanings_get(meanings, stack->native[i]))
			return -ENOMEM;
	return stack_merge(stack, runs_python, meanings, &path->merged);
}

int stack_path_append(struct stack_path *path, struct word_meanings *meanings,
		      const struct resolver_view *view)
{
	struct appending appending = {.path = path, .meanings = meanings, .view = view};
	size_t count = path->merged.list.count;
	int err = 0;

	path->leaf_first.count = path->leaf_first_lined.count = 0;
	path->leaf_line = path->python_line = 0;
	path->has_python = false;
	look_at(&appending);
	for (size_t i = 0; i < count && !err; i++)
		err = put_word(&appending, i);
	if (err || vec_reserve(&path->frames, path->leaf_first.count) ||
	    vec_reserve(&path->lined, path->leaf_first_lined.count))
		return -ENOMEM;
	for (size_t i = path->leaf_first.count; i-- > 0;)
		path->frames.items[path->frames.count++] = path->leaf_first.items[i];
	for (size_t i = path->leaf_first_lined.count; i-- > 0;)
		path->lined.items[path->lined.count++] = path->leaf_first_lined.items[i];
	return 0;
}

void stack_path_done(struct stack_path *path)
{
	vec_done(&path->frames);
	vec_done(&path->lined);
	vec_done(&path->leaf_first);
	vec_done(&path->leaf_first_lined);
	merged_words_done(&path->merged);
}
