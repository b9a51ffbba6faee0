// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* Code objects: which is which, and what is shipped of them. */
#include "sampled.h"

#include "base/cleanup.h"

enum {
	OLDEST_WITH_VERSION = 12
};

/* The text as Python's unicode_escape writes it, the way the fixture has it. Owned by the caller.
 */
static char *escaped(const struct code_record *code, int which)
{
	const struct code_text_record *text = &code->texts[which];
	__u32 kind = text->state >> recorded.layout.unicode_kind_shift & 7;
	const __u8 *data = code->data;
	char *out = calloc(text->size_bytes + 1, 10), *end = out;

	for (int i = 0; i < which; i++)
		data += code->texts[i].size_bytes;
	for (__u32 at = 0; kind && at + kind <= text->size_bytes; at += kind) {
		__u32 point = 0;
		memcpy(&point, data + at, kind);
		if (point < 0x80)
			*end++ = (char)point;
		else
			end += sprintf(end,
				       point < 0x100	 ? "\\x%02x"
				       : point < 0x10000 ? "\\u%04x"
							 : "\\U%08x",
				       point);
	}
	return out;
}

static bool has_text(const struct code_record *code, int which, const char *expected)
{
	CLEANUP(freep) char *text = escaped(code, which);

	return !strcmp(text, expected);
}

static const struct code_record *code_named(const char *name)
{
	for (unsigned int i = 0; i < host.shipped_count; i++)
		if (has_text(host.shipped[i], TEXT_NAME, name))
			return host.shipped[i];
	return NULL;
}

static bool has_qualname(void)
{
	return recorded.layout.code_qualname != NO_FIELD;
}

static void check_texts(const struct recorded_frame *frame)
{
	const struct code_record *code = NULL;

	for (unsigned int i = 0; i < host.shipped_count; i++)
		if (has_text(host.shipped[i], TEXT_NAME, frame->name) &&
		    has_text(host.shipped[i], TEXT_FILENAME, frame->file) &&
		    host.shipped[i]->first_line == (int)frame->first_line)
			code = host.shipped[i];
	if (!check_true(code != NULL)) {
		fprintf(stderr, "  %s did not come\n", frame->name);
		return;
	}
	check_true(has_text(code, TEXT_QUALNAME, has_qualname() ? frame->qualname : ""));
	if (recorded.layout.version_minor >= 10) /* one line alone needed no table before */
		check_true(code->texts[TEXT_LINETABLE].size_bytes > 0);
	for (int i = 0; i < MAX_CODE_TEXTS; i++)
		check_uint(code->texts[i].size_bytes, code->texts[i].size_whole_bytes);
}

static void sample_all_texts(void)
{
	for (size_t i = 0; i < recorded.threads.count; i++)
		sample(recorded.threads.items[i].pointer);
	for (size_t i = 0; i < recorded.frames.count; i++)
		check_texts(&recorded.frames.items[i]);
}

static void texts_of_every_kind_come_whole(void)
{
	for_each_version(sample_all_texts);
}

static void sample_the_head(void)
{
	host.walk.reader.layout_known = 4 + 1;
	sample(main_thread());
	const struct code_record *code = code_named("recurse");
	size_t used = 0;

	if (!check_not_null(code))
		return;
	for (int i = 0; i < MAX_CODE_TEXTS; i++)
		used += code->texts[i].size_bytes;
	check_uint(code->head.kind, RECORD_CODE);
	check_uint(code->head.size, sizeof(*code) + ((used + 7) & ~7ul));
	check_uint(code->layout, 4);
	check_uint(recorded_word(&recorded, code->address + recorded.layout.object_type),
		   recorded.process.code_type);
}

static void a_record_is_as_long_as_its_texts(void)
{
	for_each_version(sample_the_head);
}

static unsigned int reads_of_code;
static __u64 counted_code;

static long count_reads(void *out, __u32 size, __u64 address)
{
	reads_of_code += address == counted_code;
	return read_recorded(out, size, address);
}

