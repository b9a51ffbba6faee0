// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "fake_interpreter.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define _SDT_HAS_SEMAPHORES 1
#include <sys/sdt.h>

#define FOR_EACH_PROBE(X)                                                                          \
	X(gc__start)                                                                               \
	X(gc__done)                                                                                \
	X(import__find__load__start)                                                               \
	X(import__find__load__done)                                                                \
	X(function__entry)                                                                         \
	X(function__return)
#define SEMAPHORE(probe)                                                                           \
	volatile unsigned short python_##probe##_semaphore __attribute__((section(".probes")));
FOR_EACH_PROBE(SEMAPHORE)

#ifndef FAKE_MINOR
#define FAKE_MINOR 11
#endif
#if FAKE_MINOR == 9
enum {
	INTERPRETERS_HEAD = 32,
	AUTO_TSS_KEY = 584,
	INTERP_THREADS = 8,
	TSTATE_THREAD_ID = 176,
	TSTATE_FRAME = 24,
	FRAME_PREVIOUS = 24,
	FRAME_CODE = 32,
	FRAME_LASTI = 104,
	FRAME_BYTES = 112,
	CODE_FIRST_LINE = 40,
	CODE_FILE_NAME = 104,
	CODE_NAME = 112,
	CODE_LINE_TABLE = 120,
	CODE_BYTES = 176,
};
const char version_text[] = "\0"
			    "3.9.2";
/* co_lnotab: one line further from the first instruction on. */
static const char line_table[] = {0, 1};
#else
enum {
	INTERPRETERS_HEAD = 40,
	AUTO_TSS_KEY = 592,
	INTERP_THREADS = 16,
	TSTATE_THREAD_ID = 152,
	TSTATE_CFRAME = 56,
	CFRAME_FRAME = 8,
	FRAME_PREVIOUS = 48,
	FRAME_CODE = 32,
	FRAME_PREV_INSTR = 56,
	FRAME_OWNER = 69,
	FRAME_BYTES = 80,
	CODE_FLAGS = 48,
	CODE_FIRST_LINE = 72,
	CODE_FILE_NAME = 112,
	CODE_NAME = 120,
	CODE_QUALNAME = 128,
	CODE_LINE_TABLE = 136,
	CODE_BYTES = 184,
	CO_GENERATOR = 0x20,
};
const unsigned long Py_Version = 0x030b02f0;
/* co_linetable: for 8 units no columns, one line below the first. */
static const char line_table[] = {(char)0xef, 2};
#endif

enum {
	CODE_ROOM = 64, /* of instructions */
	MOST_FRAMES = 4096,
	MOST_CODES = 16384,
	NAME_BYTES = 256,
};

const struct {
	char head[32];
	int64_t basicsize;
	char rest[376];
} PyCode_Type = {.basicsize = CODE_BYTES};
char _PyRuntime[2048];
static char interpreter[256];
static pthread_key_t thread_key;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define AT(type, object, offset) (*(type *)((char *)(object) + (offset)))

struct code {
	char bytes[CODE_BYTES + CODE_ROOM];
};

struct thread {
	char tstate[256], cframe[64];
	uint64_t depth;
	char frames[MOST_FRAMES * FRAME_BYTES], generators[MOST_FRAMES * FRAME_BYTES];
};
static __thread struct thread *self;

static void *object_new(size_t size)
{
	void *object = calloc(1, size);

	if (!object)
		abort();
	return object;
}

static uint64_t hash_of(const char *text)
{
	uint64_t hash = 14695981039346656037u;

	while (*text)
		hash = (hash ^ (unsigned char)*text++) * 1099511628211u;
	return hash;
}

/* A compact ASCII str. */
static char *text_new(const char *text)
{
	char *object = object_new(48 + strlen(text) + 1);

	AT(uint64_t, object, 16) = strlen(text);
	AT(uint64_t, object, 24) = hash_of(text);
	AT(uint32_t, object, 32) = 1 << 2 | 1 << 5 | 1 << 6;
	strcpy(object + 48, text);
	return object;
}

