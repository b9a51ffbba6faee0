/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_CAPTURE_MAPPINGS_H
#define LTSBPF_CAPTURE_MAPPINGS_H
/*
 * Notices of files that are mapped as program code, from perf's side band (PERF_RECORD_MMAP2 of a
 * dummy event on each CPU). They come within a millisecond and wake us, because an interpreter
 * should be known before it runs its first line.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct mappings;

struct mapping_notice {
	pid_t pid;
	uint64_t time_ns; /* CLOCK_MONOTONIC */
	uint64_t start, length, file_offset;
	uint32_t device_major, device_minor;
	uint64_t inode;
	const char *path; /* as the process sees it; borrowed during the call */
};

typedef void (*mapping_fn)(void *context, const struct mapping_notice *notice);

/* map_fd: a BPF_MAP_TYPE_PERF_EVENT_ARRAY for libbpf's use. 0 or -errno, untold. */
int mappings_open(int map_fd, mapping_fn on_mapping, void *context, struct mappings **mappings);
void mappings_free(struct mappings *mappings);

/* For poll(). */
int mappings_fd(const struct mappings *mappings);

/* Calls back for every notice that is there. 0 or -errno. */
int mappings_drain(struct mappings *mappings);

/* True once after notices were lost, or may have been: look at the processes themselves. */
bool mappings_take_gap(struct mappings *mappings);

/* Notices that found no room, so far as the kernel has told. */
uint64_t mappings_lost(const struct mappings *mappings);

#endif
