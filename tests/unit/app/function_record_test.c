// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* A code object of CPython 3.12 whose texts were all shipped with it. */
#include "app/function_record.h"

#include <errno.h>

#include "check.h"
#include "memory.h"
#include "python/layout.h"

enum {
	VERSION_3_12 = 0x030c00f0,
	ASCII_STATE = 1 << 2 | 1 << 5 | 1 << 6, /* kind 1, compact, ascii */
};

struct shipped {
	struct python_layout layout;
	_Alignas(8) uint8_t bytes[1024];
	struct record_buffer buffer;
	struct call_filter filter;
	const struct record *record;
	bool complete;
};

static struct code_record *code_of(struct shipped *shipped)
{
	return (struct code_record *)shipped->bytes;
}

static void ship(struct shipped *shipped)
{
	static const char *const texts[] = {"run", "Job.run", "/srv/job.py", "\x80\x01\x02"};
	struct code_record *code = code_of(shipped);
	size_t used = 0;

	memset(shipped, 0, sizeof(*shipped));
	check_ok(layout_from_table(VERSION_3_12, &shipped->layout));
	*code = (struct code_record){.fingerprint = 77, .first_line = 5};
	for (int i = 0; i < MAX_CODE_TEXTS; i++) {
		uint32_t size = (uint32_t)strlen(texts[i]);
		code->texts[i] = (struct code_text_record){
			.address = 0x1000,
			.size_bytes = size,
			.size_whole_bytes = size,
			.state = i == TEXT_LINETABLE ? 0 : ASCII_STATE,
		};
		memcpy(code->data + used, texts[i], size);
		used += size;
	}
	code->head.size = (uint32_t)(sizeof(*code) + ((used + 7) & ~(size_t)7));
}

static int make(struct shipped *shipped)
{
	return function_record_make(code_of(shipped), &shipped->layout, &shipped->filter,
				    &shipped->buffer, &shipped->complete, &shipped->record);
}

static void shipped_done(struct shipped *shipped)
{
	record_buffer_done(&shipped->buffer);
	call_filter_done(&shipped->filter);
}

static void a_whole_code_object_becomes_a_function(void)
{
	struct shipped shipped;

	ship(&shipped);
	check_ok(make(&shipped));
	check_true(shipped.complete);
	if (check_not_null(shipped.record)) {
		const struct function_record *function = (const void *)shipped.record;
		const char *name = (const char *)function->data;
		check_uint(function->head.kind, RECORD_FUNCTION);
		check_uint(function->fingerprint, 77);
		check_uint(function->first_line, 5);
		check_uint(function->python_minor, 12);
		check_uint(function->linetable_bytes, 3);
		check_str(name, "run");
		check_str(name + 4, "Job.run");
	}
	shipped_done(&shipped);
}

/* The process it was in is no one's: what was cut cannot be read again. */
static void a_text_that_was_cut_is_told(void)
{
	struct shipped shipped;

	ship(&shipped);
	code_of(&shipped)->texts[TEXT_LINETABLE].size_whole_bytes = 400;
	check_ok(make(&shipped));
	check_true(!shipped.complete);
	check_not_null(shipped.record);
	shipped_done(&shipped);
}

static void nothing_is_said_of_a_broken_record(void)
{
	struct shipped shipped;

	ship(&shipped);
	code_of(&shipped)->texts[TEXT_NAME].size_bytes = 5000;
	check_ok(make(&shipped));
	check_null(shipped.record);
	shipped_done(&shipped);
}

static void without_memory_there_is_no_record(void)
{
	for (unsigned int nth = 1; nth < 100; nth++) {
		struct shipped shipped;
		ship(&shipped);
		memory_fail_at(nth);
		int err = make(&shipped);
		bool failed = memory_failed();
		check_int(err, failed ? -ENOMEM : 0);
		shipped_done(&shipped);
		if (!failed)
			break;
	}
}

CU_TestInfo function_record_tests[] = {
	TEST(a_whole_code_object_becomes_a_function),
	TEST(a_text_that_was_cut_is_told),
	TEST(nothing_is_said_of_a_broken_record),
	TEST(without_memory_there_is_no_record),
	CU_TEST_INFO_NULL,
};
