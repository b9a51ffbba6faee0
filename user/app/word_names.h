/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_WORD_NAMES_H
#define LTSBPF_APP_WORD_NAMES_H
/*
 * Names for the words of native, JIT and kernel frames: each word that comes in a stack is noted,
 * and told to the recording as a RECORD_SYMBOL when there is time. Files are looked into at the
 * end, one at a time; those of JITs every now and then, as they may go with their process.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "app/mapped_code.h"
#include "base/map64.h"
#include "base/vec.h"
#include "recording/build.h"

struct stack_record;
struct jit_process;
struct kernel_symbols;
struct mappings;

struct noted_word {
	uint64_t word;
	pid_t pid;	     /* of a JIT frame */
	uint32_t late_image; /* which the kernel side did not know when it saw the word; 0 = none */
};

/* Zeroed with `code` set: nothing noted. */
struct word_names {
	struct mapped_code *code;  /* borrowed */
	bool inlines;		   /* with inlined functions and lines */
	struct mappings *mappings; /* whose notices do not wait for names; NULL = none, borrowed */
	struct map64 noted;
	VEC(struct noted_word) words, jit_words, kernel_words;
	VEC(struct jit_process *) jits; /* owned */
	struct kernel_symbols *kernel;	/* NULL = not read yet; owned */
	struct record_buffer buffer;
};

typedef int (*word_emit_fn)(void *context, const struct record *record);

/* 0 or -ENOMEM. */
int word_names_note(struct word_names *names, const struct stack_record *stack);

/* Tells the names of JIT frames that are known by now. 0, -ENOMEM, or what `emit` returned. */
int word_names_tell_jit(struct word_names *names, word_emit_fn emit, void *context);

/* Tells all other names, and of JIT frames what there is. Likewise. */
int word_names_tell(struct word_names *names, word_emit_fn emit, void *context);

void word_names_done(struct word_names *names);

#endif