static char *bytes_new(const char *bytes, size_t size)
{
	char *object = object_new(32 + size + 1);

	AT(uint64_t, object, 16) = size;
	memcpy(object + 32, bytes, size);
	return object;
}

static void code_name(struct code *code, const char *name)
{
	AT(char *, code, CODE_NAME) = text_new(name);
#if FAKE_MINOR >= 11
	AT(char *, code, CODE_QUALNAME) = AT(char *, code, CODE_NAME);
#endif
}

static struct code *code_new(const char *name, int first_line)
{
	struct code *code = object_new(sizeof(*code));

	AT(const void *, code, 8) = &PyCode_Type;
	AT(int32_t, code, CODE_FIRST_LINE) = first_line;
	AT(char *, code, CODE_FILE_NAME) = text_new("/fake/app.py");
	AT(char *, code, CODE_LINE_TABLE) = bytes_new(line_table, sizeof(line_table));
	code_name(code, name);
	return code;
}

static struct {
	char *name;
	struct code *code;
} codes[MOST_CODES];

static unsigned int place_of(const char *name)
{
	unsigned int place = hash_of(name) % MOST_CODES;

	while (codes[place].name && strcmp(codes[place].name, name) != 0)
		place = (place + 1) % MOST_CODES;
	return place;
}

/* The same in every process, whatever was called before. */
static int line_of(const char *name)
{
	return (int)(hash_of(name) % 10000) + 1;
}

struct code *code_of(const char *name)
{
	pthread_mutex_lock(&lock);
	unsigned int place = place_of(name);
	if (!codes[place].name) {
		codes[place].name = strdup(name);
		codes[place].code = code_new(name, line_of(name));
	}
	pthread_mutex_unlock(&lock);
	return codes[place].code;
}

void code_reuse(const char *old, const char *new_name)
{
	struct code *code = code_of(old);

	pthread_mutex_lock(&lock);
	unsigned int place = place_of(new_name);
	free(AT(char *, code, CODE_NAME));
	code_name(code, new_name);
	codes[place].name = strdup(new_name);
	codes[place].code = code;
	pthread_mutex_unlock(&lock);
}

static char **current_frame(void)
{
#if FAKE_MINOR == 9
	return &AT(char *, self->tstate, TSTATE_FRAME);
#else
	return &AT(char *, self->cframe, CFRAME_FRAME);
#endif
}

void frame_push(struct code *code, enum owner owner)
{
	char *area = owner == OWNED_BY_GENERATOR ? self->generators : self->frames;
	char *frame = area + self->depth++ * (size_t)FRAME_BYTES;

	if (self->depth > MOST_FRAMES)
		abort();
	memset(frame, 0, FRAME_BYTES);
	AT(char *, frame, FRAME_PREVIOUS) = *current_frame();
	AT(struct code *, frame, FRAME_CODE) = code;
#if FAKE_MINOR == 9
	AT(int32_t, frame, FRAME_LASTI) = 0;
#else
	AT(char *, frame, FRAME_PREV_INSTR) = code->bytes + CODE_BYTES;
	AT(char, frame, FRAME_OWNER) = (char)owner;
#endif
	*current_frame() = frame;
}

void frame_pop(void)
{
	*current_frame() = AT(char *, *current_frame(), FRAME_PREVIOUS);
	self->depth--;
}

__attribute__((noinline)) static void hit_entry(const char *file, const char *name, int line)
{
	STAP_PROBE3(python, function__entry, file, name, line);
}

__attribute__((noinline)) static void hit_return(const char *file, const char *name, int line)
{
	STAP_PROBE3(python, function__return, file, name, line);
}

