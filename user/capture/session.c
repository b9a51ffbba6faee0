// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "capture/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "capture/call_counters.h"
#include "capture/clock.h"
#include "capture/image_sets.h"
#include "capture/libbpf_messages.h"
#include "capture/probe_links.h"
#include "capture/tree.h"
#include "capture/unwind_tables.h"
#include "sample.skel.h"

struct session {
	struct sample_bpf *skeleton;
	struct ring_buffer *ring;
	struct clock *clock;
	struct probe_links *probes;
	struct call_counters *calls;
	uint64_t period_ns;
	bool tick;
	struct tree tree;
	struct image_sets *image_sets;
	struct unwind_tables *unwind_tables;
	session_record_fn on_record; /* during a drain */
	void *context;
	int stopped; /* what the callback returned */
};

static int on_ring_record(void *context, void *data, size_t size)
{
	struct session *session = context;
	const struct record *record = data;

	if (size < sizeof(*record) || record->size > size)
		return 0;
	session->stopped = session->on_record(session->context, record);
	return session->stopped ? -ECANCELED : 0;
}

static int tell_load_failure(int err)
{
	if (err == -EPERM || err == -EACCES)
		return fail(err,
			    "the kernel does not let us load BPF programs: run `sudo ltsbpf record "
			    "...`, or once `sudo setcap cap_bpf,cap_perfmon,cap_sys_ptrace,"
			    "cap_dac_read_search,cap_syslog+ep \"$(command -v ltsbpf)\"`. `ltsbpf "
			    "doctor` tells what is missing");
	return fail(err,
		    "cannot load the BPF programs into this kernel: %s. `ltsbpf doctor` tells what "
		    "is missing, `-v` what libbpf says",
		    strerror(-err));
}

static struct call_maps call_maps(const struct sample_bpf *skeleton)
{
	return (struct call_maps){
		.calls = skeleton->maps.calls,
		.control = skeleton->maps.calls_controls,
		.indexes = skeleton->maps.call_indexes,
		.threads = skeleton->maps.call_threads,
		.thread_indexes = skeleton->maps.call_thread_indexes,
		.free_threads = skeleton->maps.free_call_threads,
	};
}

static void make_native_maps_small(const struct sample_bpf *skeleton)
{
	struct bpf_map *maps[] = {skeleton->maps.image_sets, skeleton->maps.image_ranges,
				  skeleton->maps.unwind_shards, skeleton->maps.unwind_rules};

	for (size_t i = 0; i < sizeof(maps) / sizeof(*maps); i++)
		bpf_map__set_max_entries(maps[i], 1);
}

static int configure(struct session *session, const struct session_options *options)
{
	struct sample_bpf *skeleton = session->skeleton;
	struct tick_code code = {0};

	skeleton->rodata->follow_forks = options->follow_forks;
	skeleton->rodata->count_calls = options->count_calls;
	skeleton->rodata->native_frames = options->native;
	skeleton->rodata->kernel_frames = options->kernel;
	skeleton->rodata->exact_addresses = options->exact;
	if (!options->native)
		make_native_maps_small(skeleton);
	probe_links_prepare(skeleton->progs.on_probe);
	session->tick = options->tick;
	if (options->tick && clock_find_tick(&code)) {
		warn("--clock tick: /proc/kallsyms does not show the tick's handler (see `ltsbpf "
		     "doctor`); sampling on a clock of our own at %g Hz instead",
		     options->rate_hz);
		session->tick = false;
	}
	skeleton->rodata->tick_handler = code.handler;
	skeleton->rodata->interrupt_entry_start = code.entry_start;
	skeleton->rodata->interrupt_entry_end = code.entry_end;
	bpf_program__set_autoload(skeleton->progs.on_tick, session->tick);
	bpf_program__set_autoattach(skeleton->progs.on_tick, false);
	bpf_program__set_autoload(skeleton->progs.on_cpu_clock, !session->tick);
	bpf_program__set_autoattach(skeleton->progs.on_cpu_clock, false);
	session->period_ns =
		session->tick ? clock_tick_period_ns() : (uint64_t)(1e9 / options->rate_hz + 0.5);
	struct call_maps maps = call_maps(skeleton);
	return call_counters_prepare(&maps, options->count_calls);
}

static int load(struct session *session)
{
	int err = sample_bpf__load(session->skeleton);

	if (err)
		return tell_load_failure(err);
	err = sample_bpf__attach(session->skeleton);
	if (err)
		return fail(err, "cannot follow processes (tracepoints of the scheduler): %s",
			    strerror(-err));
	session->tree = (struct tree){
		.processes = session->skeleton->maps.processes,
		.pythons = session->skeleton->maps.pythons,
		.image_sets = session->skeleton->maps.image_sets,
		.layout_map = session->skeleton->maps.layouts,
	};
	session->ring = ring_buffer__new(bpf_map__fd(session->skeleton->maps.ring), on_ring_record,
					 session, NULL);
	return session->ring ? 0 : fail(-errno, "cannot map the ring buffer: %s", strerror(errno));
}