static unsigned int reads_in_a_sample(void)
{
	reads_of_code = 0;
	sample(main_thread());
	return reads_of_code;
}

/* recurse() stands four times in the stack. */
static void sample_a_recursion(void)
{
	sample(main_thread());
	counted_code = code_named("recurse")->address;
	host.read = count_reads;
	check_uint(reads_in_a_sample(), 1);
}

static void a_code_object_is_read_once_in_a_sample(void)
{
	for_each_version(sample_a_recursion);
}

static void sample_for_long(void)
{
	unsigned int reads = 0;

	sample(main_thread());
	counted_code = code_named("recurse")->address;
	host.read = count_reads;
	for (int i = 0; i < 10; i++)
		check_uint(reads_in_a_sample(), 1);
	for (int i = 0; i < 3000; i++)
		reads += reads_in_a_sample();
	check_true(reads > 128 && reads < 1000);
	host.walk.reader.now_ns += 60ull * 1000000000; /* long unseen: any other may be there */
	check_uint(reads_in_a_sample(), 1);
	host.walk.reader.space++;
	check_uint(reads_in_a_sample(), 1);
}

static void what_was_the_same_for_long_is_looked_at_seldom(void)
{
	for_each_version(sample_for_long);
}

/* The last sample's fingerprint of the function at this place in the stack. */
static __u64 sampled_id(__u32 frame)
{
	sample(main_thread());
	return host.walk.frames[frame] >> FRAME_ID_SHIFT;
}

/* Makes another code object of the one at the address that has the same pointers, and back. */
static void swap_code(__u64 address, __u64 key)
{
	const struct python_layout *layout = &recorded.layout;
	__u64 place = layout->code_version == NO_FIELD
			      ? recorded_word(&recorded, address + layout->code_name) +
					layout->unicode_hash
			      : address + layout->code_version;
	__u32 half = (__u32)recorded_word(&recorded, place) ^ (__u32)key;

	recorded_write(&recorded, place, &half, sizeof(half));
}

static void sample_two_in_turn(void)
{
	check_int(recorded.layout.code_version != NO_FIELD,
		  recorded.layout.version_minor >= OLDEST_WITH_VERSION);
	__u64 first = sampled_id(0);
	__u64 address = code_named("__enter__")->address;
	unsigned int shipped = host.shipped_count;

	swap_code(address, 0x1234);
	__u64 second = sampled_id(0);
	check_true(second != first);
	check_uint(host.shipped_count, shipped + 1);
	swap_code(address, 0x1234);
	check_uint(sampled_id(0), first);
}

static void two_code_objects_at_one_address_are_told_apart(void)
{
	for_each_version(sample_two_in_turn);
}

/* Before 3.12: made at run time from one text, each with a file name of its own. */
static void sample_another_file_name(void)
{
	const struct python_layout *layout = &recorded.layout;
	const struct code_record *code = NULL;

	sample(main_thread());
	__u32 outermost = host.walk.record.depth - 1;
	__u64 first = sampled_id(outermost), name;
	for (unsigned int i = 0; i < host.shipped_count; i++)
		if (has_text(host.shipped[i], TEXT_FILENAME, "<string>"))
			code = host.shipped[i];
	if (!check_not_null(code) || layout->code_version != NO_FIELD)
		return;
	name = recorded_word(&recorded, code->address + layout->code_filename);
	recorded_write(&recorded, name + layout->unicode_ascii_data, "<S", 2);
	check_true(sampled_id(outermost) != first);
}

static void another_file_name_makes_another_code_object(void)
{
	for_each_version(sample_another_file_name);
}

static void sample_known_code(void)
{
	host.user_knows_all = true;
	check_uint(sample(main_thread()), STACK_COMPLETE);
	check_uint(host.shipped_count, 0);
}

static void what_the_user_side_knows_is_not_shipped(void)
{
	for_each_version(sample_known_code);
}

