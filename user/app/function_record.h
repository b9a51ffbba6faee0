/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_FUNCTION_RECORD_H
#define LTSBPF_APP_FUNCTION_RECORD_H
/* From a code object as the kernel side ships it to the record of its function. */
#include <stdbool.h>

#include "app/call_filter.h"
#include "ltsbpf.h"
#include "recording/build.h"

/*
 * Makes the RECORD_FUNCTION in the buffer and has the filter learn its names. *complete: all texts
 * are whole. 0, with *record NULL when there is nothing to be said of the code object; -ENOMEM, or
 * what the filter returns.
 */
int function_record_make(const struct code_record *code, const struct python_layout *layout,
			 struct call_filter *filter, struct record_buffer *buffer, bool *complete,
			 const struct record **record);

#endif
