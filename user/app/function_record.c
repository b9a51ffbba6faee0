// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/function_record.h"

#include <errno.h>

#include "base/cleanup.h"
#include "python/function.h"

int function_record_make(const struct code_record *code, const struct python_layout *layout,
			 struct call_filter *filter, struct record_buffer *buffer, bool *complete,
			 const struct record **record)
{
	CLEANUP(function_done) struct function_text text = {0};
	struct function_source source;
	int err = function_from_record(code, layout, &text);

	*complete = true;
	*record = NULL;
	if (err)
		return err == -ENOMEM ? err : 0;
	*complete = text.complete;
	source = (struct function_source){
		.fingerprint = text.fingerprint,
		.first_line = text.first_line,
		.python_minor = layout->version_minor,
		.name = text.name,
		.qualname = text.qualname,
		.filename = text.filename,
		.linetable = text.linetable,
		.linetable_bytes = text.linetable_size,
	};
	err = call_filter_learn(filter, text.fingerprint,
				*text.qualname ? text.qualname : text.name, text.filename);
	if (err)
		return err;
	*record = build_function(buffer, (pid_t)code->head.pid, &source);
	return *record ? 0 : -ENOMEM;
}
