// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/word_meanings.h"

#include <errno.h>

#include "check.h"
#include "ltsbpf.h"
#include "memory.h"
#include "records.h"

enum {
	LIBRARY = 2,
	C_LIBRARY
};

struct program {
	struct words words;
	struct functions functions;
	struct native_symbols natives;
	struct frames frames;
	struct word_meanings meanings;
};

static uint64_t gap(uint64_t image, enum frame_gap gap)
{
	return machine_word(FRAME_WORD_GAP, image, gap);
}

static const uint64_t jit = (uint64_t)FRAME_WORD_JIT << FRAME_KIND_SHIFT | 0x7f0000;

/* One function, whose first instructions are on lines 11 and 12; a JIT's of process 7; libraries.
 */
static void program_new(struct program *program)
{
	static const uint8_t lines[] = {2, 1, 2, 1};
	struct records records = {0};

	*program = (struct program){0};
	put_image(&records, LIBRARY, "/usr/lib/libx.so");
	put_image(&records, C_LIBRARY, "/usr/lib/libc.so.6");
	for (const struct record *each = NULL; (each = records_next(&records, each));)
		check_ok(native_symbols_add_image(&program->natives, (const void *)each,
						  &program->frames));
	records_done(&records);
	put_symbol(&records, jit, SYMBOL_BUILTIN, 2,
		   (const struct symbol_text[]){{"inner", "a.c:5"}, {"loop", ""}});
	((struct record *)records.bytes.items)->pid = 7;
	check_ok(native_symbols_add(&program->natives, (const void *)records.bytes.items,
				    &program->frames));
	records_done(&records);
	put_function(&records, &(struct function_facts){.fingerprint = 1,
							.first_line = 10,
							.minor = 10,
							.name = "one",
							.table = lines,
							.table_bytes = sizeof(lines)});
	check_ok(functions_add(&program->functions, (const void *)records.bytes.items,
			       &program->frames));
	records_done(&records);
	program->meanings = (struct word_meanings){
		.words = &program->words,
		.functions = &program->functions,
		.natives = &program->natives,
		.frames = &program->frames,
	};
}

static void program_done(struct program *program)
{
	word_meanings_done(&program->meanings);
	words_done(&program->words);
	functions_done(&program->functions);
	native_symbols_done(&program->natives);
	frames_done(&program->frames);
}

static const struct word_meaning *meaning_of(struct program *program, uint64_t word, uint32_t pid)
{
	int64_t number = words_add(&program->words, word, pid);

	word_meanings_done(&program->meanings);
	check_ok(word_meanings_init(&program->meanings));
	return word_meanings_get(&program->meanings, (uint32_t)number);
}

static const char *name_of(const struct program *program, const struct word_meaning *meaning,
			   uint32_t nth)
{
	check_true(nth < meaning->count);
	return frames_get(&program->frames, meaning->frames[nth])->name;
}

static void a_python_word_is_a_function_and_a_line(void)
{
	struct program program;

	program_new(&program);
	const struct word_meaning *meaning = meaning_of(&program, frame_word(1, 1), 7);
	check_true(meaning->is_known);
	check_str(name_of(&program, meaning, 0), "one");
	check_uint(meaning->line, 12);
	uint32_t number = (uint32_t)words_add(&program.words, frame_word(1, 1), 7);
	int64_t frame = word_meanings_at_line(&program.meanings, number);
	check_uint(frames_get(&program.frames, (uint32_t)frame)->line, 12);
	check_int(word_meanings_at_line(&program.meanings, number), frame);
	meaning = meaning_of(&program, frame_word(9, 0), 7);
	check_true(!meaning->is_known);
	check_str(name_of(&program, meaning, 0), "[unknown function]");
	program_done(&program);
}

static void a_symbol_may_be_several_functions_of_one_process(void)
{
	struct program program;

	program_new(&program);
	const struct word_meaning *meaning = meaning_of(&program, jit, 7);
	check_true(meaning->is_known);
	check_uint(meaning->count, 2);
	check_str(name_of(&program, meaning, 1), "loop");
	check_uint(meaning->flags, SYMBOL_BUILTIN);
	check_uint(meaning->line, 5);
	meaning = meaning_of(&program, jit, 8);
	check_true(!meaning->is_known);
	check_str(name_of(&program, meaning, 0), "[jit]");
	program_done(&program);
}