static int open_native(struct session *session)
{
	struct sample_bpf *skeleton = session->skeleton;
	int err = unwind_tables_new(skeleton->maps.unwind_shards, skeleton->maps.unwind_rules,
				    &session->unwind_tables);

	if (!err)
		err = image_sets_new(skeleton->maps.image_ranges, &session->tree,
				     &session->image_sets);
	return err ? fail(err, "cannot share memory with the kernel side: %s", strerror(-err)) : 0;
}

static int open_probes(struct session *session, const struct session_options *options)
{
	struct sample_bpf *skeleton = session->skeleton;
	int err;

	session->probes = probe_links_new(skeleton->progs.on_probe, skeleton->maps.probe_sites);
	if (!session->probes)
		return -ENOMEM;
	if (!options->count_calls)
		return 0;
	struct call_maps maps = call_maps(skeleton);
	err = call_counters_open(&maps, options->budget_percent, &session->calls);
	if (err)
		return fail(err, "cannot share memory with the kernel side: %s", strerror(-err));
	err = call_counters_calibrate(session->calls, session->probes);
	if (err)
		warn("cannot measure what a trap costs here: %s. Calls will be counted; their "
		     "times include the probes",
		     strerror(-err));
	return 0;
}

int session_open(const struct session_options *options, struct session **session)
{
	CLEANUP(session_freep) struct session *made = calloc(1, sizeof(*made));
	int err;

	if (!made)
		return -ENOMEM;
	libbpf_messages_take();
	libbpf_set_memlock_rlim(0); /* the target inherits our limits: leave them alone */
	made->skeleton = sample_bpf__open();
	if (!made->skeleton)
		return tell_load_failure(-errno);
	err = configure(made, options);
	if (!err)
		err = load(made);
	if (!err)
		err = open_probes(made, options);
	if (!err && options->native)
		err = open_native(made);
	if (!err)
		*session = TAKE(made);
	return err;
}

void session_free(struct session *session)
{
	if (!session)
		return;
	clock_free(session->clock);
	probe_links_free(session->probes);
	call_counters_free(session->calls);
	image_sets_free(session->image_sets);
	unwind_tables_free(session->unwind_tables);
	ring_buffer__free(session->ring);
	sample_bpf__destroy(session->skeleton);
	free(session);
}

void session_freep(struct session **session)
{
	session_free(*session);
	*session = NULL;
}

uint64_t session_period_ns(const struct session *session)
{
	return session->period_ns;
}

bool session_is_tick(const struct session *session)
{
	return session->tick;
}

int session_mappings_map(const struct session *session)
{
	return bpf_map__fd(session->skeleton->maps.mappings);
}

int session_start(struct session *session)
{
	if (session->tick)
		return clock_start_tick(session->skeleton->progs.on_tick, &session->clock);
	return clock_start_events(session->skeleton->progs.on_cpu_clock, session->period_ns,
				  &session->clock);
}

/* Switching the events off is quick; taking them down waits for each CPU, and can wait for us. */
void session_stop(struct session *session)
{
	if (!session->clock || !clock_pause(session->clock, true))
		return;
	clock_free(session->clock);
	session->clock = NULL;
}

int session_pause(struct session *session, bool pause)
{
	return session->clock ? clock_pause(session->clock, pause) : -ENODEV;
}

struct tree *session_tree(struct session *session)
{
	return &session->tree;
}

struct image_sets *session_image_sets(const struct session *session)
{
	return session ? session->image_sets : NULL;
}

struct unwind_tables *session_unwind_tables(const struct session *session)
{
	return session->unwind_tables;
}

int session_drain(struct session *session, session_record_fn on_record, void *context)
{
	int got;

	session->on_record = on_record;
	session->context = context;
	session->stopped = 0;
	got = ring_buffer__consume(session->ring);
	if (session->stopped)
		return session->stopped;
	return got < 0 && got != -EINTR ? got : 0;
}

struct probe_links *session_probes(const struct session *session)
{
	return session->probes;
}

struct call_counters *session_call_counters(const struct session *session)
{
	return session->calls;
}

static int learn(struct bpf_map *map, uint64_t key)
{
	uint8_t one = 1;

	return bpf_map__update_elem(map, &key, sizeof(key), &one, sizeof(one), BPF_ANY);
}

int session_learn_stack(struct session *session, uint64_t stack)
{
	return learn(session->skeleton->maps.known_stacks, stack);
}

int session_learn_code(struct session *session, uint64_t fingerprint)
{
	return learn(session->skeleton->maps.known_codes, fingerprint);
}

int session_counters(const struct session *session, uint64_t counters[COUNTERS])
{
	int cpus = libbpf_num_possible_cpus();
	CLEANUP(freep) uint64_t *values = calloc((size_t)cpus, sizeof(*values));

	if (!values)
		return -ENOMEM;
	for (uint32_t i = 0; i < COUNTERS; i++) {
		int err = bpf_map__lookup_elem(session->skeleton->maps.counters, &i, sizeof(i),
					       values, (size_t)cpus * sizeof(*values), 0);
		if (err)
			return err;
		counters[i] = 0;
		for (int cpu = 0; cpu < cpus; cpu++)
			counters[i] += values[cpu];
	}
	return 0;
}
