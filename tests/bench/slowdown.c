// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * A pinned program counts its loops in a mapped file; we switch sampling within its one run and
 * read the count at both ends of each slice. What the machine does else drifts slowly against the
 * slices: the conditions stand in random order and then once more in reverse, so that a steady
 * drift cancels within each block.
 */
#include "modes.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/vec.h"

enum {
	SETTLE_NS = 4000000,
	WARM_UP_NS = 1000000000,
	MAX_START = 60, /* more of them, until the program counts */
	READ_WITHIN_NS = 5000,
	READ_TRIES = 50,
	MAX_STILL = 20
};

enum condition {
	OFF,
	NOTHING, /* off as well: what is found between the two is error */
	PROGRAM,
	BARE, /* events without a program: the timer interrupt alone */
	CONDITIONS
};

static const char *const condition_names[CONDITIONS] = {"off", "null", "program", "bare"};

struct edge {
	uint64_t loops, time_ns, waited_ns, samples;
};

struct switches {
	struct profiled profiled;
	VEC(int) bare;
	const volatile uint64_t *loops;
	int schedstat; /* of the program's main thread */
	bool tick, on;
	int still; /* slices in which the program did nothing */
	unsigned int seed;
};

static int open_bare_events(struct switches *switches, double rate_hz)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = (uint64_t)(1e9 / rate_hz + 0.5),
		.disabled = 1,
		.exclude_idle = 1,
	};

	for (int cpu = 0; cpu < sysconf(_SC_NPROCESSORS_CONF); cpu++) {
		int fd =
			(int)syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
		if (fd < 0 && errno == ENODEV)
			continue;
		if (fd < 0)
			return fail(-errno, "cannot open an event on CPU %d: %s", cpu,
				    strerror(errno));
		if (vec_push(&switches->bare, fd))
			return fail(-ENOMEM, "out of memory");
	}
	return 0;
}

static int map_counts(struct switches *switches, const char *file)
{
	CLEANUP(closep) int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	void *mapped = MAP_FAILED;

	if (fd >= 0 && !ftruncate(fd, 4096))
		mapped = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	if (mapped == MAP_FAILED)
		return fail(-errno, "cannot map '%s': %s", file, strerror(errno));
	switches->loops = mapped;
	return 0;
}

/* How long the program was ready and had no CPU; 0 where the kernel does not tell. */
static uint64_t waited_ns(const struct switches *switches)
{
	char text[128] = "";
	uint64_t ran, waited = 0;

	if (pread(switches->schedstat, text, sizeof(text) - 1, 0) > 0)
		sscanf(text, "%" SCNu64 " %" SCNu64, &ran, &waited);
	return waited;
}

/* Count and time belong together: read again when something came between. */
static void read_edge(const struct switches *switches, struct edge *edge)
{
	uint64_t counters[COUNTERS] = {0}, before;

	for (int i = 0; i < READ_TRIES; i++) {
		before = now_ns();
		edge->loops = *switches->loops;
		edge->time_ns = now_ns();
		if (edge->time_ns - before < READ_WITHIN_NS)
			break;
	}
	edge->waited_ns = waited_ns(switches);
	session_counters(switches->profiled.recorder.session, counters);
	edge->samples = counters[COUNTER_SAMPLES];
}

/* Attaches and detaches at every edge, so that each slice comes after the same disturbance. */
static int switch_tick(struct switches *switches, enum condition condition)
{
	struct session *session = switches->profiled.recorder.session;
	int err = 0;

	if (!switches->on)
		err = session_start(session);
	session_stop(session);
	if (!err && condition == PROGRAM)
		err = session_start(session);
	switches->on = condition == PROGRAM;
	return err;
}

