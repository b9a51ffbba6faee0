/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_CAPTURE_CLOCK_H
#define LTSBPF_CAPTURE_CLOCK_H
/*
 * The sampling clock: one cpu-clock event on each CPU at a rate of our own, or the scheduler's
 * tick, which comes anyway and so costs no interrupt.
 */
#include <stdbool.h>
#include <stdint.h>

struct bpf_program;
struct clock;

/* Addresses in the running kernel. */
struct tick_code {
	uint64_t handler; /* of the tick: tick_nohz_handler from 6.9, tick_sched_timer before */
	uint64_t entry_start, entry_end; /* where interrupts enter the kernel; 0, 0 = not known */
};

/* 0, or -ENOENT: kallsyms hides or lacks the handler (untold). */
int clock_find_tick(struct tick_code *code);

/* CONFIG_HZ as a period: the resolution of the coarse clock. */
uint64_t clock_tick_period_ns(void);

/* Starts an event with this period on every CPU that is on line. 0 or -errno, told. */
int clock_start_events(struct bpf_program *program, uint64_t period_ns, struct clock **clock);

/* Starts sampling on the tick. 0 or -errno, told. */
int clock_start_tick(struct bpf_program *program, struct clock **clock);

/* Off and on again. 0 or -errno. A tick cannot pause: -EOPNOTSUPP. */
int clock_pause(struct clock *clock, bool pause);

void clock_free(struct clock *clock);

#endif
