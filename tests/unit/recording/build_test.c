// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "recording/build.h"

#include <string.h>

#include "check.h"
#include "memory.h"
#include "recording/reader.h"

static const struct function_source source = {
	.fingerprint = 0x123456789abcdef1,
	.first_line = 7,
	.python_minor = 11,
	.name = "run",
	.qualname = "Worker.run",
	.filename = "/srv/worker.py",
	.linetable = (const uint8_t *)"\x80\x01\x02",
	.linetable_bytes = 3,
};

static void a_function_comes_out_as_it_went_in(void)
{
	struct record_buffer buffer = {0};
	const struct record *record = build_function(&buffer, 42, &source);
	const struct function_record *function = (const void *)record;

	if (!check_not_null(record))
		return;
	check_true(record_fits(record));
	check_uint(record->size % 8, 0);
	check_uint(record->pid, 42);
	check_uint(function->fingerprint, source.fingerprint);
	const char *name = (const char *)function->data;
	check_str(name, "run");
	check_str(record_next_text(name), "Worker.run");
	check_str(record_next_text(record_next_text(name)), "/srv/worker.py");
	check_int(memcmp(function->data + function->text_bytes, source.linetable, 3), 0);
	record_buffer_done(&buffer);
}

static void a_qualname_that_says_nothing_new_is_left_out(void)
{
	struct function_source same = source;
	struct record_buffer buffer = {0};

	same.qualname = same.name;
	const struct function_record *function = (const void *)build_function(&buffer, 1, &same);
	if (check_not_null(function))
		check_str(record_next_text((const char *)function->data), "");
	record_buffer_done(&buffer);
}

static void an_empty_line_table_may_be_null(void)
{
	struct function_source bare = source;
	struct record_buffer buffer = {0};

	bare.linetable = NULL;
	bare.linetable_bytes = 0;
	const struct record *record = build_function(&buffer, 1, &bare);
	if (check_not_null(record))
		check_true(record_fits(record));
	record_buffer_done(&buffer);
}

static void the_beginning_holds_three_texts(void)
{
	struct begin_record begin = {.period_ns = 1001001, .rate_mhz = 999000};
	struct record_buffer buffer = {0};
	const struct record *record =
		build_begin(&buffer, 5, &begin, "python x.py", "1.2.3", "6.1.0");
	const struct begin_record *made = (const void *)record;

	if (!check_not_null(record))
		return;
	check_true(record_fits(record));
	check_uint(made->period_ns, 1001001);
	check_str(made->data, "python x.py");
	check_str(record_next_text(record_next_text(made->data)), "6.1.0");
	record_buffer_done(&buffer);
}

static void an_interpreter_names_version_and_layout(void)
{
	struct record_buffer buffer = {0};
	const struct record *record = build_interpreter(
		&buffer, 9,
		&(struct interpreter_record){.version_hex = 0x030b02f0, .without_probes = 1},
		"3.11.2", "table");
	const struct interpreter_record *made = (const void *)record;

	if (!check_not_null(record))
		return;
	check_true(record_fits(record));
	check_uint(made->version_hex, 0x030b02f0);
	check_str(made->data, "3.11.2");
	check_str(record_next_text(made->data), "table");
	record_buffer_done(&buffer);
}

static void an_image_has_a_path_and_a_build_id(void)
{
	struct record_buffer buffer = {0};
	const struct record *record = build_image(&buffer, 9, 17, "/lib/libc.so.6", "c0ffee");
	const struct image_record *made = (const void *)record;

	if (!check_not_null(record))
		return;
	check_true(record_fits(record));
	check_uint(record->kind, RECORD_IMAGE);
	check_uint(record->pid, 9);
	check_uint(made->image, 17);
	check_str(made->data, "/lib/libc.so.6");
	check_str(record_next_text(made->data), "c0ffee");
	record_buffer_done(&buffer);
}

static void a_symbol_has_its_functions_in_order(void)
{
	static const struct symbol_function functions[] = {
		{"inner", "a.h:3"}, {"", ""}, {"outer", "a.c:12"}};
	static const char *const texts[] = {"inner", "a.h:3", "", "", "outer", "a.c:12"};
	struct record_buffer buffer = {0};
	const struct record *record =
		build_symbol(&buffer, 9, 0x4000010000000020, SYMBOL_EVAL, functions, 3);
	const struct symbol_record *made = (const void *)record;

	if (!check_not_null(record))
		return;
	check_true(record_fits(record));
	check_uint(record->kind, RECORD_SYMBOL);
	check_uint(made->word, 0x4000010000000020);
	check_uint(made->flags, SYMBOL_EVAL);
	check_uint(made->count, 3);
	const char *text = made->data;
	for (int i = 0; i < 6; i++, text = record_next_text(text))
		check_str(text, texts[i]);
	record_buffer_done(&buffer);
}

static void lack_of_memory_is_told(void)
{
	static const struct symbol_function function = {"f", ""};
	struct record_buffer buffer = {0};

	memory_fail_at(1);
	check_null(build_image(&buffer, 9, 17, "/lib/libc.so.6", ""));
	check_true(memory_failed());
	memory_fail_at(1);
	check_null(build_symbol(&buffer, 9, 1, 0, &function, 1));
	check_true(memory_failed());
	record_buffer_done(&buffer);
}

static void records_made_one_after_the_other_share_no_bytes(void)
{
	struct record_buffer buffer = {0};

	build_function(&buffer, 1, &source);
	const struct record *second =
		build_interpreter(&buffer, 1, &(struct interpreter_record){0}, "", "");
	if (!check_not_null(second))
		return;
	for (uint32_t i = sizeof(struct interpreter_record); i < second->size; i++)
		check_int(((const uint8_t *)second)[i], 0);
	record_buffer_done(&buffer);
}

CU_TestInfo build_tests[] = {
	TEST(a_function_comes_out_as_it_went_in),
	TEST(a_qualname_that_says_nothing_new_is_left_out),
	TEST(an_empty_line_table_may_be_null),
	TEST(the_beginning_holds_three_texts),
	TEST(an_interpreter_names_version_and_layout),
	TEST(an_image_has_a_path_and_a_build_id),
	TEST(a_symbol_has_its_functions_in_order),
	TEST(lack_of_memory_is_told),
	TEST(records_made_one_after_the_other_share_no_bytes),
	CU_TEST_INFO_NULL,
};
