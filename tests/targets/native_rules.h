/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef NATIVE_RULES_H
#define NATIVE_RULES_H
/*
 * Chains of functions with a known answer. The innermost function of each burns CPU by itself, by
 * the time stamp counter, so that nothing is above it.
 */
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

extern uint64_t spin_ticks; /* how long one spin() takes */
extern int spin_stops;	    /* instead of spinning: a breakpoint, for a debugger */
typedef void (*spinner)(void);

/* native_chains.c */
void plain_outer(void), alloca_outer(void), realign_outer(void), prologue_outer(void);
void plt_outer(void), qsort_outer(void), deep_outer(void), endless_outer(void), cold_outer(void);
void expression_outer(void), cfa_register_outer(void), return_register_outer(void);
void rbp_register_outer(void), remembered_outer(void), bare_framed_outer(void), bare_outer(void);
void bare_skipping_outer(void), noreturn_outer(void), longjmp_outer(void), signal_outer(void);
void altstack_outer(void), raise_outer(void), thread_outer(void), context_outer(void);
/* native_cxx.cc */
void virtual_outer(void), cleanup_outer(void), catch_outer(void), throwing_outer(void);
/* native_rules.S: position-independent code, called as library_outer */
extern const char jit_framed_code[], jit_framed_end[], jit_bare_code[], jit_bare_end[];

static inline __attribute__((always_inline)) uint64_t ticks_now(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

static inline __attribute__((always_inline)) void spin_for(uint64_t ticks, int stops)
{
	uint64_t begin = ticks_now();

	if (stops)
		__asm__ volatile("int3");
	else
		while (ticks_now() - begin < ticks)
			continue;
}

static inline __attribute__((always_inline)) void spin(void)
{
	spin_for(spin_ticks, spin_stops);
}

#if defined(__clang__)
#define KEPT __attribute__((noinline))
#else
#define KEPT __attribute__((noinline, noclone, no_icf))
#endif

/* Behind a call: so that it is no jump. */
#define BEHIND_CALL __asm__ volatile("" ::: "memory")

/* A function that calls the next one, or burns. */
#define LINK(name, next)                                                                           \
	KEPT void name(void)                                                                       \
	{                                                                                          \
		next();                                                                            \
		BEHIND_CALL;                                                                       \
	}

#ifdef __cplusplus
}
#endif

#endif
