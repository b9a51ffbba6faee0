// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/cpu_times.h"

#include <stdint.h>

#include "capture/session.h"
#include "capture/tree.h"
#include "recording/build.h"
#include "target/launch.h"

void cpu_times_each(const struct live_processes *live, struct session *session, bool ended_only,
		    int (*emit)(void *context, const struct record *record), void *context)
{
	for (size_t i = 0; i < live->list.count; i++) {
		pid_t pid = live->list.items[i].pid;
		struct exit_record record;
		uint64_t cpu_ns;
		if ((ended_only && !live->list.items[i].ended) ||
		    !tree_follows(session_tree(session), pid, UINT64_MAX) ||
		    target_cpu_ns(pid, &cpu_ns))
			continue;
		record.cpu_ns = cpu_ns;
		build_head(&record.head, RECORD_CPU, sizeof(record), pid);
		emit(context, &record.head);
	}
}
