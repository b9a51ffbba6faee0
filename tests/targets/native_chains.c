// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* The chains of native_rules.c that are all in the program itself. */
#include <alloca.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <ucontext.h>

#include "native_rules.h"

static volatile uint64_t sink;

/* native_rules.S */
void expression_leaf(void), cfa_register_leaf(void), return_register_leaf(void);
void rbp_register_leaf(void), remembered_leaf(void), bare_framed_leaf(void), bare_leaf(void);
void bare_skipping_leaf(void), noreturn_caller(void), fault_first(void);

/* --- what the compiler makes by itself --- */
KEPT void plain_leaf(void)
{
	volatile char room[300];

	room[0] = 1;
	spin();
	sink += room[0];
}
LINK(plain_middle, plain_leaf)
LINK(plain_outer, plain_middle)

KEPT void alloca_leaf(void)
{
	volatile char *room = alloca(sink % 7 * 100 + 500);

	room[0] = 1;
	spin();
	sink += room[0];
}

KEPT void alloca_middle(void)
{
	volatile char room[sink % 5 * 1000 + 100];

	room[0] = 1;
	alloca_leaf();
	sink += room[0];
}
LINK(alloca_outer, alloca_middle)

KEPT void realign64_leaf(void)
{
	volatile char room[64] __attribute__((aligned(64)));

	room[0] = 1;
	spin();
	sink += room[0];
}

/* 32-byte alignment and arguments on the stack: GCC finds them by r10 (DRAP). */
KEPT uint64_t realign32_middle(int a, int b, int c, int d, int e, int f, int g, int h)
{
	volatile char room[32] __attribute__((aligned(32)));
	volatile char *more = alloca(sink % 7 * 100 + 100);

	room[0] = more[0] = 1;
	realign64_leaf();
	return room[0] + more[0] + a + b + c + d + e + f + g + h;
}

__attribute__((force_align_arg_pointer)) KEPT void realign_outer(void)
{
	sink += realign32_middle(1, 2, 3, 4, 5, 6, 7, 8);
}

/* Calls in quick succession: samples in prologues, epilogues and PLT entries. */
KEPT uint64_t prologue_callee(uint64_t value)
{
	volatile uint64_t room[3];

	room[0] = value;
	__asm__ volatile("" ::: "rbx", "r12", "r13", "r14", "r15");
	return room[0];
}

KEPT void prologue_loop(void)
{
	uint64_t begin = ticks_now();

	do {
		for (int i = 0; i < 1000; i++)
			sink += prologue_callee((uint64_t)i);
	} while (!spin_stops && ticks_now() - begin < spin_ticks);
	if (spin_stops)
		spin();
}
LINK(prologue_outer, prologue_loop)

KEPT void plt_loop(void)
{
	uint64_t begin = ticks_now();

	do {
		for (int i = 0; i < 1000; i++)
			sink += (uint64_t)div(i, 3).quot;
	} while (!spin_stops && ticks_now() - begin < spin_ticks);
	if (spin_stops)
		spin();
}
LINK(plt_outer, plt_loop)

static int compared;

KEPT int qsort_compare(const void *left, const void *right)
{
	if (compared++ == 0)
		spin();
	return *(const int *)left - *(const int *)right;
}

KEPT void qsort_outer(void)
{
	int numbers[] = {3, 1, 2};

	compared = 0;
	qsort(numbers, 3, sizeof(*numbers), qsort_compare);
	sink += (uint64_t)numbers[0];
}

LINK(deep_leaf, spin)
KEPT void deep(int depth)
{
	if (depth > 1)
		deep(depth - 1);
	else
		deep_leaf();
	BEHIND_CALL;
}

KEPT void deep_outer(void)
{
	deep(200);
	BEHIND_CALL;
}

LINK(endless_leaf, spin)
KEPT void endless(int depth)
{
	if (depth > 1)
		endless(depth - 1);
	else
		endless_leaf();
	BEHIND_CALL;
}

KEPT void endless_outer(void)
{
	endless(2000);
	BEHIND_CALL;
}

__attribute__((cold)) KEPT void cold_reason(void)
{
	sink++;
	BEHIND_CALL;
}

KEPT void cold_leaf(int taken)
{
	if (__builtin_expect(taken != 0, 0)) {
		cold_reason();
		spin();
		cold_reason();
	}
	BEHIND_CALL;
}

