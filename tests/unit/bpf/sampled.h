/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_SAMPLED_H
#define LTSBPF_TESTS_SAMPLED_H
/* Samples of the recorded threads, as bpf/sample.bpf.c takes them. */
#include <dirent.h>
#include <stdio.h>

#include "check.h"
#include "host.h"
#include "recorded.h"

/* Between two samples. */
#define PERIOD_NS 10000000

#define FIXTURES "tests/unit/bpf/fixtures"

static struct recorded recorded;

static inline long read_recorded(void *out, __u32 size, __u64 address)
{
	return recorded_read(&recorded, out, size, address);
}

/* A process that was found just now, on a CPU that has seen nothing. */
static inline void begin_process(void)
{
	host_done();
	memset(&host, 0, sizeof(host));
	host.read = read_recorded;
	host.python = recorded.process;
	host.walk.reader.layout = recorded.layout;
	host.walk.reader.space = host.python.space = 5;
}

/* The status of the sample, which is in host.walk with all its words; a name that was found without
 * them is the same as one made of them. */
static inline __u32 sample(__u64 thread_pointer)
{
	host.walk.reader.now_ns += PERIOD_NS;
	host.walk.raw_depth = host.walk.next = host.walk.record.depth = 0;
	host.walk.segments.count = 0;
	host.walk.reader.status = STACK_COMPLETE;
	host.walk.record.stack = host.walk.reader.space;
	walk_python(&host.walk, &host.python, thread_pointer);
	__u64 name = host.walk.record.stack;
	host.words_made = host.walk.record.depth;
	if (host.walk.next < host.walk.raw_depth)
		name_all(&host.walk);
	check_uint(host.walk.record.stack, name);
	return host.walk.reader.status;
}

static inline __u64 main_thread(void)
{
	return recorded.threads.items[0].pointer;
}

/* Runs the test on the memory of each version, which it may change. */
static inline void for_each_version(void (*test)(void))
{
	DIR *folder = opendir(FIXTURES);
	const struct dirent *entry;
	int versions = 0;
	char path[512];

	while (folder && (entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), FIXTURES "/%s", entry->d_name);
		if (!check_true(recorded_load(path, &recorded)))
			continue;
		unsigned int failures = CU_get_number_of_failures();
		begin_process();
		test();
		versions++;
		if (CU_get_number_of_failures() > failures)
			fprintf(stderr, "  with the memory of Python %s\n", recorded.version);
		host_done();
		recorded_done(&recorded);
	}
	if (folder)
		closedir(folder);
	check_true(versions >= 6);
}

#endif
