// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * native_rules [-g] [-m] [SECONDS [LIBRARIES [WORD]]]: one chain of functions after the other, each
 * of which burns so many seconds under another rule of unwinding. For each a line
 *
 *	expect outermost;...;innermost SECONDS
 *
 * on stdout: the functions, and the CPU time. A function may be followed by @FILE when it is not in
 * the program itself, and by *N when it is there N times, *N+ for N times or more. "*" stands for
 * some functions of others, "..." at the end for any number, "[truncated]" for that
 * marker. "[gap]" in front: a marked gap is all that is below the innermost function; "[gap]?": a
 * marked gap may be anywhere below it.
 *
 *	-g	stop in each innermost function, for a debugger
 *	-m	write /tmp/perf-PID.map for the code made in memory
 *	LIBRARIES	the folder of the libraries made of native_library.c; "" = without
 *	WORD	only the chains that have it in their line
 */
#include <alloca.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "native_rules.h"

uint64_t spin_ticks;
int spin_stops;

static const char *libraries;
static int writes_map;
static volatile uint64_t sink;

typedef uint64_t (*library_outer)(uint64_t ticks, int stops);

static void copy_file(const char *path, int to)
{
	int from = open(path, O_RDONLY);
	char buffer[4096];
	ssize_t got;

	while ((got = read(from, buffer, sizeof(buffer))) > 0)
		if (write(to, buffer, (size_t)got) != got)
			exit(1);
	close(from);
}

KEPT void call_library(const char *prefix, const char *path)
{
	void *handle = dlopen(path, RTLD_NOW);
	char name[64];
	library_outer outer;

	if (!handle) {
		fprintf(stderr, "%s\n", dlerror());
		exit(1);
	}
	if (!spin_stops) /* a debugger opens it again */
		unlink(path);
	snprintf(name, sizeof(name), "%s_outer", prefix);
	outer = (library_outer)dlsym(handle, name);
	sink += outer(spin_ticks, spin_stops);
}

/* From a copy of the library that is deleted before it runs, or never had a name. */
KEPT void run_library(const char *prefix, int in_memory)
{
	char path[4096], copy[4096];
	int to;

	snprintf(path, sizeof(path), "%s/libnative_%s.so", libraries, prefix);
	if (in_memory) {
		to = (int)syscall(SYS_memfd_create, "library", 0);
		copy_file(path, to);
		snprintf(copy, sizeof(copy), "/proc/%d/fd/%d", getpid(), to);
	} else {
		snprintf(copy, sizeof(copy), "%s/running_%s.so", libraries, prefix);
		to = open(copy, O_WRONLY | O_CREAT | O_TRUNC, 0755);
		copy_file(path, to);
	}
	call_library(prefix, copy);
	if (in_memory)
		close(to);
}

static void *make_code(const char *begin, const char *end, const char *name)
{
	void *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char path[64];
	FILE *map;

	memcpy(code, begin, (size_t)(end - begin));
	if (!writes_map)
		return code;
	snprintf(path, sizeof(path), "/tmp/perf-%d.map", getpid());
	map = fopen(path, "a");
	if (map) {
		fprintf(map, "%lx %lx %s\n", (long)code, (long)(end - begin), name);
		fclose(map);
	}
	return code;
}

/* Keeps a frame pointer itself, so that the chain of them is whole. */
KEPT void jit_framed_outer(void)
{
	library_outer code =
		(library_outer)make_code(jit_framed_code, jit_framed_end, "jit_framed");
	volatile char *room = alloca(sink % 7 * 100 + 100);

	room[0] = 1;
	sink += code(spin_ticks, spin_stops) != (uint64_t)room[0];
}

KEPT void jit_bare_outer(void)
{
	library_outer code = (library_outer)make_code(jit_bare_code, jit_bare_end, "jit_bare");

	sink += code(spin_ticks, spin_stops) != 0;
}

KEPT void vdso_outer(void)
{
	struct timespec now;
	uint64_t begin = ticks_now();

	do {
		for (int i = 0; i < 1000; i++)
			clock_gettime(CLOCK_MONOTONIC, &now);
	} while (!spin_stops && ticks_now() - begin < spin_ticks);
	if (spin_stops)
		spin();
	sink += (uint64_t)now.tv_sec;
}

KEPT void syscall_outer(void)
{
	char buffer[4096];
	int zero = open("/dev/zero", O_RDONLY);
	uint64_t begin = ticks_now();

	do {
		sink += (uint64_t)read(zero, buffer, sizeof(buffer));
	} while (!spin_stops && ticks_now() - begin < spin_ticks);
	if (spin_stops)
		spin();
	close(zero);
}

#define RULE(name, expect)                                                                         \
	{                                                                                          \
		name##_outer, NULL, expect                                                         \
	}
#define TWO(name)                                                                                  \
	{                                                                                          \
		name##_outer, NULL, "@;" #name "_outer;" #name "_leaf"                             \
	}
