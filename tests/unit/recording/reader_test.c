// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "recording/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "check.h"
#include "memory.h"
#include "records.h"

/* The bytes of a recording. */
struct image {
	VEC(uint8_t) bytes;
};

static void image_add(struct image *image, const void *bytes, size_t size)
{
	if (vec_reserve(&image->bytes, size))
		abort();
	memcpy(image->bytes.items + image->bytes.count, bytes, size);
	image->bytes.count += size;
}

static void image_begin(struct image *image, uint32_t version)
{
	struct recording_head head = {.version = version};

	memcpy(head.magic, RECORDING_MAGIC, sizeof(head.magic));
	image_add(image, &head, sizeof(head));
}

static void image_add_block(struct image *image, const void *bytes, size_t size)
{
	struct recording_block block = {
		.magic = RECORDING_BLOCK_MAGIC,
		.size = (uint32_t)size,
		.crc32 = (uint32_t)crc32(0, bytes, (uInt)size),
	};

	image_add(image, &block, sizeof(block));
	image_add(image, bytes, size);
}

/* Three blocks of 1, 2 and 3 samples whose stacks count up from 1. */
static void image_of_samples(struct image *image)
{
	uint64_t stack = 1;

	image_begin(image, RECORDING_VERSION);
	for (int samples = 1; samples <= 3; samples++) {
		struct records records = {0};
		for (int i = 0; i < samples; i++)
			put_sample(&records, 1, 1, stack++);
		image_add_block(image, records.bytes.items, records.bytes.count);
		records_done(&records);
	}
}

struct reading {
	int err;
	uint64_t records, blocks;
	bool damaged, in_order;
};

/* Reads what there is; every record's bytes are looked at. */
static struct reading read_bytes(const uint8_t *bytes, size_t size)
{
	struct reading reading = {.in_order = true};
	struct recording_reader reader;
	const struct record *record;
	FILE *stream = fmemopen((void *)bytes, size, "r");

	reading.err = recording_reader_init(&reader, stream);
	while (!reading.err && (record = recording_read(&reader))) {
		reading.records++;
		reading.in_order &=
			((const struct sample_record *)record)->stack == reading.records;
	}
	reading.damaged = reader.damaged;
	reading.blocks = reader.blocks;
	if (!reading.err)
		check_null(recording_read(&reader));
	recording_reader_done(&reader);
	fclose(stream);
	return reading;
}

static struct reading read_image(struct image *image)
{
	struct reading reading = read_bytes(image->bytes.items, image->bytes.count);

	vec_done(&image->bytes);
	return reading;
}

static void an_empty_recording_is_no_damaged_one(void)
{
	struct image image = {0};

	image_begin(&image, RECORDING_VERSION);
	struct reading reading = read_image(&image);
	check_ok(reading.err);
	check_uint(reading.records, 0);
	check_true(!reading.damaged);
}

static void what_is_no_recording_is_told(void)
{
	struct image image = {0};

	check_int(read_bytes((const uint8_t *)"profile", 7).err, -EBADMSG);
	check_int(read_bytes((const uint8_t *)"not a recording of any version", 30).err, -EBADMSG);
	image_begin(&image, RECORDING_VERSION + 1);
	check_int(read_image(&image).err, -EPROTONOSUPPORT);
}

static void a_stream_that_cannot_be_read_is_told(void)
{
	struct recording_reader reader;
	FILE *folder = fopen("/", "r");

	if (!check_not_null(folder))
		return;
	check_int(recording_reader_init(&reader, folder), -EIO);
	recording_reader_done(&reader);
	fclose(folder);
}

static void records_come_in_order_across_blocks(void)
{
	struct image image = {0};

	image_of_samples(&image);
	struct reading reading = read_image(&image);
	check_uint(reading.records, 6);
	check_uint(reading.blocks, 3);
	check_true(reading.in_order && !reading.damaged);
}

/* A file that was cut anywhere gives the whole blocks before, and says whether something is gone.
 */