void probe_entry(struct code *code)
{
	if (python_function__entry_semaphore)
		hit_entry(AT(char *, code, CODE_FILE_NAME) + 48, AT(char *, code, CODE_NAME) + 48,
			  AT(int32_t, code, CODE_FIRST_LINE));
}

void probe_return(struct code *code)
{
	if (python_function__return_semaphore)
		hit_return(AT(char *, code, CODE_FILE_NAME) + 48, AT(char *, code, CODE_NAME) + 48,
			   AT(int32_t, code, CODE_FIRST_LINE));
}

__attribute__((noinline)) static void hit_gc_start(long generation, int bytes)
{
	unsigned char one = (unsigned char)(generation + 0x5600);
	short two = (short)(generation + 0x560000);
	int four = (int)(generation + 0x5600000000);

	if (bytes == 1)
		STAP_PROBE1(python, gc__start, one);
	else if (bytes == 2)
		STAP_PROBE1(python, gc__start, two);
	else if (bytes == 4)
		STAP_PROBE1(python, gc__start, four);
	else if (bytes == 8)
		STAP_PROBE1(python, gc__start, generation);
	else if (generation == 0)
		STAP_PROBE1(python, gc__start, 0);
	else if (generation == 1)
		STAP_PROBE1(python, gc__start, 1);
	else
		STAP_PROBE1(python, gc__start, 2);
}

void probe_gc_start(long generation, int bytes)
{
	if (python_gc__start_semaphore)
		hit_gc_start(generation, bytes);
}

__attribute__((noinline)) static void hit_gc_done(long collected, int bytes)
{
	signed char one = (signed char)(collected + 0x5600);
	unsigned short two = (unsigned short)(collected + 0x560000);
	int four = (int)(collected + 0x5600000000);

	if (bytes == 1)
		STAP_PROBE1(python, gc__done, one);
	else if (bytes == 2)
		STAP_PROBE1(python, gc__done, two);
	else if (bytes == 4)
		STAP_PROBE1(python, gc__done, four);
	else if (bytes == 8)
		STAP_PROBE1(python, gc__done, collected);
	else
		STAP_PROBE1(python, gc__done, 5);
}

void probe_gc_done(long collected, int bytes)
{
	if (python_gc__done_semaphore)
		hit_gc_done(collected, bytes);
}

void probe_import_start(const char *module)
{
	if (python_import__find__load__start_semaphore)
		STAP_PROBE1(python, import__find__load__start, module);
}

void probe_import_done(const char *module)
{
	if (python_import__find__load__done_semaphore)
		STAP_PROBE2(python, import__find__load__done, module, 1);
}

void semaphores_print(void)
{
#define PRINT(probe) printf(#probe "=%u ", python_##probe##_semaphore);
	FOR_EACH_PROBE(PRINT)
	puts("");
}

/* Up to 3.10 the frame of a generator is not run when that is made. */
void generator_new(struct code *code)
{
#if FAKE_MINOR >= 11
	AT(int32_t, code, CODE_FLAGS) = CO_GENERATOR;
	frame_push(code, OWNED_BY_THREAD);
	probe_entry(code);
	frame_pop();
#else
	(void)code;
#endif
}

void thread_begin(void)
{
	self = object_new(sizeof(*self));
	AT(uint64_t, self->tstate, TSTATE_THREAD_ID) = (uint64_t)pthread_self();
#if FAKE_MINOR >= 11
	AT(char *, self->tstate, TSTATE_CFRAME) = self->cframe;
#endif
	pthread_setspecific(thread_key, self->tstate);
	AT(char *, interpreter, INTERP_THREADS) = self->tstate;
}

void runtime_begin(void)
{
	pthread_key_create(&thread_key, NULL);
	AT(int32_t, _PyRuntime, AUTO_TSS_KEY) = 1;
	AT(uint32_t, _PyRuntime, AUTO_TSS_KEY + 4) = thread_key;
	AT(char *, _PyRuntime, INTERPRETERS_HEAD) = interpreter;
	thread_begin();
}
