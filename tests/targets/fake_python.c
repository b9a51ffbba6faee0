// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * fake_python both|returns SCRIPT...: looks like CPython 3.11, or with -DFAKE_MINOR=9 like 3.9, to
 * who reads its file and its memory: the symbols, the objects at the offsets of
 * user/python/layout.c, and the USDT probes. It runs no Python, but a script whose calls are known:
 *
 *   f{...} f    a call of f; what it does; nothing
 *   f(...)      entered unseen: the return's probe alone is hit
 *   f[...]      left without a return, as by longjmp()
 *   f<...>      never left: what follows is called by it
 *   +f          a generator is made of f (since 3.11: an entry, but no return)
 *   @f{...}     and runs
 *   f^300{...}  calls itself until 300 are active
 *   f#5000      calls f0, f1, ... f4999
 *   9*ITEM      nine times
 *   !word:...   see directives[]
 *
 * "returns": function__entry is never hit, as in the 3.11 of distributions.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fake_interpreter.h"

enum {
	NAME_BYTES = 256,
	MOST_WORDS = 4, /* of a directive */
	MOST_THREADS = 16,
	SETTLE_MS = 300, /* in which ltsbpf comes to know what it runs */
};

/* What stands behind a directive's name. */
struct words {
	char list[MOST_WORDS][NAME_BYTES];
};

static bool fires_entries;

static const char *run_item(const char *at);

/* Runs what stands up to the bracket; returns what follows it. */
static const char *run_until(const char *at, char bracket)
{
	for (;;) {
		at += strspn(at, " \n");
		if (*at == bracket)
			return at + (bracket != '\0');
		if (!*at)
			abort();
		at = run_item(at);
	}
}

static const char *behind(const char *body)
{
	int depth = 1;

	for (; depth; body++)
		depth += (*body == '{') - (*body == '}');
	return body;
}

static const char *take_name(const char *at, char name[NAME_BYTES])
{
	size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyz_.-0123456789");

	if (!length || length >= NAME_BYTES)
		abort();
	memcpy(name, at, length);
	name[length] = '\0';
	return at + length;
}

static void call_many(const char *name, unsigned long count)
{
	char numbered[NAME_BYTES + 24];

	for (unsigned long i = 0; i < count; i++) {
		snprintf(numbered, sizeof(numbered), "%s%lu{}", name, i);
		run_item(numbered);
	}
}

static void leave(struct code *code, char bracket)
{
	if (bracket == '<')
		return;
	if (bracket != '[')
		probe_return(code);
	frame_pop();
}

static const char *run_calls(const char *at, struct code *code, enum owner owner,
			     unsigned long depth)
{
	static const char open[] = "{([<", close[] = "})]>";
	char bracket = *at && strchr(open, *at) ? *at : '\0';

	for (unsigned long i = 0; i < depth; i++) {
		frame_push(code, owner);
		if (fires_entries && bracket != '(')
			probe_entry(code);
	}
	if (bracket)
		at = run_until(at + 1, close[strchr(open, bracket) - open]);
	for (unsigned long i = 0; i < depth; i++)
		leave(code, bracket);
	return at;
}

static const char *run_function(const char *at)
{
	char prefix = *at, name[NAME_BYTES], *end;
	unsigned long depth = 1;

	at = take_name(at + (prefix == '+' || prefix == '@'), name);
	if (*at == '#') {
		call_many(name, strtoul(at + 1, &end, 10));
		return end;
	}
	if (*at == '^') {
		depth = strtoul(at + 1, &end, 10);
		at = end;
	}
	if (prefix != '+')
		return run_calls(at, code_of(name),
				 prefix == '@' ? OWNED_BY_GENERATOR : OWNED_BY_THREAD, depth);
	if (fires_entries)
		generator_new(code_of(name));
	return at;
}

static long word_number(const struct words *words, int index)
{
	return strtol(words->list[index], NULL, 10);
}

static uint64_t now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* !spin:MS of CPU time */
static const char *do_spin(const struct words *words, const char *body)
{
	uint64_t end = now_ns(CLOCK_THREAD_CPUTIME_ID) + (uint64_t)word_number(words, 0) * 1000000;

	while (now_ns(CLOCK_THREAD_CPUTIME_ID) < end)
		;
	return run_until(body, '}');
}

/* !sleep:MS */
static const char *do_sleep(const struct words *words, const char *body)
{
	usleep((useconds_t)word_number(words, 0) * 1000);
	return run_until(body, '}');
}

/* !gc:GENERATION:COLLECTED:BYTES{during}; bytes of the arguments, 0 = constants (5 collected) */
static const char *do_gc(const struct words *words, const char *body)
{
	int bytes = (int)word_number(words, 2);

	probe_gc_start(word_number(words, 0), bytes);
	body = run_until(body, '}');
	probe_gc_done(word_number(words, 1), bytes);
	return body;
}