static void a_cut_file_gives_its_whole_blocks(void)
{
	struct image image = {0};
	size_t ends[4] = {sizeof(struct recording_head)}, samples[] = {0, 1, 3, 6};

	image_of_samples(&image);
	for (size_t i = 1; i < 4; i++)
		ends[i] = ends[i - 1] + sizeof(struct recording_block) + i * 32;
	check_uint(ends[3], image.bytes.count);
	for (size_t cut = ends[0]; cut <= ends[3]; cut++) {
		size_t whole = 0;
		while (whole < 3 && ends[whole + 1] <= cut)
			whole++;
		struct reading reading = read_bytes(image.bytes.items, cut);
		check_uint(reading.records, samples[whole]);
		check_uint(reading.blocks, whole);
		check_int(reading.damaged, cut != ends[whole]);
		check_true(reading.in_order);
	}
	vec_done(&image.bytes);
}

static void a_changed_byte_costs_its_block_and_the_later_ones(void)
{
	struct image image = {0};
	size_t second = sizeof(struct recording_head) + sizeof(struct recording_block) + 32;

	image_of_samples(&image);
	for (size_t at = second; at < second + sizeof(struct recording_block) + 64; at++) {
		if (at - second >= 12 && at - second < 16) /* reserved */
			continue;
		image.bytes.items[at] ^= 0x10;
		struct reading reading = read_bytes(image.bytes.items, image.bytes.count);
		check_uint(reading.records, 1);
		check_uint(reading.blocks, 1);
		check_true(reading.damaged);
		image.bytes.items[at] ^= 0x10;
	}
	vec_done(&image.bytes);
}

static void check_bad_block(uint32_t magic, uint32_t size)
{
	struct recording_block block = {.magic = magic, .size = size};
	struct image image = {0};

	image_begin(&image, RECORDING_VERSION);
	image_add(&image, &block, sizeof(block));
	image_add(&image, &block, sizeof(block));
	struct reading reading = read_image(&image);
	check_ok(reading.err);
	check_uint(reading.records, 0);
	check_true(reading.damaged);
}

static void a_block_of_no_or_any_size_is_damage(void)
{
	check_bad_block(RECORDING_BLOCK_MAGIC, 0);
	check_bad_block(RECORDING_BLOCK_MAGIC, RECORDING_BLOCK_LIMIT + 1);
	check_bad_block(RECORDING_BLOCK_MAGIC, UINT32_MAX);
	check_bad_block(0, 16);
}

/* A good sum over a bad record: the sum is no proof of good will. */
static void check_bad_record(uint32_t size)
{
	struct records records = {0};
	struct image image = {0};

	put_sample(&records, 1, 1, 1);
	put_sample(&records, 1, 1, 2)->size = size;
	image_begin(&image, RECORDING_VERSION);
	image_add_block(&image, records.bytes.items, records.bytes.count);
	image_add_block(&image, records.bytes.items, 32);
	struct reading reading = read_image(&image);
	check_uint(reading.records, 1);
	check_true(reading.damaged);
	records_done(&records);
}

/* The head of a file may not make us ask for gigabytes. */
static void a_block_beyond_the_limit_takes_no_memory(void)
{
	struct recording_block block = {RECORDING_BLOCK_MAGIC, RECORDING_BLOCK_LIMIT + 8, 0, 0};
	struct recording_reader reader;
	struct image image = {0};

	image_begin(&image, RECORDING_VERSION);
	image_add(&image, &block, sizeof(block));
	FILE *stream = fmemopen(image.bytes.items, image.bytes.count, "r");
	check_ok(recording_reader_init(&reader, stream));
	memory_fail_at(1);
	check_null(recording_read(&reader));
	check_true(!memory_failed());
	recording_reader_done(&reader);
	fclose(stream);
	vec_done(&image.bytes);
}

static void a_record_that_lies_about_its_size_is_damage(void)
{
	check_bad_record(0);
	check_bad_record(16);
	check_bad_record(28);
	check_bad_record(40);
	check_bad_record(UINT32_MAX & ~7u);
}

static void a_rest_that_holds_no_record_is_damage(void)
{
	struct records records = {0};
	struct image image = {0};

	put_sample(&records, 1, 1, 1);
	image_begin(&image, RECORDING_VERSION);
	image_add_block(&image, records.bytes.items, 32);
	records_put(&records, 0, 0, 0, 24);
	image_add_block(&image, records.bytes.items + 32, 16);
	struct reading reading = read_image(&image);
	check_uint(reading.records, 1);
	check_true(reading.damaged);
	records_done(&records);
}

