// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/found_pythons.h"

#include <errno.h>

int found_pythons_add(struct found_pythons *found, const struct found_python *python)
{
	return vec_push(&found->list, *python);
}

static const struct record *build(struct record_buffer *buffer, const struct found_python *found)
{
	const struct interpreter *interpreter = found->interpreter;
	struct interpreter_record about = {
		.version_hex = interpreter->version,
		.without_probes = !probes_have(&interpreter->probes, PROBE_GC_START),
	};

	return build_interpreter(buffer, found->pid, &about, interpreter->version_name,
				 layout_source_name(interpreter->layout_source));
}

int found_pythons_tell(struct found_pythons *found, pid_t pid, uint64_t end_ns,
		       struct record_buffer *buffer,
		       int (*emit)(void *context, const struct record *record), void *context)
{
	size_t kept = 0;
	int err = 0;

	for (size_t i = 0; i < found->list.count; i++) {
		struct found_python each = found->list.items[i];
		if (err || (pid && each.pid != pid) || each.time_ns >= end_ns) {
			found->list.items[kept++] = each;
			continue;
		}
		const struct record *record = build(buffer, &each);
		err = record ? emit(context, record) : -ENOMEM;
	}
	found->list.count = kept;
	return err;
}

void found_pythons_done(struct found_pythons *found)
{
	vec_done(&found->list);
}
