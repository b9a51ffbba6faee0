// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/stack_path.h"

#include <errno.h>
#include <stdio.h>

#include "ltsbpf.h"

static enum frame_word kind_of(uint64_t word)
{
	return word >> FRAME_KIND_SHIFT;
}

static bool is_machine(uint64_t word)
{
	return kind_of(word) == FRAME_WORD_NATIVE || kind_of(word) == FRAME_WORD_JIT ||
	       kind_of(word) == FRAME_WORD_KERNEL;
}

static const char *gap_format(uint64_t gap)
{
	switch (gap) {
	case GAP_NO_INFO:
		return "[no unwind info: %s]";
	case GAP_NO_IMAGE:
		return "[no unwind info: code made at run time]";
	case GAP_REGISTER:
		return "[caller in a lost register: %s]";
	case GAP_IMPLAUSIBLE:
		return "[implausible caller: %s]";
	case GAP_UNREADABLE:
		return "[stack unreadable]";
	case GAP_TRUNCATED:
		return "[truncated]";
	case GAP_EXEC:
		return "[program starting]";
	case GAP_JOIN:
		return "[place among native frames unknown]";
	default:
		return "[unknown gap]";
	}
}

void gap_text(const struct native_symbols *natives, uint64_t word, char *text, size_t size)
{
	const char *library =
		native_symbols_library(natives, word >> FRAME_IMAGE_SHIFT & FRAME_IMAGE_MASK);

	snprintf(text, size, gap_format(word & 0xff), *library ? library : "unknown file");
}

static bool runs_python(const void *context, uint64_t word)
{
	const struct word_meanings *meanings = context;
	const struct native_symbol *symbol =
		kind_of(word) == FRAME_WORD_NATIVE
			? native_symbols_find(meanings->natives, word, meanings->pid)
			: NULL;

	return symbol && symbol->flags & SYMBOL_EVAL;
}

static int put(struct stack_path *path, int64_t frame)
{
	return frame < 0 ? -ENOMEM : vec_push(&path->leaf_first, (uint32_t)frame);
}

/* The function at a line of it; each word is looked at once. */
static int64_t frame_at_line(struct stack_path *path, const struct word_meanings *meanings,
			     const struct function *function, uint64_t word, struct frames *frames)
{
	struct frame frame = *frames_get(frames, function->frame);
	uint64_t known;
	int64_t made;

	if (map64_get(&path->at_line, word, &known))
		return (int64_t)known;
	frame.line = functions_line(meanings->functions, function, word);
	made = frames_intern(frames, &frame);
	return made < 0 || map64_put(&path->at_line, word, (uint64_t)made) ? -ENOMEM : made;
}

static int put_function(struct stack_path *path, const struct word_meanings *meanings,
			const struct function *function, uint64_t word, struct frames *frames)
{
	int64_t frame = meanings->view->by_line
				? frame_at_line(path, meanings, function, word, frames)
				: (int64_t)function->frame;

	if (frame >= 0 && !path->has_python) {
		path->has_python = true;
		path->python_frame = (uint32_t)frame;
		path->python_line = functions_line(meanings->functions, function, word);
		if (!path->leaf_first.count)
			path->leaf_line = path->python_line;
	}
	return put(path, frame);
}

static int put_python(struct stack_path *path, const struct word_meanings *meanings, uint64_t word,
		      struct frames *frames)
{
	const struct function *function = kind_of(word) == FRAME_WORD_PYTHON
						  ? functions_find(meanings->functions, word)
						  : NULL;
	char name[32];

	if (kind_of(word) == FRAME_WORD_COLLECTION) {
		snprintf(name, sizeof(name), "[gc gen %llu]",
			 (unsigned long long)(word >> FRAME_ID_SHIFT & FRAME_ID_MASK));
		return put(path, frames_add(frames, FRAME_MARKER, name));
	}
	if (!function)
		return put(path, frames_add(frames, FRAME_MARKER, "[unknown function]"));
	return put_function(path, meanings, function, word, frames);
}

static int put_gap(struct stack_path *path, const struct word_meanings *meanings, uint64_t word,
		   struct frames *frames)
{
	char text[GAP_TEXT_BYTES];

	if ((word & 0xff) == GAP_NO_IMAGE) /* the frame above is marked as a JIT's already */
		return 0;
	gap_text(meanings->natives, word, text, sizeof(text));
	return put(path, frames_add(frames, FRAME_GAP, text));
}

