// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/native_symbols.h"

#include <errno.h>

#include "check.h"
#include "memory.h"
#include "recording/reader.h"
#include "records.h"

struct known {
	struct native_symbols symbols;
	struct frames frames;
};

/* Takes the records of images and symbols, and drops them. */
static int take(struct known *known, struct records *records)
{
	const struct record *each = NULL;
	int err = 0;

	while (!err && (each = records_next(records, each))) {
		check_true(record_fits(each));
		err = each->kind == RECORD_IMAGE
			      ? native_symbols_add_image(&known->symbols, (const void *)each,
							 &known->frames)
			      : native_symbols_add(&known->symbols, (const void *)each,
						   &known->frames);
	}
	records_done(records);
	return err;
}

static void known_done(struct known *known)
{
	native_symbols_done(&known->symbols);
	frames_done(&known->frames);
}

static uint64_t native(uint64_t image, uint64_t address)
{
	return machine_word(FRAME_WORD_NATIVE, image, address);
}

static void check_frame(const struct known *known, uint64_t id, enum frame_kind kind,
			const char *name, const char *file)
{
	const struct frame *frame = frames_get(&known->frames, (uint32_t)id);

	check_int(frame->kind, kind);
	check_str(frame->name, name);
	check_str(frame->short_name, name);
	check_str(frame->file, file);
	check_uint(frame->first_line, 0);
}

/* The one function of a word of process 7. */
static void check_symbol(const struct known *known, uint64_t word, enum frame_kind kind,
			 const char *name, const char *file)
{
	const struct native_symbol *symbol = native_symbols_find(&known->symbols, word, 7);

	if (!check_not_null(symbol) || !check_uint(symbol->count, 1))
		return;
	check_frame(known, known->symbols.frames.items[symbol->first], kind, name, file);
}

static void a_word_is_a_function_of_its_library(void)
{
	struct records records = {0};
	struct known known = {0};

	put_image(&records, 3, "/usr/lib/libz.so.1");
	put_symbol(&records, native(3, 0x100), SYMBOL_START, 1,
		   &(struct symbol_text){"deflate", ""});
	check_ok(take(&known, &records));
	check_symbol(&known, native(3, 0x100), FRAME_NATIVE, "deflate", "libz.so.1");
	check_uint(native_symbols_find(&known.symbols, native(3, 0x100), 8)->flags, SYMBOL_START);
	check_null(native_symbols_find(&known.symbols, native(3, 0x101), 7));
	check_null(native_symbols_find(&known.symbols, native(4, 0x100), 7));
	known_done(&known);
}

static void each_kind_of_word_is_a_kind_of_frame(void)
{
	const uint64_t jit = machine_word(FRAME_WORD_JIT, 0, 0x7f0012345678);
	const uint64_t kernel = machine_word(FRAME_WORD_KERNEL, 0, 0x1fffffff81000000);
	struct records records = {0};
	struct known known = {0};

	put_image(&records, 1, "/usr/bin/python3.11");
	put_symbol(&records, jit, 0, 1, &(struct symbol_text){"loop", ""});
	put_symbol(&records, kernel, 0, 1, &(struct symbol_text){"do_syscall_64", ""});
	put_symbol(&records, native(1, 1), SYMBOL_BUILTIN, 1,
		   &(struct symbol_text){"list.sort", ""});
	put_symbol(&records, jit + 1, SYMBOL_LATE, 1,
		   &(struct symbol_text){"[mapped just now: libz.so.1]", ""});
	check_ok(take(&known, &records));
	check_symbol(&known, jit, FRAME_JIT, "loop", "");
	check_symbol(&known, kernel, FRAME_KERNEL, "do_syscall_64", "");
	check_symbol(&known, native(1, 1), FRAME_BUILTIN, "list.sort", "");
	check_symbol(&known, jit + 1, FRAME_GAP, "[mapped just now: libz.so.1]", "");
	known_done(&known);
}

static void jit_words_are_of_one_process(void)
{
	const uint64_t jit = machine_word(FRAME_WORD_JIT, 0, 0x1000);
	struct records records = {0};
	struct known known = {0};

	put_symbol(&records, jit, 0, 1, &(struct symbol_text){"seven", ""});
	put_symbol(&records, jit, 0, 1, &(struct symbol_text){"eight", ""});
	((struct record *)records.bytes.items)[0].pid = 8;
	check_ok(take(&known, &records));
	check_symbol(&known, jit, FRAME_JIT, "eight", "");
	const struct native_symbol *other = native_symbols_find(&known.symbols, jit, 8);
	if (check_not_null(other))
		check_frame(&known, known.symbols.frames.items[other->first], FRAME_JIT, "seven",
			    "");
	check_null(native_symbols_find(&known.symbols, jit, 9));
	known_done(&known);
}

