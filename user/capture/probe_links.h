/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_CAPTURE_PROBE_LINKS_H
#define LTSBPF_CAPTURE_PROBE_LINKS_H
/*
 * Where our program is attached to USDT probes. Linux 6.6 has a link for many places at once
 * (BPF_TRACE_UPROBE_MULTI), which comes and goes in 15 to 40 ms; before that each place is a perf
 * event of its own, and taking one down costs 100 ms. All hang on descriptors of this process.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "ltsbpf.h"

struct bpf_map;
struct bpf_program;
struct probe_links;

/* Before the object is loaded: so that its program can be attached in either way. */
void probe_links_prepare(struct bpf_program *program);

/* After it is loaded. sites: the map of struct probe_site. NULL when memory is out. */
struct probe_links *probe_links_new(struct bpf_program *program, struct bpf_map *sites);
void probe_links_free(struct probe_links *links);

/*
 * Attaches to so many places in a file, in all processes or in pid alone (pid > 0). Those of the
 * call probes form a group of their own. 0, or -errno, untold: -ENOSPC when there are more than
 * MAX_PROBE_SITES, and what the kernel says.
 */
int probe_links_add(struct probe_links *links, const char *path, pid_t pid,
		    const struct probe_site *sites, uint32_t count, bool calls);

/* Takes down the group of the call probes. The kernel then has their semaphores at zero. */
void probe_links_drop_calls(struct probe_links *links);

/* How many links there are, of both groups. */
uint32_t probe_links_count(const struct probe_links *links);

#endif