KEPT void cold_outer(void)
{
	cold_leaf(1);
	BEHIND_CALL;
}

/* --- what only assembly makes --- */
LINK(expression_outer, expression_leaf)
LINK(cfa_register_outer, cfa_register_leaf)
LINK(return_register_outer, return_register_leaf)
LINK(remembered_outer, remembered_leaf)
LINK(bare_outer, bare_leaf)

#define VARIABLE_FRAME(name, next)                                                                 \
	KEPT void name(void)                                                                       \
	{                                                                                          \
		volatile char *room = alloca(sink % 7 * 100 + 100);                                \
                                                                                                   \
		room[0] = 1;                                                                       \
		next();                                                                            \
		sink += room[0];                                                                   \
	}
VARIABLE_FRAME(rbp_register_middle, rbp_register_leaf)
LINK(rbp_register_outer, rbp_register_middle)
VARIABLE_FRAME(bare_framed_middle, bare_framed_leaf)
LINK(bare_framed_outer, bare_framed_middle)
VARIABLE_FRAME(bare_skipping_middle, bare_skipping_leaf)
LINK(bare_skipping_outer, bare_skipping_middle)

/* --- jumps --- */
static jmp_buf jump;

KEPT void noreturn_leaf(void)
{
	spin();
	BEHIND_CALL;
}

__attribute__((noreturn)) KEPT void noreturn_middle(void)
{
	noreturn_leaf();
	longjmp(jump, 1);
}

KEPT void noreturn_outer(void)
{
	if (setjmp(jump) == 0)
		noreturn_caller();
	BEHIND_CALL;
}

LINK(longjmp_leaf, spin)
__attribute__((noreturn)) KEPT void longjmp_thrower(int depth)
{
	if (depth == 0)
		longjmp(jump, 1);
	longjmp_thrower(depth - 1);
}

KEPT void longjmp_outer(void)
{
	if (setjmp(jump) == 0)
		longjmp_thrower(5);
	else
		longjmp_leaf();
	BEHIND_CALL;
}

/* --- signals: the interrupted function has its caller in a row of its own --- */
LINK(signal_leaf, spin)
LINK(altstack_leaf, spin)
LINK(raise_leaf, spin)

KEPT void signal_handler(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)info;
	((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += 2; /* over the ud2 */
	signal_leaf();
	BEHIND_CALL;
}

KEPT void altstack_handler(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)info;
	((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += 2;
	altstack_leaf();
	BEHIND_CALL;
}

KEPT void raise_handler(int number)
{
	(void)number;
	raise_leaf();
	BEHIND_CALL;
}

KEPT void signal_middle(void)
{
	volatile char room[100];

	room[0] = 1;
	__asm__ volatile("ud2");
	sink += room[0];
}

KEPT void signal_outer(void)
{
	struct sigaction action = {.sa_sigaction = signal_handler, .sa_flags = SA_SIGINFO};

	sigaction(SIGILL, &action, NULL);
	signal_middle();
	BEHIND_CALL;
}

KEPT void altstack_outer(void)
{
	static char room[65536];
	struct sigaction action = {.sa_sigaction = altstack_handler,
				   .sa_flags = SA_SIGINFO | SA_ONSTACK};
	stack_t stack = {.ss_sp = room, .ss_size = sizeof(room)};

	sigaltstack(&stack, NULL);
	sigaction(SIGILL, &action, NULL);
	fault_first();
	BEHIND_CALL;
}

KEPT void raise_outer(void)
{
	struct sigaction action = {.sa_handler = raise_handler};

	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
	BEHIND_CALL;
}

/* --- other stacks --- */
LINK(thread_leaf, spin)
static void *thread_main(void *unused)
{
	pthread_setname_np(pthread_self(), "rules-thread");
	thread_leaf();
	BEHIND_CALL;
	return unused;
}

void thread_outer(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, thread_main, NULL) == 0)
		pthread_join(thread, NULL);
}

#ifndef NO_CONTEXT
static ucontext_t outside, inside;
LINK(context_leaf, spin)
LINK(context_entry, context_leaf)

void context_outer(void)
{
	static char stack[65536];

	getcontext(&inside);
	inside.uc_stack.ss_sp = stack;
	inside.uc_stack.ss_size = sizeof(stack);
	inside.uc_link = &outside;
	makecontext(&inside, context_entry, 0);
	swapcontext(&outside, &inside);
}
#endif
