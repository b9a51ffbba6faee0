// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "capture/clock.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/vec.h"

struct clock_event {
	struct bpf_link *link;
	int fd; /* the link owns it; -1 = a tracepoint */
};

struct clock {
	VEC(struct clock_event) events;
};

enum {
	ENTRY_BYTES = 64 /* of one entry; the names of the next ones are not known */
};

/* arch/x86/include/asm/idtentry.h: one function for each interrupt, next to each other. */
static void take_entry(struct tick_code *code, uint64_t address)
{
	if (!code->entry_start || address < code->entry_start)
		code->entry_start = address;
	if (address + ENTRY_BYTES > code->entry_end)
		code->entry_end = address + ENTRY_BYTES;
}

int clock_find_tick(struct tick_code *code)
{
	CLEANUP(fclosep) FILE *symbols = fopen("/proc/kallsyms", "re");
	CLEANUP(freep) char *line = NULL;
	struct tick_code found = {0};
	uint64_t value, newer = 0;
	size_t capacity = 0;
	char name[64];

	while (symbols && getline(&line, &capacity, symbols) > 0) {
		if (sscanf(line, "%lx %*c %63s", &value, name) != 2 || !value)
			continue;
		if (!strncmp(name, "asm_sysvec_", 11))
			take_entry(&found, value);
		else if (!strcmp(name, "tick_sched_timer"))
			found.handler = value;
		else if (!strcmp(name,
				 "tick_nohz_handler")) /* before 6.9 another function's name */
			newer = value;
	}
	if (!found.handler)
		found.handler = newer;
	if (!found.handler)
		return -ENOENT;
	*code = found;
	return 0;
}

uint64_t clock_tick_period_ns(void)
{
	struct timespec resolution = {0};

	clock_getres(CLOCK_MONOTONIC_COARSE, &resolution);
	return (uint64_t)resolution.tv_sec * 1000000000 + (uint64_t)resolution.tv_nsec;
}

static int open_event(int cpu, uint64_t period_ns)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = period_ns,
		.disabled = 1,
		.exclude_idle = 1,
	};
	long fd = syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : (int)fd;
}

static int add_event(struct clock *clock, struct bpf_link *link, int fd)
{
	struct clock_event event = {.link = link, .fd = fd};

	if (!link)
		return -errno;
	if (vec_push(&clock->events, event)) {
		bpf_link__destroy(link);
		return -ENOMEM;
	}
	return 0;
}

static int start_on_cpu(struct clock *clock, struct bpf_program *program, uint64_t period_ns,
			int cpu)
{
	int fd = open_event(cpu, period_ns);

	if (fd == -ENODEV) /* switched off */
		return 0;
	if (fd < 0)
		return fail(
			fd,
			"cannot open a sampling event on CPU %d: %s. `ltsbpf doctor` tells what "
			"is missing",
			cpu, strerror(-fd));
	int err = add_event(clock, bpf_program__attach_perf_event(program, fd), fd);
	if (!err)
		return 0;
	close(fd);
	return fail(err, "cannot attach to the sampling event of CPU %d: %s", cpu, strerror(-err));
}

int clock_start_events(struct bpf_program *program, uint64_t period_ns, struct clock **clock)
{
	struct clock *made = calloc(1, sizeof(*made));
	int cpus = libbpf_num_possible_cpus();

	if (!made)
		return -ENOMEM;
	for (int cpu = 0; cpu < cpus; cpu++) {
		int err = start_on_cpu(made, program, period_ns, cpu);
		if (err) {
			clock_free(made);
			return err;
		}
	}
	*clock = made;
	return 0;
}

int clock_start_tick(struct bpf_program *program, struct clock **clock)
{
	struct clock *made = calloc(1, sizeof(*made));
	int err;

	if (!made)
		return -ENOMEM;
	err = add_event(made, bpf_program__attach(program), -1);
	if (err) {
		clock_free(made);
		return fail(err, "cannot attach to the scheduler's tick: %s", strerror(-err));
	}
	*clock = made;
	return 0;
}

int clock_pause(struct clock *clock, bool pause)
{
	unsigned long request = pause ? PERF_EVENT_IOC_DISABLE : PERF_EVENT_IOC_ENABLE;

	for (size_t i = 0; i < clock->events.count; i++) {
		if (clock->events.items[i].fd < 0)
			return -EOPNOTSUPP;
		if (ioctl(clock->events.items[i].fd, request, 0))
			return -errno;
	}
	return 0;
}

void clock_free(struct clock *clock)
{
	if (!clock)
		return;
	for (size_t i = 0; i < clock->events.count; i++)
		bpf_link__destroy(clock->events.items[i].link);
	vec_done(&clock->events);
	free(clock);
}
