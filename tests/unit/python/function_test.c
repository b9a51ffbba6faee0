// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* Code objects of our own making, in our own memory, laid out as in 3.12 or 3.8. */
#include "python/function.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "check.h"
#include "memory.h"
#include "python/layout.h"

enum {
	OBJECT_BYTES = 256,
	FIRST_LINE = 7,
	KIND_1 = 1 << 2,
	KIND_2 = 2 << 2,
	COMPACT = 1 << 5,
	ASCII = 1 << 6,
	ASCII_STATE = KIND_1 | COMPACT | ASCII
};

/* A code object and its texts. */
struct made {
	struct python_layout layout;
	uint8_t code[OBJECT_BYTES];
	_Alignas(8) uint8_t texts[MAX_CODE_TEXTS][OBJECT_BYTES];
	_Alignas(8) uint8_t record[4096];
};

static const char *const words[] = {"run", "Job.run", "/srv/job.py", "\x80\x01\x02"};

static uint64_t address_of(const void *object)
{
	return (uint64_t)(uintptr_t)object;
}

static struct code_record *record_of(struct made *made)
{
	return (struct code_record *)made->record;
}

static uint16_t field_of(const struct python_layout *layout, int text)
{
	const uint16_t fields[] = {layout->code_name, layout->code_qualname, layout->code_filename,
				   layout->code_linetable};

	return fields[text];
}

static void put(void *object, size_t offset, uint64_t value, size_t size)
{
	memcpy((uint8_t *)object + offset, &value, size);
}

static void make_unicode(struct made *made, int text, uint32_t state, const void *bytes,
			 uint64_t length, size_t size)
{
	bool is_short = (state & COMPACT) && (state & ASCII);

	put(made->texts[text], made->layout.unicode_length, length, 8);
	put(made->texts[text], made->layout.unicode_state, state, 4);
	memcpy(made->texts[text] + (is_short ? made->layout.unicode_ascii_data
					     : made->layout.unicode_compact_data),
	       bytes, size);
}

/* A code object whose record has shipped no text. */
static void make(struct made *made, unsigned int minor)
{
	struct code_record *record = record_of(made);

	memset(made, 0, sizeof(*made));
	check_ok(layout_from_table(0x030000f0 | minor << 16, &made->layout));
	for (int i = 0; i < TEXT_LINETABLE; i++)
		make_unicode(made, i, ASCII_STATE, words[i], strlen(words[i]), strlen(words[i]));
	put(made->texts[TEXT_LINETABLE], made->layout.bytes_size, 3, 8);
	memcpy(made->texts[TEXT_LINETABLE] + made->layout.bytes_data, words[TEXT_LINETABLE], 3);
	*record = (struct code_record){
		.head = {.size = sizeof(*record), .pid = (uint32_t)getpid()},
		.address = address_of(made->code),
		.first_line = FIRST_LINE,
		.fingerprint = 0xfeed,
	};
	put(made->code, made->layout.code_firstlineno, FIRST_LINE, 4);
	for (int i = 0; i < MAX_CODE_TEXTS; i++) {
		if (field_of(&made->layout, i) == NO_FIELD)
			continue;
		record->texts[i].address = address_of(made->texts[i]);
		put(made->code, field_of(&made->layout, i), record->texts[i].address, 8);
	}
}

/* Adds a text to the record, in the order of the texts. */
static void ship(struct made *made, int text, uint32_t state, const void *bytes, uint32_t size,
		 uint32_t size_whole)
{
	struct code_record *record = record_of(made);

	memcpy(made->record + record->head.size, bytes, size);
	record->head.size += size;
	record->texts[text].size_bytes = size;
	record->texts[text].size_whole_bytes = size_whole;
	record->texts[text].state = state;
}

static int function_of(struct made *made, struct function_text *function)
{
	/* in memory of just the right size, so that ASan sees a step outside */
	struct code_record *record = record_of(made);
	size_t size = record->head.size < sizeof(*record) ? sizeof(*record) : record->head.size;
	CLEANUP(freep) struct code_record *copy = malloc(size);

	memcpy(copy, record, size);
	return function_from_record(copy, &made->layout, function);
}

static void check_texts(const struct function_text *function, const char *name,
			const char *qualname, const char *filename)
{
	check_str(function->name, name);
	check_str(function->qualname, qualname);
	check_str(function->filename, filename);
}

