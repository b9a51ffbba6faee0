/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef FAKE_INTERPRETER_H
#define FAKE_INTERPRETER_H
/*
 * What a profiler sees of CPython 3.11, or with -DFAKE_MINOR=9 of 3.9: the symbols, the objects and
 * frames at the offsets of user/python/layout.c, and the USDT probes with their semaphores. The
 * source of the offsets is given there. Whatever cannot be had ends the program.
 */
#include <stdbool.h>

enum owner {
	OWNED_BY_THREAD, /* FRAME_OWNED_BY_THREAD */
	OWNED_BY_GENERATOR,
};

/* A code object, which is never freed. */
struct code;

/* Of the whole program, and of each further thread. */
void runtime_begin(void);
void thread_begin(void);

/* The function of this name, made when there is none. */
struct code *code_of(const char *name);

/* From now on the code object of one function is that of another, in its place. */
void code_reuse(const char *old, const char *new_name);

void frame_push(struct code *code, enum owner owner);
void frame_pop(void);

/* Make a generator: since 3.11 in a frame of its own, which is entered but does not return. */
void generator_new(struct code *code);

/* The probes are hit where their semaphores are raised. */
void probe_entry(struct code *code);
void probe_return(struct code *code);
/* The argument is so many bytes wide, with something else beside it; 0 = a constant, the
 * generation as told and 5 objects. */
void probe_gc_start(long generation, int bytes);
void probe_gc_done(long collected, int bytes);
void probe_import_start(const char *module);
void probe_import_done(const char *module);
/* "gc__start=1 ..." */
void semaphores_print(void);

#endif