static void a_collection_has_its_generation(void)
{
	struct program program;
	uint64_t word = machine_word(FRAME_WORD_COLLECTION, 0, 2ULL << FRAME_ID_SHIFT);

	program_new(&program);
	check_str(name_of(&program, meaning_of(&program, word, 7), 0), "[gc gen 2]");
	program_done(&program);
}

/* The frame above is marked as a JIT's already. */
static void code_made_at_run_time_needs_no_second_marker(void)
{
	struct program program;

	program_new(&program);
	check_uint(meaning_of(&program, gap(0, GAP_NO_IMAGE), 7)->count, 0);
	check_str(name_of(&program, meaning_of(&program, gap(LIBRARY, GAP_NO_INFO), 7), 0),
		  "[no unwind info: libx.so]");
	program_done(&program);
}

/* A recording may name a word of any kind. */
static void a_symbol_of_a_python_word_is_not_believed(void)
{
	struct records records = {0};
	struct program program;

	program_new(&program);
	put_symbol(&records, frame_word(1, 0), SYMBOL_EVAL, 1, &(struct symbol_text){"f", ""});
	check_ok(native_symbols_add(&program.natives, (const void *)records.bytes.items,
				    &program.frames));
	check_str(name_of(&program, meaning_of(&program, frame_word(1, 0), 7), 0), "one");
	records_done(&records);
	program_done(&program);
}

static void each_gap_has_its_text(void)
{
	static const struct {
		uint64_t image, gap;
		const char *text;
	} gaps[] = {
		{LIBRARY, GAP_NO_INFO, "[no unwind info: libx.so]"},
		{0, GAP_NO_INFO, "[no unwind info: unknown file]"},
		{0, GAP_NO_IMAGE, "[no unwind info: code made at run time]"},
		{LIBRARY, GAP_UNREADABLE, "[stack unreadable]"},
		{LIBRARY, GAP_REGISTER, "[caller in a lost register: libx.so]"},
		{C_LIBRARY, GAP_IMPLAUSIBLE, "[implausible caller: libc.so.6]"},
		{0, GAP_TRUNCATED, "[truncated]"},
		{0, GAP_JOIN, "[place among native frames unknown]"},
		{LIBRARY, FRAME_GAPS, "[unknown gap]"},
		{FRAME_IMAGE_MASK, 0xff, "[unknown gap]"},
	};
	struct program program;
	char text[GAP_TEXT_BYTES], small[8];

	program_new(&program);
	for (size_t i = 0; i < sizeof(gaps) / sizeof(gaps[0]); i++) {
		uint64_t word = gap(gaps[i].image, gaps[i].gap);
		gap_text(&program.natives, word, text, sizeof(text));
		check_str(text, gaps[i].text);
	}
	gap_text(&program.natives, gap(0, GAP_TRUNCATED), small, sizeof(small));
	check_str(small, "[trunca");
	program_done(&program);
}

static void lack_of_memory_is_told(void)
{
	unsigned int nth = 1;

	for (;; nth++) {
		struct program program;
		program_new(&program);
		check_int(words_add(&program.words, frame_word(1, 1), 7), 0);
		memory_fail_at(nth);
		int err = word_meanings_init(&program.meanings);
		const struct word_meaning *meaning =
			err ? NULL : word_meanings_get(&program.meanings, 0);
		int64_t frame = meaning ? word_meanings_at_line(&program.meanings, 0) : -ENOMEM;
		bool failed = memory_failed();
		check_int(frame < 0 ? frame : 0, failed ? -ENOMEM : 0);
		program_done(&program);
		if (!failed)
			break;
	}
	check_true(nth > 1);
}

CU_TestInfo word_meanings_tests[] = {
	TEST(a_python_word_is_a_function_and_a_line),
	TEST(a_symbol_may_be_several_functions_of_one_process),
	TEST(a_collection_has_its_generation),
	TEST(code_made_at_run_time_needs_no_second_marker),
	TEST(a_symbol_of_a_python_word_is_not_believed),
	TEST(each_gap_has_its_text),
	TEST(lack_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
