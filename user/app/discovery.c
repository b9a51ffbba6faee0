// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/discovery.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "base/log.h"
#include "capture/session.h"
#include "capture/tree.h"
#include "python/interpreter.h"
#include "python/interpreters.h"
#include "target/maps.h"

static void tell_kernel(const struct discovery *discovery, const struct mapping_notice *notice,
			const struct interpreter *interpreter, uint64_t bias)
{
	struct python_process python = {
		.runtime = bias + interpreter->runtime_vaddr,
		.code_type = bias + interpreter->code_type_vaddr,
		.path = interpreter->gilstate_path,
	};
	const struct python_layout *layout = interpreter_layout(interpreter);
	int err = tree_set_python(session_tree(discovery->session), notice->pid, notice->time_ns,
				  &python, layout);

	if (err == -ESRCH)
		return;
	if (err) {
		warn("cannot follow Python %s in process %d: %s", interpreter->version_name,
		     notice->pid, strerror(-err));
		return;
	}
	if (!layout)
		warn("process %d runs Python %s (%s), whose layout is not known to this ltsbpf: "
		     "its time is counted, its functions are not seen",
		     notice->pid, interpreter->version_name, notice->path);
	discovery->on_interpreter(discovery->context, notice, interpreter);
}

void discovery_look(const struct discovery *discovery, const struct mapping_notice *notice)
{
	const struct interpreter *interpreter;
	uint64_t bias;
	int err;

	if (notice->path[0] != '/' ||
	    !tree_follows(session_tree(discovery->session), notice->pid, notice->time_ns))
		return;
	err = interpreters_find(discovery->interpreters, notice->pid, notice->path,
				makedev(notice->device_major, notice->device_minor), notice->inode,
				&interpreter);
	if (err && err != -ENOENT)
		debug("process %d: cannot look into '%s': %s", notice->pid, notice->path,
		      strerror(-err));
	if (err || interpreter_bias(interpreter, notice->start, notice->file_offset, &bias))
		return;
	tell_kernel(discovery, notice, interpreter, bias);
}

struct scan {
	pid_t pid;
	uint64_t now_ns;
	mapping_fn on_mapping;
	void *context;
};

static int on_line(void *context, const struct map_line *line)
{
	const struct scan *scan = context;
	struct mapping_notice notice = {
		.pid = scan->pid,
		.time_ns = scan->now_ns,
		.start = line->start,
		.length = line->end - line->start,
		.file_offset = line->file_offset,
		.device_major = line->device_major,
		.device_minor = line->device_minor,
		.inode = line->inode,
		.path = line->path,
	};

	if (line->executable)
		scan->on_mapping(scan->context, &notice);
	return 0;
}

void discovery_look_at_all(pid_t pid, mapping_fn on_mapping, void *context)
{
	struct scan scan = {.pid = pid, .on_mapping = on_mapping, .context = context};
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	scan.now_ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	maps_read(pid, on_line, &scan);
}
