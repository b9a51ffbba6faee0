// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "capture/mappings.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/libbpf.h>

#include "base/cleanup.h"

enum {
	PAGES_PER_CPU = 16,
	BUFFER_BYTES = PAGES_PER_CPU * 4096,
	LARGEST_NOTICE_BYTES = 4096 + 128, /* a path of PATH_MAX and what stands before it */
};

struct mappings {
	struct perf_buffer *buffer;
	mapping_fn on_mapping;
	void *context;
	uint64_t lost;
	size_t drained_bytes; /* from one CPU's buffer in one go */
	int drained_cpu;
	bool gap;
};

/* linux/perf_event.h: PERF_RECORD_MMAP2; struct sample_id with our sample_type is the time alone.
 */
struct mmap2_event {
	struct perf_event_header header;
	uint32_t pid, tid;
	uint64_t addr, len, pgoff;
	uint32_t maj, min;
	uint64_t ino, ino_generation;
	uint32_t prot, flags;
	char filename[];
};

struct lost_event {
	struct perf_event_header header;
	uint64_t id, lost;
};

static void take_mmap(struct mappings *mappings, const struct mmap2_event *event)
{
	uint64_t time_ns;
	size_t size = event->header.size;

	if (size < sizeof(*event) + 2 * sizeof(time_ns))
		return;
	memcpy(&time_ns, (const char *)event + size - sizeof(time_ns), sizeof(time_ns));
	struct mapping_notice notice = {
		.pid = (pid_t)event->pid,
		.time_ns = time_ns,
		.start = event->addr,
		.length = event->len,
		.file_offset = event->pgoff,
		.device_major = event->maj,
		.device_minor = event->min,
		.inode = event->ino,
		.path = event->filename,
	};
	if (strnlen(notice.path, size - sizeof(*event)) < size - sizeof(*event))
		mappings->on_mapping(mappings->context, &notice);
}

/*
 * The kernel tells what it lost with the next notice that finds room, and on a quiet machine there
 * may be none for long: a buffer that was full is a gap already.
 */
static void watch_room(struct mappings *mappings, int cpu, size_t size_bytes)
{
	if (cpu != mappings->drained_cpu)
		mappings->drained_bytes = 0;
	mappings->drained_cpu = cpu;
	mappings->drained_bytes += size_bytes;
	if (mappings->drained_bytes > BUFFER_BYTES - LARGEST_NOTICE_BYTES)
		mappings->gap = true;
}

static enum bpf_perf_event_ret on_event(void *context, int cpu, struct perf_event_header *header)
{
	struct mappings *mappings = context;

	watch_room(mappings, cpu, header->size);
	if (header->type == PERF_RECORD_MMAP2)
		take_mmap(mappings, (const struct mmap2_event *)header);
	if (header->type == PERF_RECORD_LOST) {
		mappings->lost += ((const struct lost_event *)header)->lost;
		mappings->gap = true;
	}
	return LIBBPF_PERF_EVENT_CONT;
}

int mappings_open(int map_fd, mapping_fn on_mapping, void *context, struct mappings **mappings)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_DUMMY,
		.sample_type = PERF_SAMPLE_TIME,
		.sample_id_all = 1,
		.mmap = 1,
		.mmap2 = 1,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
		.watermark = 1, /* wakeup_events would count samples only */
		.wakeup_watermark = 1,
	};
	struct mappings *made = calloc(1, sizeof(*made));

	if (!made)
		return -ENOMEM;
	made->on_mapping = on_mapping;
	made->context = context;
	made->buffer = perf_buffer__new_raw(map_fd, PAGES_PER_CPU, &attr, on_event, made, NULL);
	if (!made->buffer) {
		free(made);
		return -errno;
	}
	*mappings = made;
	return 0;
}

void mappings_free(struct mappings *mappings)
{
	if (!mappings)
		return;
	perf_buffer__free(mappings->buffer);
	free(mappings);
}

int mappings_fd(const struct mappings *mappings)
{
	return perf_buffer__epoll_fd(mappings->buffer);
}

/* Not perf_buffer__poll(): asking a perf event whether it is ready makes it unready, and the poll()
 * that brought us here has asked. */
int mappings_drain(struct mappings *mappings)
{
	mappings->drained_bytes = 0;
	return perf_buffer__consume(mappings->buffer);
}

uint64_t mappings_lost(const struct mappings *mappings)
{
	return mappings->lost;
}

bool mappings_take_gap(struct mappings *mappings)
{
	bool gap = mappings->gap;

	mappings->gap = false;
	return gap;
}
