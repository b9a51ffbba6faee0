// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "capture/call_counters.h"

#include <elf.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "capture/probe_links.h"
#include "ltsbpf.h"

enum {
	CALIBRATION_ROUNDS = 64,
	CALIBRATION_PAIRS = 32, /* of one round */
};

struct call_counters {
	struct call_counter *list;
	struct calls_control *control;
	size_t list_bytes, control_bytes;
};

static size_t whole_pages(size_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (bytes + page - 1) / page * page;
}

int call_counters_prepare(const struct call_maps *maps, bool wanted)
{
	struct bpf_map *const large[] = {maps->calls, maps->indexes, maps->threads,
					 maps->thread_indexes, maps->free_threads};
	int err = 0;

	for (size_t i = 0; i < sizeof(large) / sizeof(*large) && !wanted && !err; i++)
		err = bpf_map__set_max_entries(large[i], 1);
	return err;
}

static int fill_free_threads(const struct bpf_map *map)
{
	int err = 0;

	for (uint32_t i = 0; i < MAX_CALL_THREADS && !err; i++)
		err = bpf_map_update_elem(bpf_map__fd(map), NULL, &i, BPF_ANY) ? -errno : 0;
	return err;
}

static int map_memory(struct bpf_map *map, size_t bytes, void **memory)
{
	void *mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);

	if (mapped == MAP_FAILED)
		return -errno;
	*memory = mapped;
	return 0;
}

int call_counters_open(const struct call_maps *maps, double budget_percent,
		       struct call_counters **counters)
{
	struct call_counters *made = calloc(1, sizeof(*made));
	int err;

	if (!made)
		return -ENOMEM;
	made->list_bytes = whole_pages(sizeof(*made->list) * bpf_map__max_entries(maps->calls));
	made->control_bytes = whole_pages(sizeof(*made->control));
	err = map_memory(maps->calls, made->list_bytes, (void **)&made->list);
	if (!err)
		err = map_memory(maps->control, made->control_bytes, (void **)&made->control);
	if (!err)
		err = fill_free_threads(maps->free_threads);
	if (err || !made->control) {
		call_counters_free(made);
		return err;
	}
	made->control->next = 1; /* 0 stands for none */
	made->control->budget_permille = (uint64_t)llround(budget_percent * 10);
	*counters = made;
	return 0;
}

void call_counters_free(struct call_counters *counters)
{
	if (!counters)
		return;
	if (counters->list)
		munmap(counters->list, counters->list_bytes);
	if (counters->control)
		munmap(counters->control, counters->control_bytes);
	free(counters);
}

/* A function that is two instructions like those of a USDT probe, one behind the other. */
extern const char calibration_entry[], calibration_return[];
extern void calibration_pass(void);

__asm__(".text\n"
	".type calibration_pass, @function\n"
	"calibration_pass:\n"
	"calibration_entry: nop\n"
	"calibration_return: nop\n"
	"ret\n"
	".size calibration_pass, . - calibration_pass\n");

/* Where an address of our own program is in its file; 0: nowhere. */
static uint64_t own_offset(const char *address)
{
	const Elf64_Phdr *headers = (const Elf64_Phdr *)getauxval(AT_PHDR);
	unsigned long count = getauxval(AT_PHNUM);
	uint64_t bias = 0;

	for (unsigned long i = 0; headers && i < count; i++)
		if (headers[i].p_type == PT_PHDR)
			bias = (uintptr_t)headers - headers[i].p_vaddr;
	for (unsigned long i = 0; headers && i < count; i++) {
		uint64_t skip = (uintptr_t)address - bias - headers[i].p_vaddr;
		if (headers[i].p_type == PT_LOAD && skip < headers[i].p_filesz)
			return headers[i].p_offset + skip;
	}
	return 0;
}

/* The least of some rounds: what comes in between makes a round longer, never shorter. */
static uint64_t least_round(struct calls_control *control)
{
	uint64_t least = 0;

	for (int round = 0; round < CALIBRATION_ROUNDS; round++) {
		uint64_t total = control->calibrate_total_ns, hits = control->calibrate_hits;
		for (int pair = 0; pair < CALIBRATION_PAIRS; pair++)
			calibration_pass();
		hits = control->calibrate_hits - hits;
		if (!hits)
			return 0;
		total = (control->calibrate_total_ns - total) / hits;
		least = !least || total < least ? total : least;
	}
	return least;
}

int call_counters_calibrate(struct call_counters *counters, struct probe_links *links)
{
	struct probe_site sites[] = {
		{.offset = own_offset(calibration_entry), .probe = PROBES},
		{.offset = own_offset(calibration_return), .probe = PROBES + 1},
	};
	int err = probe_links_add(links, "/proc/self/exe", getpid(), sites, 2, true);

	if (!err)
		counters->control->trap_ns = least_round(counters->control);
	probe_links_drop_calls(links);
	return err ? err : counters->control->trap_ns ? 0 : -ENODATA;
}

void call_counters_totals(const struct call_counters *counters, struct call_totals *totals)
{
	const struct calls_control *control = counters->control;

	*totals = (struct call_totals){
		.trap_ns = control->trap_ns,
		.began_ns = control->began_ns,
		.stopped_ns = control->stopped_ns,
	};
}

int call_counters_each(const struct call_counters *counters,
		       int (*on_count)(void *context, const struct call_count *count),
		       void *context)
{
	uint64_t used = counters->control->next;
	int err = 0;

	for (uint64_t i = 1; i < used && i < MAX_CALLS && !err; i++) {
		const struct call_counter *counter = &counters->list[i];
		if (!counter->is_pair || !counter->calls)
			continue;
		err = on_count(context, &(struct call_count){
						.pid = (pid_t)counter->pid,
						.caller = counter->caller,
						.callee = counter->callee,
						.calls = counter->calls,
						.primitive = counter->primitive,
						.pair_primitive = counter->pair_primitive,
						.own_ns = counter->own_ns,
						.total_ns = counter->total_ns,
						.pair_total_ns = counter->pair_total_ns,
					});
	}
	return err;
}
