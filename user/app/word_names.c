// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/word_names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/image_names.h"
#include "app/jit_process.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "capture/mappings.h"
#include "image/demangle.h"
#include "image/kernel_symbols.h"

static uint32_t image_of(uint64_t word)
{
	return word >> FRAME_IMAGE_SHIFT & FRAME_IMAGE_MASK;
}

static struct jit_process *jit_of(struct word_names *names, pid_t pid)
{
	struct jit_process *made;

	for (size_t i = 0; i < names->jits.count; i++)
		if (jit_process_pid(names->jits.items[i]) == pid)
			return names->jits.items[i];
	made = jit_process_new(pid);
	if (!made || vec_push(&names->jits, made)) {
		jit_process_free(made);
		return NULL;
	}
	return made;
}

/* Words of JIT frames mean something else in each process, which is asked while it lives. */
static int note_word(struct word_names *names, uint64_t word, const struct record *head)
{
	pid_t pid = (pid_t)head->pid;
	uint64_t kind = word >> FRAME_KIND_SHIFT, known;
	bool is_jit = kind == FRAME_WORD_JIT;
	uint64_t key = is_jit ? hash64(word, (uint64_t)pid) : word;
	struct noted_word noted = {.word = word, .pid = pid};

	if (kind != FRAME_WORD_NATIVE && kind != FRAME_WORD_KERNEL && !is_jit)
		return 0;
	if (map64_get(&names->noted, key, &known))
		return 0;
	if (map64_put(&names->noted, key, 1))
		return -ENOMEM;
	if (is_jit) {
		noted.late_image = mapped_code_find(names->code, pid, head->time_ns,
						    word & FRAME_ADDRESS_MASK);
		return noted.late_image || jit_of(names, pid) ? vec_push(&names->jit_words, noted)
							      : -ENOMEM;
	}
	return kind == FRAME_WORD_KERNEL ? vec_push(&names->kernel_words, noted)
					 : vec_push(&names->words, noted);
}

int word_names_note(struct word_names *names, const struct stack_record *stack)
{
	const __u64 *words = stack->frames + stack->depth;
	int err = 0;

	for (uint32_t i = 0; i < stack->native_depth && !err; i++)
		err = note_word(names, words[i], &stack->head);
	return err;
}

static int tell(struct word_names *names, const struct noted_word *noted, uint32_t flags,
		const struct symbol_function *functions, uint32_t count, word_emit_fn emit,
		void *context)
{
	const struct record *record =
		build_symbol(&names->buffer, noted->pid, noted->word, flags, functions, count);

	return record ? emit(context, record) : -ENOMEM;
}

static int compare_words(const void *left, const void *right)
{
	const struct noted_word *a = left, *b = right;

	return (a->word > b->word) - (a->word < b->word);
}

/* Names the words from `first` on that are of the same image; returns how many. */
static size_t tell_image(struct word_names *names, size_t first, word_emit_fn emit, void *context,
			 int *err)
{
	const struct noted_word *words = names->words.items;
	uint32_t id = image_of(words[first].word);
	const struct image *image = images_get(&names->code->images, id);
	const struct code_image *known = mapped_code_get(names->code, id);
	CLEANUP(image_names_done) struct image_names found = {0};
	static const uint64_t address_mask = (1ULL << FRAME_IMAGE_SHIFT) - 1;
	CLEANUP(freep) struct image_name *name = malloc(sizeof(*name));
	size_t at = first;

	*err = name ? 0 : -ENOMEM;
	if (!*err && image && known)
		*err = image_names_open(&found, image, known->interpreter != NULL, names->inlines);
	for (; at < names->words.count && image_of(words[at].word) == id; at++) {
		if (*err || !image || !known)
			continue;
		image_names_find(&found, words[at].word & address_mask, name);
		*err = tell(names, &words[at], name->flags, name->functions, name->count, emit,
			    context);
	}
	return at - first;
}

static int tell_images(struct word_names *names, word_emit_fn emit, void *context)
{
	int err = 0;

	if (names->words.count)
		qsort(names->words.items, names->words.count, sizeof(struct noted_word),
		      compare_words);
	for (size_t i = 0; i < names->words.count && !err;) {
		if (names->mappings) {
			mappings_drain(names->mappings);
			mapped_code_publish(names->code);
		}
		log_progress("naming machine code: %zu %%", 100 * i / names->words.count);
		i += tell_image(names, i, emit, context, &err);
	}
	names->words.count = 0;
	return err;
}

/* Read once: that takes longer than all else that names do. */
static int open_kernel(struct word_names *names)
{
	return names->kernel ? 0 : kernel_symbols_open(&names->kernel);
}

