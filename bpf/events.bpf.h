/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef EVENTS_BPF_H
#define EVENTS_BPF_H
/* Records of single events: who, when, and off they go. */
#include "maps.bpf.h"

static __always_inline void fill_head(struct record *head, __u16 kind, __u32 size)
{
	__u64 id = bpf_get_current_pid_tgid();

	head->kind = kind;
	head->weight = 1;
	head->size = size;
	head->time_ns = bpf_ktime_get_ns();
	head->pid = id >> 32;
	head->tid = (__u32)id;
}

static __always_inline void ship_event(const void *record, __u64 size)
{
	if (ship(record, size))
		count(COUNTER_EVENT_LOST, 1);
}

#endif