static void lack_of_memory_ends_the_reading(void)
{
	struct recording_reader reader;
	struct image image = {0};

	image_of_samples(&image);
	FILE *stream = fmemopen(image.bytes.items, image.bytes.count, "r");
	check_ok(recording_reader_init(&reader, stream));
	memory_fail_at(1);
	check_null(recording_read(&reader));
	check_true(memory_failed());
	recording_reader_done(&reader);
	recording_reader_done(&reader);
	fclose(stream);
	vec_done(&image.bytes);
}

static void records_fit_at_the_size_of_their_kind(void)
{
	static const struct {
		uint16_t kind;
		uint32_t size;
	} kinds[] = {
		{RECORD_SAMPLE, sizeof(struct sample_record)},
		{RECORD_STACK, sizeof(struct stack_record)},
		{RECORD_FORK, sizeof(struct fork_record)},
		{RECORD_EXEC, sizeof(struct name_record)},
		{RECORD_RENAME, sizeof(struct name_record)},
		{RECORD_EXIT, sizeof(struct exit_record)},
		{RECORD_FREED, sizeof(struct exit_record)},
		{RECORD_CPU, sizeof(struct exit_record)},
		{RECORD_COLLECTION, sizeof(struct collection_record)},
		{RECORD_IMPORT, sizeof(struct import_record)},
		{RECORD_PROGRESS, sizeof(struct progress_record)},
		{0, sizeof(struct record)},
		{UINT16_MAX, sizeof(struct record)},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct records records = {0};
		struct record *record = records_put(&records, kinds[i].kind, 0, 0, kinds[i].size);
		check_true(record_fits(record));
		record->size -= 8;
		check_true(!record_fits(record));
		records_done(&records);
	}
}

static void a_stack_fits_with_its_frames_and_no_deeper_than_the_limit(void)
{
	static const uint64_t words[MAX_FRAMES + 1];
	struct records records = {0};
	struct stack_record *stack = put_stack(&records, 1, 1, 1, STACK_COMPLETE, 2, words);

	check_true(record_fits(&stack->head));
	stack->depth = 3;
	check_true(!record_fits(&stack->head));
	stack->depth = 0x20000002; /* times 8 is 16, and then something */
	check_true(!record_fits(&stack->head));
	stack = put_stack(&records, 1, 1, 1, STACK_COMPLETE, MAX_FRAMES, words);
	check_true(record_fits(&stack->head));
	stack = put_stack(&records, 1, 1, 1, STACK_COMPLETE, MAX_FRAMES + 1, words);
	check_true(!record_fits(&stack->head));
	records_done(&records);
}

static void a_stack_fits_with_both_lists_of_words(void)
{
	static const uint64_t words[MAX_FRAMES + MAX_NATIVE_WORDS + 1];
	struct records records = {0};
	struct stack_record *stack = put_whole_stack(&records, 1, 1, 1, 2, 3, words);

	check_true(record_fits(&stack->head));
	stack->native_depth = 4;
	check_true(!record_fits(&stack->head));
	stack->depth = 1;
	check_true(record_fits(&stack->head));
	stack->depth = UINT32_MAX - 3; /* 0 with the others */
	check_true(!record_fits(&stack->head));
	stack = put_whole_stack(&records, 1, 1, 1, MAX_FRAMES, MAX_NATIVE_WORDS, words);
	check_true(record_fits(&stack->head));
	stack = put_whole_stack(&records, 1, 1, 1, 0, MAX_NATIVE_WORDS + 1, words);
	check_true(!record_fits(&stack->head));
	records_done(&records);
}

static void a_symbol_fits_when_all_its_texts_end(void)
{
	static const uint32_t bad[] = {0, 3, MAX_SYMBOL_FUNCTIONS + 1, 0x80000002, UINT32_MAX};
	struct symbol_text texts[MAX_SYMBOL_FUNCTIONS + 1] = {{"f", ""}, {"ab", "c"}};
	struct records records = {0};

	put_symbol(&records, 1, 0, 2, texts); /* 8 bytes of text: no padding */
	struct symbol_record *symbol = (void *)records.bytes.items;
	check_true(record_fits(&symbol->head));
	symbol->count = 1;
	check_true(record_fits(&symbol->head));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		symbol->count = bad[i];
		check_true(!record_fits(&symbol->head));
	}
	symbol->count = 2;
	symbol->data[7] = 'x';
	check_true(!record_fits(&symbol->head));
	records.bytes.count = 0;
	for (uint32_t i = 0; i <= MAX_SYMBOL_FUNCTIONS; i++)
		texts[i] = (struct symbol_text){"", ""};
	put_symbol(&records, 1, 0, MAX_SYMBOL_FUNCTIONS + 1, texts);
	symbol = (void *)records.bytes.items;
	check_true(!record_fits(&symbol->head));
	symbol->count--;
	check_true(record_fits(&symbol->head));
	records_done(&records);
}