/* A builtin is often two functions of machine code: one takes the arguments apart. */
static bool is_repeated(const struct stack_path *path, const struct frames *frames, uint32_t frame)
{
	size_t count = path->leaf_first.count;

	return count && path->leaf_first.items[count - 1] == frame &&
	       frames_get(frames, frame)->kind == FRAME_BUILTIN;
}

/* Of a stack that would become far deeper than its words are, inlined functions are left out. */
static int put_functions(struct stack_path *path, const struct word_meanings *meanings,
			 const struct native_symbol *symbol, const struct frames *frames)
{
	uint32_t first = path->leaf_first.count < MAX_NATIVE_WORDS ? 0 : symbol->count - 1;
	int err = 0;

	if (!path->leaf_first.count)
		path->leaf_line = symbol->line;
	for (uint32_t i = first; i < symbol->count && !err; i++) {
		uint32_t frame = meanings->natives->frames.items[symbol->first + i];
		if (!is_repeated(path, frames, frame))
			err = put(path, frame);
	}
	return err;
}

/* What kind of a stack it is. */
struct stack_kind {
	size_t python_end; /* words from here on are below all Python frames; 0 = there are none */
	bool collects;	   /* a word says already that a collection runs, or a marker does */
};

static struct stack_kind look_at(const struct merged_words *merged)
{
	struct stack_kind kind = {0};

	for (size_t i = 0; i < merged->list.count; i++) {
		uint64_t word = merged->list.items[i];
		kind.collects |= kind_of(word) == FRAME_WORD_COLLECTION;
		if (kind_of(word) == FRAME_WORD_PYTHON)
			kind.python_end = i + 1;
	}
	return kind;
}

static bool is_shown(const struct word_meanings *meanings, const struct stack_kind *kind,
		     uint32_t flags, size_t at)
{
	if (meanings->view->interpreter_frames || !kind->python_end)
		return true;
	if (flags & SYMBOL_INTERPRETER && !(flags & SYMBOL_BUILTIN))
		return false;
	return !(flags & SYMBOL_START) || at < kind->python_end;
}

static int put_native(struct stack_path *path, const struct word_meanings *meanings,
		      struct stack_kind *kind, size_t at, struct frames *frames)
{
	uint64_t word = path->merged.list.items[at];
	const struct native_symbol *symbol =
		native_symbols_find(meanings->natives, word, meanings->pid);

	if (kind_of(word) == FRAME_WORD_KERNEL && meanings->view->fold_kernel)
		return 0;
	if (!symbol)
		return put(path, native_symbols_unnamed(meanings->natives, word, frames));
	if (symbol->flags & SYMBOL_COLLECTOR && !kind->collects && kind->python_end) {
		kind->collects = true;
		if (put(path, frames_add(frames, FRAME_MARKER, "[gc]")))
			return -ENOMEM;
	}
	return is_shown(meanings, kind, symbol->flags, at)
		       ? put_functions(path, meanings, symbol, frames)
		       : 0;
}

static int put_word(struct stack_path *path, const struct word_meanings *meanings,
		    struct stack_kind *kind, size_t at, struct frames *frames)
{
	uint64_t word = path->merged.list.items[at];

	if (is_machine(word))
		return put_native(path, meanings, kind, at, frames);
	if (kind_of(word) == FRAME_WORD_GAP)
		return put_gap(path, meanings, word, frames);
	return put_python(path, meanings, word, frames);
}

int stack_path_append(struct stack_path *path, const struct stack_words *stack,
		      const struct word_meanings *meanings, struct frames *frames)
{
	int err = stack_merge(stack, runs_python, meanings, &path->merged);
	struct stack_kind kind = look_at(&path->merged);

	path->leaf_first.count = 0;
	path->leaf_line = path->python_line = 0;
	path->has_python = false;
	for (size_t i = 0; i < path->merged.list.count && !err; i++)
		err = put_word(path, meanings, &kind, i, frames);
	for (size_t i = path->leaf_first.count; i-- > 0 && !err;)
		err = vec_push(&path->frames, path->leaf_first.items[i]);
	return err;
}

void stack_path_done(struct stack_path *path)
{
	vec_done(&path->frames);
	vec_done(&path->leaf_first);
	merged_words_done(&path->merged);
	map64_done(&path->at_line);
}