static void texts_that_came_whole_are_not_read_again(void)
{
	CLEANUP(function_done) struct function_text function = {0};
	struct made made;

	make(&made, 12);
	record_of(&made)->head.pid = 0; /* no such process */
	ship(&made, TEXT_NAME, ASCII_STATE, "f", 1, 1);
	ship(&made, TEXT_QUALNAME, KIND_1 | COMPACT, "C.\xe9", 3, 3);
	ship(&made, TEXT_FILENAME, KIND_2 | COMPACT, "x\0\x80\xdc", 4, 4);
	ship(&made, TEXT_LINETABLE, 0, "\xf8\x80", 2, 2);
	if (!check_ok(function_of(&made, &function)))
		return;
	check_texts(&function, "f", "C.é", "x\xed\xb2\x80");
	check_uint(function.linetable_size, 2);
	check_uint(function.linetable[0], 0xf8);
	check_uint(function.first_line, FIRST_LINE);
	check_uint(function.fingerprint, 0xfeed);
	check_true(function.complete);
}

static void what_did_not_come_is_read_from_the_process(void)
{
	CLEANUP(function_done) struct function_text function = {0};
	struct made made;

	make(&made, 12);
	ship(&made, TEXT_NAME, ASCII_STATE, "shipped", 7, 7);
	if (!check_ok(function_of(&made, &function)))
		return;
	check_texts(&function, "shipped", words[TEXT_QUALNAME], words[TEXT_FILENAME]);
	check_uint(function.linetable_size, 3);
	check_true(!memcmp(function.linetable, words[TEXT_LINETABLE], 3));
	check_true(function.complete);
}

static void every_form_of_text_is_read(void)
{
	CLEANUP(function_done) struct function_text function = {0};
	static const char elsewhere[] = "subclass";
	uint64_t address = address_of(elsewhere);
	struct made made;

	make(&made, 12);
	make_unicode(&made, TEXT_NAME, KIND_2 | COMPACT, "a\0\xd8\x53", 2, 4);
	make_unicode(&made, TEXT_QUALNAME, KIND_1, &address, 8, sizeof(address));
	make_unicode(&made, TEXT_FILENAME, KIND_1 | COMPACT, "\xe9", 1, 1);
	if (!check_ok(function_of(&made, &function)))
		return;
	check_texts(&function, "a\xe5\x8f\x98", "subclass", "é");
	check_true(function.complete);
}

static void before_3_11_the_qualname_is_the_name(void)
{
	CLEANUP(function_done) struct function_text function = {0};
	struct made made;

	make(&made, 8);
	if (!check_ok(function_of(&made, &function)))
		return;
	check_texts(&function, "run", "run", "/srv/job.py");
	check_true(function.complete);
}

static void an_empty_line_table_is_complete(void)
{
	CLEANUP(function_done) struct function_text function = {0};
	struct made made;

	make(&made, 8);
	put(made.texts[TEXT_LINETABLE], made.layout.bytes_size, 0, 8);
	check_ok(function_of(&made, &function));
	check_null(function.linetable);
	check_uint(function.linetable_size, 0);
	check_true(function.complete);
}

static void check_nothing_was_read(struct made *made)
{
	CLEANUP(function_done) struct function_text function = {0};

	if (!check_ok(function_of(made, &function)))
		return;
	check_texts(&function, FUNCTION_UNREADABLE, FUNCTION_UNREADABLE, FUNCTION_UNREADABLE);
	check_null(function.linetable);
	check_true(!function.complete);
}

static void a_code_object_that_has_changed_is_not_read(void)
{
	struct made made;

	for (int i = 0; i < MAX_CODE_TEXTS; i++) {
		make(&made, 12);
		put(made.code, field_of(&made.layout, i), address_of(made.texts[0]) + 8, 8);
		check_nothing_was_read(&made);
	}
	make(&made, 12);
	put(made.code, made.layout.code_firstlineno, FIRST_LINE + 1, 4);
	check_nothing_was_read(&made);
}

static void a_process_that_is_gone_leaves_no_texts(void)
{
	struct made made;

	make(&made, 12);
	record_of(&made)->address = 8;
	check_nothing_was_read(&made);
}

static void a_text_of_impossible_size_is_not_read(void)
{
	CLEANUP(function_done) struct function_text function = {0};
	struct made made;

	make(&made, 12);
	put(made.texts[TEXT_NAME], made.layout.unicode_length, ~0ull, 8);
	put(made.texts[TEXT_QUALNAME], made.layout.unicode_length, FUNCTION_TEXT_BYTES + 1, 8);
	put(made.texts[TEXT_LINETABLE], made.layout.bytes_size, FUNCTION_TEXT_BYTES + 1, 8);
	if (!check_ok(function_of(&made, &function)))
		return;
	check_texts(&function, FUNCTION_UNREADABLE, FUNCTION_UNREADABLE, "/srv/job.py");
	check_null(function.linetable);
	check_true(!function.complete);
}