#define THREE(name)                                                                                \
	{                                                                                          \
		name##_outer, NULL, "@;" #name "_outer;" #name "_middle;" #name "_leaf"            \
	}
#define IN_LIBRARY(name, file)                                                                     \
#name "_outer@" file ";" #name "_middle@" file ";" #name "_leaf@" file

/* "@" is main and run_chain. */
static const struct chain {
	spinner start;
	const char *library; /* instead of start: the prefix of its functions */
	const char *expect;
} chains[] = {
	THREE(plain),
	THREE(alloca),
	RULE(realign, "@;realign_outer;realign32_middle;realign64_leaf"),
	RULE(prologue, "@;prologue_outer;prologue_loop;..."),
	RULE(plt, "@;plt_outer;plt_loop;..."),
	RULE(qsort, "@;qsort_outer;*;qsort_compare"),
	RULE(deep, "@;deep_outer;deep*200;deep_leaf"),
	RULE(endless, "[truncated];endless*1000+;endless_leaf"),
	RULE(cold, "@;cold_outer;cold_leaf"),
	TWO(expression),
	TWO(cfa_register),
	TWO(return_register),
	THREE(rbp_register),
	TWO(remembered),
	THREE(bare_framed),
	RULE(bare, "[gap];@;bare_outer;bare_leaf"),
	RULE(bare_skipping, "[gap]?;@;bare_skipping_outer;bare_skipping_middle;bare_skipping_leaf"),
	RULE(noreturn, "@;noreturn_outer;noreturn_caller;noreturn_middle;noreturn_leaf"),
	TWO(longjmp),
	RULE(signal, "@;signal_outer;signal_middle;*;signal_handler;signal_leaf"),
	RULE(altstack, "@;altstack_outer;fault_first;*;altstack_handler;altstack_leaf"),
	RULE(raise, "@;raise_outer;*;raise_handler;raise_leaf"),
	RULE(thread, "thread_main;thread_leaf"),
#ifndef NO_CONTEXT
	RULE(context, "context_entry;context_leaf"),
#endif
#ifndef NO_CXX
	RULE(virtual, "@;virtual_outer;native::Square::draw;native::leaf<int>"),
	RULE(cleanup, "@;cleanup_outer;native::catcher;native::unwound;native::Guard::~Guard"),
	RULE(catch, "@;catch_outer;native::catcher;native::in_catch"),
	RULE(throwing, "@;throwing_outer;native::throwing_loop;..."),
#endif
	{NULL, "library", "@;run_library;call_library;" IN_LIBRARY(library, "running_library.so")},
	{NULL, "memory", "@;run_library;call_library;" IN_LIBRARY(memory, "*")},
	{NULL, "hopped",
	 "[gap]?;@;run_library;call_library;" IN_LIBRARY(hopped, "running_hopped.so")},
	{NULL, "unknown",
	 "[gap];@;run_library;call_library;" IN_LIBRARY(unknown, "running_unknown.so")},
	RULE(jit_framed, "@;jit_framed_outer;jit_framed@[j]"),
	RULE(jit_bare, "[gap];@;jit_bare_outer;jit_bare@[j]"),
	RULE(vdso, "@;vdso_outer;..."),
	RULE(syscall, "@;syscall_outer;..."),
};

KEPT void run_chain(const struct chain *chain)
{
	const char *at = strchr(chain->expect, '@');
	clockid_t clock = CLOCK_PROCESS_CPUTIME_ID;
	struct timespec begin, end;

	if (chain->library && !libraries)
		return;
	clock_gettime(clock, &begin);
	if (chain->library)
		run_library(chain->library, strcmp(chain->library, "memory") == 0);
	else
		chain->start();
	clock_gettime(clock, &end);
	if (at && at[1] == ';')
		printf("expect %.*smain;run_chain%s", (int)(at - chain->expect), chain->expect,
		       at + 1);
	else
		printf("expect %s", chain->expect);
	printf(" %.4f\n",
	       (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) * 1e-9);
}

static uint64_t ticks_of(double seconds)
{
	struct timespec begin, now;
	uint64_t from = ticks_now();

	clock_gettime(CLOCK_MONOTONIC, &begin);
	do {
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((now.tv_sec - begin.tv_sec) * 1000000000L + now.tv_nsec - begin.tv_nsec <
		 20000000);
	return (uint64_t)((double)(ticks_now() - from) * seconds / 0.02);
}

int main(int argc, char **argv)
{
	const char *only;
	int option;

	while ((option = getopt(argc, argv, "gm")) > 0) {
		spin_stops |= option == 'g';
		writes_map |= option == 'm';
	}
	spin_ticks = ticks_of(optind < argc ? atof(argv[optind]) : 0.3);
	libraries = optind + 1 < argc && *argv[optind + 1] ? argv[optind + 1] : NULL;
	only = optind + 2 < argc ? argv[optind + 2] : "";
	for (size_t i = 0; i < sizeof(chains) / sizeof(*chains); i++)
		if (strstr(chains[i].expect, only))
			run_chain(&chains[i]);
	return 0;
}