static int tell_kernel(struct word_names *names, word_emit_fn emit, void *context)
{
	const char *name, *module;
	uint64_t start;
	int err;

	if (!names->kernel_words.count)
		return 0;
	err = open_kernel(names);
	if (err) {
		names->kernel_words.count = 0;
		return err == -ENOMEM ? err : 0;
	}
	for (size_t i = 0; i < names->kernel_words.count && !err; i++) {
		const struct noted_word *noted = &names->kernel_words.items[i];
		uint64_t address = noted->word | ~FRAME_ADDRESS_MASK;
		if (!kernel_symbols_find(names->kernel, address, &name, &module, &start))
			continue;
		err = tell(names, noted, 0, &(struct symbol_function){name, ""}, 1, emit, context);
	}
	names->kernel_words.count = 0;
	return err;
}

/* Code of a file that was not known yet when it ran is no JIT's. */
static int tell_late(struct word_names *names, const struct noted_word *noted, word_emit_fn emit,
		     void *context)
{
	const struct image *image = images_get(&names->code->images, noted->late_image);
	const char *slash = image ? strrchr(image->path, '/') : NULL;
	struct symbol_function function = {"", ""};
	CLEANUP(freep) char *text = NULL;

	if (asprintf(&text, "[mapped just now: %s]",
		     slash   ? slash + 1
		     : image ? image->path
			     : "unknown file") < 0) {
		text = NULL;
		return -ENOMEM;
	}
	function.name = text;
	return tell(names, noted, SYMBOL_LATE, &function, 1, emit, context);
}

/* With -X perf CPython calls each function by way of a piece of code with its name (Python 3.12,
 * Python/perf_trampoline.c): the function itself is there as well. */
static bool is_trampoline(const char *name)
{
	return !strncmp(name, "py::", 4);
}

static int tell_jit_word(struct word_names *names, const struct noted_word *noted,
			 word_emit_fn emit, void *context)
{
	struct jit_process *process = noted->late_image ? NULL : jit_of(names, noted->pid);
	CLEANUP(freep) char *demangled = NULL;
	const char *name;

	if (noted->late_image)
		return tell_late(names, noted, emit, context);
	if (!process)
		return -ENOMEM;
	name = jit_process_find(process, noted->word & FRAME_ADDRESS_MASK);
	if (!name)
		return -ENOENT;
	demangled = demangle(name);
	if (!demangled)
		return -ENOMEM;
	return tell(names, noted, is_trampoline(name) ? SYMBOL_INTERPRETER : 0,
		    &(struct symbol_function){demangled, ""}, 1, emit, context);
}

/* Asks each process for what is new; *ended: those of them that will not be asked again. */
static int refresh_jits(struct word_names *names, struct map64 *ended)
{
	int err = 0;

	for (size_t i = 0; i < names->jits.count && !err; i++) {
		struct jit_process *process = names->jits.items[i];
		pid_t pid = jit_process_pid(process);
		if (jit_process_ended(process))
			err = map64_put(ended, (uint64_t)pid, 1);
		jit_process_refresh(process, mapped_code_jit_descriptor(names->code, pid));
	}
	return err;
}

static bool has_ended(const struct map64 *ended, pid_t pid)
{
	uint64_t one;

	return map64_get(ended, (uint64_t)pid, &one);
}

static void forget_ended(struct word_names *names, const struct map64 *ended)
{
	size_t kept = 0;

	for (size_t i = 0; i < names->jits.count; i++) {
		struct jit_process *process = names->jits.items[i];
		if (has_ended(ended, jit_process_pid(process)))
			jit_process_free(process);
		else
			names->jits.items[kept++] = process;
	}
	names->jits.count = kept;
}

/* A name that is not known may come later, as long as its process lives. */
int word_names_tell_jit(struct word_names *names, word_emit_fn emit, void *context)
{
	CLEANUP(map64_done) struct map64 ended = {0};
	size_t kept = 0;
	int err = refresh_jits(names, &ended);

	for (size_t i = 0; i < names->jit_words.count; i++) {
		struct noted_word noted = names->jit_words.items[i];
		int told = err ? err : tell_jit_word(names, &noted, emit, context);
		if (told && !(told == -ENOENT && has_ended(&ended, noted.pid)))
			names->jit_words.items[kept++] = noted;
		if (told && told != -ENOENT)
			err = told;
	}
	names->jit_words.count = kept;
	forget_ended(names, &ended);
	return err;
}

int word_names_tell(struct word_names *names, word_emit_fn emit, void *context)
{
	int err = word_names_tell_jit(names, emit, context);

	if (!err)
		err = tell_kernel(names, emit, context);
	return err ? err : tell_images(names, emit, context);
}

void word_names_done(struct word_names *names)
{
	for (size_t i = 0; i < names->jits.count; i++)
		jit_process_free(names->jits.items[i]);
	vec_done(&names->jits);
	kernel_symbols_free(names->kernel);
	map64_done(&names->noted);
	vec_done(&names->words);
	vec_done(&names->jit_words);
	vec_done(&names->kernel_words);
	record_buffer_done(&names->buffer);
}