static void a_line_table_of_more_than_a_mebibyte_is_not_read(void)
{
	CLEANUP(freep) uint8_t *object = calloc(2, FUNCTION_TEXT_BYTES);

	for (uint64_t more = 0; more < 2; more++) {
		CLEANUP(function_done) struct function_text function = {0};
		uint64_t address = address_of(object), size = FUNCTION_TEXT_BYTES + more;
		struct made made;

		make(&made, 12);
		put(object, made.layout.bytes_size, size, 8);
		put(made.code, made.layout.code_linetable, address, 8);
		record_of(&made)->texts[TEXT_LINETABLE].address = address;
		check_ok(function_of(&made, &function));
		check_uint(function.linetable_size, more ? 0 : size);
		check_int(function.complete, !more);
	}
}

static void the_beginning_of_a_text_is_better_than_none(void)
{
	CLEANUP(function_done) struct function_text function = {0};
	struct made made;

	make(&made, 12);
	record_of(&made)->address = 8;
	ship(&made, TEXT_NAME, ASCII_STATE, "begin", 5, 5000);
	ship(&made, TEXT_QUALNAME, KIND_2 | COMPACT, "a\0b\0c", 5, 5000);
	if (!check_ok(function_of(&made, &function)))
		return;
	check_texts(&function, "begin", "ab", FUNCTION_UNREADABLE);
	check_true(!function.complete);
}

static void a_text_that_is_not_what_its_state_says_is_unreadable(void)
{
	CLEANUP(function_done) struct function_text function = {0};
	struct made made;

	make(&made, 12);
	ship(&made, TEXT_NAME, ASCII_STATE, "\xff\xfe", 2, 2);
	if (!check_ok(function_of(&made, &function)))
		return;
	check_str(function.name, FUNCTION_UNREADABLE);
	check_true(!function.complete);
}

static void a_line_below_1_is_no_line(void)
{
	CLEANUP(function_done) struct function_text function = {0};
	struct made made;

	make(&made, 12);
	record_of(&made)->first_line = -3;
	check_ok(function_of(&made, &function));
	check_uint(function.first_line, 0);
}

static void a_record_that_contradicts_itself_is_refused(void)
{
	struct function_text function = {.first_line = 77};
	struct made made;

	make(&made, 12);
	record_of(&made)->head.size = sizeof(struct code_record) - 8;
	check_int(function_of(&made, &function), -EINVAL);
	make(&made, 12);
	ship(&made, TEXT_NAME, ASCII_STATE, "run", 3, 3);
	record_of(&made)->head.size--;
	check_int(function_of(&made, &function), -EINVAL);
	record_of(&made)->texts[TEXT_NAME].size_bytes = ~0u;
	check_int(function_of(&made, &function), -EINVAL);
	check_uint(function.first_line, 77);
}

static void each_allocation_may_fail(void)
{
	struct made made;
	unsigned int nth = 1;

	for (make(&made, 12);; nth++) {
		CLEANUP(function_done) struct function_text function = {0};

		memory_fail_at(nth);
		int err = function_from_record(record_of(&made), &made.layout, &function);
		if (!memory_failed())
			break;
		check_int(err, -ENOMEM);
		check_null(function.name);
	}
	check_true(nth > 8);
}

CU_TestInfo function_tests[] = {
	TEST(texts_that_came_whole_are_not_read_again),
	TEST(what_did_not_come_is_read_from_the_process),
	TEST(every_form_of_text_is_read),
	TEST(before_3_11_the_qualname_is_the_name),
	TEST(an_empty_line_table_is_complete),
	TEST(a_code_object_that_has_changed_is_not_read),
	TEST(a_process_that_is_gone_leaves_no_texts),
	TEST(a_text_of_impossible_size_is_not_read),
	TEST(a_line_table_of_more_than_a_mebibyte_is_not_read),
	TEST(the_beginning_of_a_text_is_better_than_none),
	TEST(a_text_that_is_not_what_its_state_says_is_unreadable),
	TEST(a_line_below_1_is_no_line),
	TEST(a_record_that_contradicts_itself_is_refused),
	TEST(each_allocation_may_fail),
	CU_TEST_INFO_NULL,
};