/* !begin:MODULE, without an end */
static const char *do_begin(const struct words *words, const char *body)
{
	probe_import_start(words->list[0]);
	return run_until(body, '}');
}

/* !done:MODULE */
static const char *do_done(const struct words *words, const char *body)
{
	body = run_until(body, '}');
	probe_import_done(words->list[0]);
	return body;
}

/* !import:MODULE{meanwhile} */
static const char *do_import(const struct words *words, const char *body)
{
	probe_import_start(words->list[0]);
	return do_done(words, body);
}

static void *thread_main(void *body)
{
	thread_begin();
	run_until(body, '}');
	return NULL;
}

/* !threads:COUNT{each} */
static const char *do_threads(const struct words *words, const char *body)
{
	pthread_t threads[MOST_THREADS];
	long count = word_number(words, 0);

	for (long i = 0; i < count && i < MOST_THREADS; i++)
		if (pthread_create(&threads[i], NULL, thread_main, (void *)body))
			abort();
	for (long i = 0; i < count && i < MOST_THREADS; i++)
		pthread_join(threads[i], NULL);
	return behind(body);
}

/* True in the child; the parent has waited for its end. */
static bool forked(void)
{
	pid_t pid = fork();

	if (pid < 0)
		abort();
	if (pid)
		waitpid(pid, NULL, 0);
	return !pid;
}

/* !fork{child}, which ends there */
static const char *do_fork(const struct words *words, const char *body)
{
	(void)words;
	if (forked()) {
		run_until(body, '}');
		_exit(0);
	}
	return behind(body);
}

/* !clone{child}, which then goes on as its parent does */
static const char *do_clone(const struct words *words, const char *body)
{
	(void)words;
	return forked() ? run_until(body, '}') : behind(body);
}

/* !exit:STATUS */
static const char *do_exit(const struct words *words, const char *body)
{
	(void)body;
	fflush(stdout);
	_exit((int)word_number(words, 0));
}

/* !exec{script}: of this program, by itself */
static const char *do_exec(const struct words *words, const char *body)
{
	char *script = strndup(body, (size_t)(behind(body) - body) - 1);

	(void)words;
	execl("/proc/self/exe", "fake_python", fires_entries ? "both" : "returns", script, NULL);
	abort();
}

/* !reuse:OLD:NEW: the code object of one function becomes that of another */
static const char *do_reuse(const struct words *words, const char *body)
{
	code_reuse(words->list[0], words->list[1]);
	return run_until(body, '}');
}

/* !say:WORD */
static const char *do_say(const struct words *words, const char *body)
{
	puts(words->list[0]);
	fflush(stdout);
	return run_until(body, '}');
}

/* !semaphores: "gc__start=1 ..." */
static const char *do_semaphores(const struct words *words, const char *body)
{
	(void)words;
	semaphores_print();
	fflush(stdout);
	return run_until(body, '}');
}

/* !serve: each line of stdin is a script */
static const char *do_serve(const struct words *words, const char *body)
{
	char line[4096];

	(void)words;
	while (fgets(line, sizeof(line), stdin))
		run_until(line, '\0');
	return run_until(body, '}');
}

static const struct {
	const char *name;
	const char *(*run)(const struct words *words, const char *body);
} directives[] = {
	{"spin", do_spin},	 {"sleep", do_sleep}, {"gc", do_gc},
	{"begin", do_begin},	 {"done", do_done},   {"import", do_import},
	{"threads", do_threads}, {"fork", do_fork},   {"clone", do_clone},
	{"exit", do_exit},	 {"exec", do_exec},   {"reuse", do_reuse},
	{"say", do_say},	 {"serve", do_serve}, {"semaphores", do_semaphores},
};

static const char *run_directive(const char *at)
{
	struct words words = {0};
	char name[NAME_BYTES];

	at = take_name(at, name);
	for (int i = 0; i < MOST_WORDS && *at == ':'; i++)
		at = take_name(at + 1, words.list[i]);
	for (size_t i = 0; i < sizeof(directives) / sizeof(*directives); i++) {
		if (strcmp(directives[i].name, name) != 0)
			continue;
		if (*at == '{')
			return directives[i].run(&words, at + 1);
		directives[i].run(&words, "}");
		return at;
	}
	abort();
}

static const char *run_item(const char *at)
{
	unsigned long count = 1;
	const char *end = at;
	char *behind_count;

	if (*at >= '0' && *at <= '9') {
		count = strtoul(at, &behind_count, 10);
		at = behind_count + 1;
	}
	for (unsigned long i = 0; i < count; i++)
		end = *at == '!' ? run_directive(at + 1) : run_function(at);
	return end;
}

int main(int argc, char **argv)
{
	fires_entries = argc > 1 && !strcmp(argv[1], "both");
	runtime_begin();
	usleep(SETTLE_MS * 1000);
	for (int i = 2; i < argc; i++)
		run_until(argv[i], '\0');
	return 0;
}