static void sample_with_a_full_ring(void)
{
	host.ring_full = true;
	check_uint(sample(main_thread()), STACK_COMPLETE);
	check_true(host.counters[COUNTER_CODE_LOST] > 10);
	host.ring_full = false;
	sample(main_thread());
	check_not_null(code_named("recurse"));
	unsigned int shipped = host.shipped_count;
	sample(main_thread());
	check_uint(host.shipped_count, shipped);
}

static void what_found_no_room_is_shipped_later_and_once(void)
{
	for_each_version(sample_with_a_full_ring);
}

/* A text of the current function, as if it were so long. */
static void sample_long_text(int which, __u64 length, const struct code_record **code)
{
	const __u16 fields[] = {recorded.layout.code_name, recorded.layout.code_qualname,
				recorded.layout.code_filename, recorded.layout.code_linetable};
	static const __u8 bytes[40000];

	begin_process();
	sample(main_thread());
	__u64 address = host.shipped[0]->address;
	__u64 text = recorded_word(&recorded, address + fields[which]), place = 0x500000 << which;
	__u8 head[64];
	check_ok(recorded_read(&recorded, head, sizeof(head), text));
	recorded_write(&recorded, place, head, sizeof(head));
	recorded_write(&recorded, place + sizeof(head), bytes, sizeof(bytes));
	recorded_write_word(&recorded, place + recorded.layout.bytes_size, length);
	recorded_write_word(&recorded, address + fields[which], place);
	begin_process();
	check_uint(sample(main_thread()), STACK_COMPLETE);
	*code = host.shipped[0];
}

static void sample_long_texts(void)
{
	const struct code_record *code;

	check_uint(recorded.layout.bytes_size, recorded.layout.unicode_length);
	sample_long_text(TEXT_NAME, 9000, &code);
	check_uint(code->texts[TEXT_NAME].size_bytes, MAX_TEXT_BYTES);
	check_uint(code->texts[TEXT_NAME].size_whole_bytes, 9000);
	sample_long_text(TEXT_LINETABLE, 30000, &code);
	check_uint(code->texts[TEXT_LINETABLE].size_bytes, MAX_TABLE_BYTES);
	check_uint(code->texts[TEXT_LINETABLE].size_whole_bytes, 30000);
	sample_long_text(TEXT_FILENAME, 1ull << 33, &code);
	check_uint(code->texts[TEXT_FILENAME].size_bytes, MAX_TEXT_BYTES);
	check_uint(code->texts[TEXT_FILENAME].size_whole_bytes, UINT32_MAX);
	check_true(code->head.size <= sizeof(struct code_scratch));
}

static void long_texts_are_cut_and_say_how_long_they_were(void)
{
	for_each_version(sample_long_texts);
}

static void sample_an_unreadable_text(void)
{
	sample(main_thread());
	recorded.hole = host.shipped[0]->texts[TEXT_NAME].address + 16;
	begin_process();
	check_uint(sample(main_thread()), STACK_COMPLETE);
	const struct code_record *code = host.shipped[0];
	check_uint(code->texts[TEXT_NAME].size_bytes, 0);
	check_true(code->texts[TEXT_NAME].address != 0);
	check_true(code->texts[TEXT_FILENAME].size_bytes > 0);
	check_true(code->texts[TEXT_LINETABLE].size_bytes > 0);
}

static void a_text_that_cannot_be_read_costs_no_other(void)
{
	for_each_version(sample_an_unreadable_text);
}

CU_TestInfo code_object_tests[] = {
	TEST(texts_of_every_kind_come_whole),
	TEST(a_record_is_as_long_as_its_texts),
	TEST(a_code_object_is_read_once_in_a_sample),
	TEST(what_was_the_same_for_long_is_looked_at_seldom),
	TEST(two_code_objects_at_one_address_are_told_apart),
	TEST(another_file_name_makes_another_code_object),
	TEST(what_the_user_side_knows_is_not_shipped),
	TEST(what_found_no_room_is_shipped_later_and_once),
	TEST(long_texts_are_cut_and_say_how_long_they_were),
	TEST(a_text_that_cannot_be_read_costs_no_other),
	CU_TEST_INFO_NULL,
};