static void inlined_functions_come_with_their_lines(void)
{
	static const struct symbol_text texts[] = {
		{"clamp", "/src/lib/clamp.h:12"}, {"", ""}, {"scale", "scale.c"}};
	struct records records = {0};
	struct known known = {0};

	put_image(&records, 1, "/usr/lib/libscale.so");
	put_symbol(&records, native(1, 1), 0, 3, texts);
	check_ok(take(&known, &records));
	const struct native_symbol *symbol = native_symbols_find(&known.symbols, native(1, 1), 7);
	if (check_not_null(symbol) && check_uint(symbol->count, 3)) {
		const uint32_t *ids = known.symbols.frames.items + symbol->first;
		check_frame(&known, ids[0], FRAME_INLINED, "clamp", "clamp.h");
		check_frame(&known, ids[1], FRAME_INLINED, "[unknown function]", "libscale.so");
		check_frame(&known, ids[2], FRAME_NATIVE, "scale", "scale.c");
	}
	known_done(&known);
}

static void of_what_comes_twice_the_first_is_kept(void)
{
	struct records records = {0};
	struct known known = {0};

	put_image(&records, 1, "/lib/first.so");
	put_image(&records, 1, "/lib/second.so");
	put_symbol(&records, native(1, 1), 0, 1, &(struct symbol_text){"f", ""});
	put_symbol(&records, native(1, 1), SYMBOL_EVAL, 1, &(struct symbol_text){"g", ""});
	check_ok(take(&known, &records));
	check_symbol(&known, native(1, 1), FRAME_NATIVE, "f", "first.so");
	check_uint(native_symbols_find(&known.symbols, native(1, 1), 7)->flags, 0);
	known_done(&known);
}

static void a_library_is_named_by_its_file(void)
{
	static const struct {
		const char *path, *name;
	} images[] = {
		{"/usr/lib/libc.so.6", "libc.so.6"},
		{"[vdso]", "[vdso]"},
		{"/tmp/build/_ext.so (deleted)", "_ext.so"},
		{"/memfd:code (deleted)", "memfd:code"},
		{" (deleted)", " (deleted)"},
		{"/srv/", ""},
		{"", ""},
	};
	struct records records = {0};
	struct known known = {0};

	for (uint32_t i = 0; i < sizeof(images) / sizeof(images[0]); i++)
		put_image(&records, i + 1, images[i].path);
	check_ok(take(&known, &records));
	for (uint32_t i = 0; i < sizeof(images) / sizeof(images[0]); i++)
		check_str(native_symbols_library(&known.symbols, i + 1), images[i].name);
	check_str(native_symbols_library(&known.symbols, 0), "");
	check_str(native_symbols_library(&known.symbols, 1000), "");
	known_done(&known);
}

/* Functions without a name stay apart by their address; all code of JITs is one. */
static void a_word_without_a_symbol_is_its_address(void)
{
	static const struct {
		uint64_t kind, image, rest;
		enum frame_kind frame;
		const char *name, *file;
	} words[] = {
		{FRAME_WORD_NATIVE, 1, 0x12f0, FRAME_NATIVE, "0x12f0", "libx.so"},
		{FRAME_WORD_NATIVE, 1, FRAME_ID_MASK, FRAME_NATIVE, "0xffffffffff", "libx.so"},
		{FRAME_WORD_NATIVE, FRAME_IMAGE_MASK, 0, FRAME_NATIVE, "0x0", ""},
		{FRAME_WORD_JIT, 0, 0x7f0000001000, FRAME_JIT, "[jit]", ""},
		{FRAME_WORD_KERNEL, 0, 0x1fffffff81000000, FRAME_KERNEL, "[kernel]", ""},
	};
	struct records records = {0};
	struct known known = {0};

	put_image(&records, 1, "/opt/libx.so");
	check_ok(take(&known, &records));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		uint64_t word = machine_word(words[i].kind, words[i].image, words[i].rest);
		int64_t id = native_symbols_unnamed(&known.symbols, word, &known.frames);
		if (check_true(id >= 0))
			check_frame(&known, (uint64_t)id, words[i].frame, words[i].name,
				    words[i].file);
	}
	known_done(&known);
}

static void lack_of_memory_is_told(void)
{
	static const struct symbol_text texts[] = {{"inner", "a.c:1"}, {"outer", "a.c:2"}};
	unsigned int nth = 1;

	for (;; nth++) {
		struct records records = {0};
		struct known known = {0};
		put_image(&records, 1, "/opt/libx.so");
		put_symbol(&records, native(1, 1), 0, 2, texts);
		memory_fail_at(nth);
		int err = take(&known, &records);
		int64_t id =
			err ? err
			    : native_symbols_unnamed(&known.symbols, native(1, 2), &known.frames);
		bool failed = memory_failed();
		check_int(id < 0 ? id : 0, failed ? -ENOMEM : 0);
		known_done(&known);
		if (!failed)
			break;
	}
	check_true(nth > 10);
}

CU_TestInfo native_symbols_tests[] = {
	TEST(a_word_is_a_function_of_its_library),
	TEST(each_kind_of_word_is_a_kind_of_frame),
	TEST(jit_words_are_of_one_process),
	TEST(inlined_functions_come_with_their_lines),
	TEST(of_what_comes_twice_the_first_is_kept),
	TEST(a_library_is_named_by_its_file),
	TEST(a_word_without_a_symbol_is_its_address),
	TEST(lack_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