static int switch_events(struct switches *switches, enum condition condition)
{
	unsigned long request = condition == BARE ? PERF_EVENT_IOC_ENABLE : PERF_EVENT_IOC_DISABLE;
	int err = session_pause(switches->profiled.recorder.session, condition != PROGRAM);

	for (size_t i = 0; i < switches->bare.count && !err; i++)
		if (ioctl(switches->bare.items[i], request, 0))
			err = -errno;
	return err;
}

static int measure_slice(struct switches *switches, int block, enum condition condition,
			 uint64_t slice_ns)
{
	struct edge begin, end;
	int err = recorder_drain(&switches->profiled.recorder);

	if (!err)
		err = switches->tick ? switch_tick(switches, condition)
				     : switch_events(switches, condition);
	if (err)
		return fail(err, "cannot switch sampling: %s", strerror(-err));
	sleep_ns(SETTLE_NS);
	read_edge(switches, &begin);
	sleep_ns(slice_ns);
	read_edge(switches, &end);
	printf("%d %s %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", block, condition_names[condition],
	       end.loops - begin.loops,
	       end.time_ns - begin.time_ns - (end.waited_ns - begin.waited_ns),
	       end.samples - begin.samples);
	if (profiled_told_to_end())
		return -ECANCELED;
	/* On a busy machine it may have to wait for longer than a slice. */
	switches->still = end.loops == begin.loops ? switches->still + 1 : 0;
	return switches->still > MAX_STILL ? fail(-ECHILD, "the program does not count") : 0;
}

static void shuffle(struct switches *switches, enum condition *order, int count)
{
	for (int i = 0; i < count; i++)
		order[i] = (enum condition)i;
	for (int i = count - 1; i > 0; i--) {
		int j = rand_r(&switches->seed) % (i + 1);
		enum condition taken = order[i];
		order[i] = order[j];
		order[j] = taken;
	}
}

static int measure_blocks(struct switches *switches, const struct bench_options *options)
{
	int count = switches->tick ? BARE : CONDITIONS, err = 0;
	uint64_t end = now_ns() + options->time_ns;
	enum condition order[CONDITIONS];

	for (int block = 0; now_ns() < end && !err; block++) {
		shuffle(switches, order, count);
		for (int i = 0; i < 2 * count && !err; i++)
			err = measure_slice(switches, block,
					    order[i < count ? i : 2 * count - 1 - i],
					    options->slice_ns);
	}
	return err;
}

/* A program that loads much before it counts is not measured meanwhile. */
static int await_counting(struct switches *switches)
{
	int err = profiled_run(&switches->profiled, WARM_UP_NS);

	for (int i = 0; i < MAX_START && !err && !*switches->loops; i++)
		err = profiled_run(&switches->profiled, WARM_UP_NS);
	return err;
}

static int measure(struct switches *switches, const struct bench_options *options)
{
	char path[64];
	int err = profiled_start(&switches->profiled, &options->profiled, options->argv);

	if (err)
		return err;
	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)switches->profiled.target.pid);
	switches->schedstat = open(path, O_RDONLY | O_CLOEXEC);
	switches->tick = session_is_tick(switches->profiled.recorder.session);
	switches->on = true;
	if (options->profiled.session.tick && !switches->tick)
		return -ENOTSUP;
	err = await_counting(switches);
	if (!err && !switches->tick)
		err = open_bare_events(switches, options->profiled.session.rate_hz);
	if (!err)
		err = measure_blocks(switches, options);
	profiled_end(&switches->profiled);
	return err;
}

int slowdown_measure(const struct bench_options *options)
{
	struct switches switches = {.schedstat = -1, .seed = (unsigned int)now_ns()};
	struct bench_options pinned = *options;
	int err = map_counts(&switches, options->counts);

	pinned.profiled.pinned = true;
	if (!err)
		err = measure(&switches, &pinned);
	profiled_done(&switches.profiled);
	closep(&switches.schedstat);
	for (size_t i = 0; i < switches.bare.count; i++)
		close(switches.bare.items[i]);
	vec_done(&switches.bare);
	return err ? 1 : 0;
}
