// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "modes.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "base/cleanup.h"
#include "base/log.h"

enum {
	MOST_DESCRIPTORS = 256
};

/* One reading; a part is the difference between two. */
struct reading {
	uint64_t runs, run_ns; /* by the kernel */
	uint64_t counters[COUNTERS];
	uint64_t time_ns;
};

/* The id of the BPF program behind one of our descriptors; 0: it is something else. */
static uint32_t program_behind(int fd)
{
	char path[64], line[128];
	uint32_t id = 0;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	CLEANUP(fclosep) FILE *stream = fopen(path, "re");
	while (stream && fgets(line, sizeof(line), stream))
		if (sscanf(line, "prog_id: %" SCNu32, &id) == 1)
			break;
	return id;
}

/* Among our own descriptors: others may have loaded the same program. */
static int find_program(const char *name)
{
	struct bpf_prog_info info;
	uint32_t id, size;

	for (int held = 0; held < MOST_DESCRIPTORS; held++) {
		id = program_behind(held);
		CLEANUP(closep) int fd = id ? bpf_prog_get_fd_by_id(id) : -1;
		memset(&info, 0, sizeof(info));
		size = sizeof(info);
		if (fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &size) &&
		    !strcmp(info.name, name))
			return TAKE_FD(fd);
	}
	return fail(-ENOENT, "our program %s is not loaded", name);
}

static int read_all(const struct profiled *profiled, int program, struct reading *reading)
{
	struct bpf_prog_info info = {0};
	uint32_t size = sizeof(info);
	int err = bpf_obj_get_info_by_fd(program, &info, &size);

	if (!err)
		err = session_counters(profiled->recorder.session, reading->counters);
	reading->runs = info.run_cnt;
	reading->run_ns = info.run_time_ns;
	reading->time_ns = now_ns();
	return err ? fail(err, "cannot read the statistics: %s", strerror(-err)) : 0;
}

static void print_part(const struct reading *a, const struct reading *b)
{
	printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", b->runs - a->runs,
	       b->run_ns - a->run_ns, b->counters[COUNTER_SAMPLES] - a->counters[COUNTER_SAMPLES],
	       b->counters[COUNTER_RUN_NS] - a->counters[COUNTER_RUN_NS], b->time_ns - a->time_ns);
}

static int measure_parts(struct profiled *profiled, int program,
			 const struct bench_options *options)
{
	struct reading before, after;
	int err = profiled_run(profiled, options->warm_up_ns);

	if (!err)
		err = read_all(profiled, program, &before);
	for (uint32_t part = 0; part < options->parts && !err; part++) {
		err = profiled_run(profiled, options->time_ns / options->parts);
		if (!err)
			err = read_all(profiled, program, &after);
		if (!err)
			print_part(&before, &after);
		before = after;
	}
	return err;
}

/* The statistics last as long as the descriptor: whatever happens to us, the kernel ends them, and
 * kernel.bpf_stats_enabled is not touched. */
int walk_measure(const struct bench_options *options)
{
	CLEANUP(closep) int statistics = bpf_enable_stats(BPF_STATS_RUN_TIME), program = -1;
	struct profiled profiled;
	int err;

	if (statistics < 0)
		return -fail(-1, "cannot have the kernel measure BPF programs: %s",
			     strerror(errno));
	err = profiled_start(&profiled, &options->profiled, options->argv);
	if (!err) {
		program = find_program(options->profiled.session.tick ? "on_tick" : "on_cpu_clock");
		err = program < 0 ? program : measure_parts(&profiled, program, options);
		profiled_end(&profiled);
	}
	profiled_done(&profiled);
	return err ? 1 : 0;
}