static void a_function_fits_when_its_texts_end_and_its_table_is_there(void)
{
	struct records records = {0};
	struct function_facts facts = {
		.name = "f", .qualname = "C.f", .file = "a.py", .table = "12345", .table_bytes = 5};

	put_function(&records, &facts); /* 11 bytes of text, 5 of table: no padding */
	struct function_record *function = (void *)records.bytes.items;
	check_true(record_fits(&function->head));
	function->linetable_bytes = 6;
	check_true(!record_fits(&function->head));
	function->linetable_bytes = UINT32_MAX - 10; /* wraps around with the texts */
	check_true(!record_fits(&function->head));
	function->linetable_bytes = 0;
	function->text_bytes = 10; /* the last NUL is outside */
	check_true(!record_fits(&function->head));
	function->text_bytes = UINT32_MAX;
	check_true(!record_fits(&function->head));
	function->text_bytes = 0;
	check_true(!record_fits(&function->head));
	records_done(&records);
}

static void check_texts_must_end(struct records *records, size_t head)
{
	struct record *record = (void *)records->bytes.items;

	check_true(record_fits(record));
	memset(records->bytes.items + head, 'x', record->size - head);
	check_true(!record_fits(record));
	record->size = (uint32_t)head;
	check_true(!record_fits(record));
	record->size -= 8;
	check_true(!record_fits(record));
	records_done(records);
}

static void records_of_texts_fit_when_these_end(void)
{
	struct records begin = {0}, interpreter = {0}, image = {0}, symbol = {0};

	put_begin(&begin, "python x.py", 1);
	check_texts_must_end(&begin, sizeof(struct begin_record));
	put_interpreter(&interpreter, 1, "3.11.2");
	check_texts_must_end(&interpreter, sizeof(struct interpreter_record));
	put_image(&image, 1, "/lib/libc.so.6");
	check_texts_must_end(&image, sizeof(struct image_record));
	put_symbol(&symbol, 1, 0, 1, &(struct symbol_text){"f", "a.c:1"});
	check_texts_must_end(&symbol, sizeof(struct symbol_record));
}

static void an_import_fits_when_its_module_ends(void)
{
	struct records records = {0};

	put_import(&records, 1, 1, true, "a.b");
	struct import_record *import = (void *)records.bytes.items;
	check_true(record_fits(&import->head));
	memset(import->module, 'x', MAX_MODULE_BYTES - 1);
	check_true(record_fits(&import->head));
	import->module[MAX_MODULE_BYTES - 1] = 'x';
	check_true(!record_fits(&import->head));
	records_done(&records);
}

static void texts_stand_in_a_row(void)
{
	static const char row[] = "one\0\0three";

	check_str(record_next_text(row), "");
	check_str(record_next_text(record_next_text(row)), "three");
}

CU_TestInfo reader_tests[] = {
	TEST(an_empty_recording_is_no_damaged_one),
	TEST(what_is_no_recording_is_told),
	TEST(a_stream_that_cannot_be_read_is_told),
	TEST(records_come_in_order_across_blocks),
	TEST(a_cut_file_gives_its_whole_blocks),
	TEST(a_changed_byte_costs_its_block_and_the_later_ones),
	TEST(a_block_of_no_or_any_size_is_damage),
	TEST(a_block_beyond_the_limit_takes_no_memory),
	TEST(a_record_that_lies_about_its_size_is_damage),
	TEST(a_rest_that_holds_no_record_is_damage),
	TEST(lack_of_memory_ends_the_reading),
	TEST(records_fit_at_the_size_of_their_kind),
	TEST(a_stack_fits_with_its_frames_and_no_deeper_than_the_limit),
	TEST(a_stack_fits_with_both_lists_of_words),
	TEST(a_symbol_fits_when_all_its_texts_end),
	TEST(a_function_fits_when_its_texts_end_and_its_table_is_there),
	TEST(records_of_texts_fit_when_these_end),
	TEST(an_import_fits_when_its_module_ends),
	TEST(texts_stand_in_a_row),
	CU_TEST_INFO_NULL,
};
