// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/stack_path.h"

#include <errno.h>

#include "base/cleanup.h"
#include "check.h"
#include "memory.h"
#include "recording/reader.h"
#include "records.h"

enum {
	INTERPRETER = 1,
	LIBRARY,
	C_LIBRARY
};

/* Addresses of functions, in the image of their kind. */
enum {
	EVAL = 0x100,
	GLUE = 0x200,
	SORT = 0x300,
	SORT_IMPL = 0x308,
	COLLECT_MAIN = 0x400,
	COLLECT = 0x500,
	START = 0x600,
	THREAD_START = 0x700,
	INLINING = 0x800,
	WRITE = 0x900
};

struct program {
	struct words words;
	struct functions functions;
	struct native_symbols natives;
	struct frames frames;
	struct resolver_view view;
};

static uint64_t in(uint64_t image, uint64_t address)
{
	return machine_word(FRAME_WORD_NATIVE, image, address);
}

static uint64_t gap(uint64_t image, enum frame_gap gap)
{
	return machine_word(FRAME_WORD_GAP, image, gap);
}

static uint64_t collection(uint64_t generation)
{
	return machine_word(FRAME_WORD_COLLECTION, 0, generation << FRAME_ID_SHIFT);
}

static const uint64_t jit = (uint64_t)FRAME_WORD_JIT << FRAME_KIND_SHIFT | 0x7f0000;
static const uint64_t kernel = (uint64_t)FRAME_WORD_KERNEL << FRAME_KIND_SHIFT | 0x81000000;
static const uint64_t join1 = (uint64_t)FRAME_WORD_JOIN << FRAME_KIND_SHIFT | 1;
static const uint64_t join2 = (uint64_t)FRAME_WORD_JOIN << FRAME_KIND_SHIFT | 2;

static void put_symbols(struct records *records)
{
	static const struct {
		uint64_t image, address;
		uint32_t flags;
		const char *name;
	} symbols[] = {
		{INTERPRETER, EVAL, SYMBOL_INTERPRETER | SYMBOL_EVAL, "_PyEval_EvalFrameDefault"},
		{INTERPRETER, GLUE, SYMBOL_INTERPRETER, "object_vacall"},
		{INTERPRETER, SORT, SYMBOL_INTERPRETER | SYMBOL_BUILTIN, "list.sort"},
		{INTERPRETER, SORT_IMPL, SYMBOL_BUILTIN, "list.sort"},
		{INTERPRETER, COLLECT_MAIN, SYMBOL_INTERPRETER | SYMBOL_COLLECTOR,
		 "gc_collect_main"},
		{INTERPRETER, COLLECT, SYMBOL_INTERPRETER | SYMBOL_COLLECTOR, "_PyGC_Collect"},
		{INTERPRETER, START, SYMBOL_START, "_start"},
		{C_LIBRARY, THREAD_START, SYMBOL_START, "start_thread"},
		{C_LIBRARY, WRITE, 0, "write"},
	};
	static const struct symbol_text inlined[] = {{"inner", "a.h:1"}, {"outer", "a.c:2"}};

	put_image(records, INTERPRETER, "/usr/bin/python3");
	put_image(records, LIBRARY, "/usr/lib/libx.so");
	put_image(records, C_LIBRARY, "/usr/lib/libc.so.6");
	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++)
		put_symbol(records, in(symbols[i].image, symbols[i].address), symbols[i].flags, 1,
			   &(struct symbol_text){symbols[i].name, ""});
	put_symbol(records, in(LIBRARY, INLINING), 0, 2, inlined);
	put_symbol(records, kernel, 0, 1, &(struct symbol_text){"vfs_write", ""});
	put_symbol(records, jit, 0, 1, &(struct symbol_text){"loop", ""});
}

static void program_new(struct program *program)
{
	static const uint8_t lines[] = {2, 1, 2, 1};
	static const char *const names[] = {"one", "two", "three"};
	struct records records = {0};

	*program = (struct program){0};
	put_symbols(&records);
	for (uint32_t i = 0; i < 3; i++)
		put_function(&records, &(struct function_facts){.fingerprint = i + 1,
								.first_line = 10 * (i + 1),
								.minor = 10,
								.name = names[i],
								.table = lines,
								.table_bytes = sizeof(lines)});
	for (const struct record *each = NULL; (each = records_next(&records, each));) {
		check_true(record_fits(each));
		if (each->kind == RECORD_IMAGE)
			check_ok(native_symbols_add_image(&program->natives, (const void *)each,
							  &program->frames));
		else if (each->kind == RECORD_SYMBOL)
			check_ok(native_symbols_add(&program->natives, (const void *)each,
						    &program->frames));
		else
			check_ok(functions_add(&program->functions, (const void *)each,
					       &program->frames));
	}
	records_done(&records);
}

static void program_done(struct program *program)
{
	words_done(&program->words);
	functions_done(&program->functions);
	native_symbols_done(&program->natives);
	frames_done(&program->frames);
}

/* The numbers of words up to a 0; owned by the caller, NULL when memory is out. */
static uint32_t *number_words(struct program *program, const uint64_t *words, uint32_t *count)
{
	uint32_t *numbers;

	for (*count = 0; words[*count];)
		++*count;
	numbers = calloc(*count + 1, sizeof(*numbers));
	for (uint32_t i = 0; numbers && i < *count; i++) {
		int64_t number = words_add(&program->words, words[i], 7);
		if (number < 0) {
			free(numbers);
			return NULL;
		}
		numbers[i] = (uint32_t)number;
	}
	return numbers;
}

/* Words of Python, then a 0, words of the machine, then a 0. */
static int append(struct program *program, const uint64_t *words, struct stack_path *path)
{
	struct stack_words stack = {.words = &program->words};
	struct word_meanings meanings = {
		.words = &program->words,
		.functions = &program->functions,
		.natives = &program->natives,
		.frames = &program->frames,
	};
	CLEANUP(freep)
	uint32_t *python = number_words(program, words, &stack.python_depth);
	CLEANUP(freep)
	uint32_t *native =
		number_words(program, words + stack.python_depth + 1, &stack.native_depth);
	int64_t join = words_add(&program->words, gap(0, GAP_JOIN), 0);
	int err = python && native && join >= 0 ? word_meanings_init(&meanings) : -ENOMEM;

	stack.python = python;
	stack.native = native;
	stack.gap = (uint32_t)join;
	err = err ? err : stack_path_merge(path, &stack, &meanings);
	err = err ? err : stack_path_append(path, &meanings, &program->view);
	word_meanings_done(&meanings);
	return err;
}

/* Root first, with ';' between the names. */
static void check_path(struct program *program, const uint64_t *words, const char *expected)
{
	struct stack_path path = {0};
	char text[512] = "";
	size_t at = 0;

	check_ok(append(program, words, &path));
	for (size_t i = 0; i < path.frames.count; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s", i ? ";" : "",
				       frames_get(&program->frames, path.frames.items[i])->name);
	check_str(text, expected);
	stack_path_done(&path);
}

#define WORDS(...) ((const uint64_t[]){__VA_ARGS__, 0})

static void machinery_of_the_interpreter_is_left_out(void)
{
	const uint64_t *words =
		WORDS(frame_word(1, 0), frame_word(2, 0), frame_word(3, 0), 0, kernel,
		      in(C_LIBRARY, WRITE), join1, in(INTERPRETER, EVAL), in(INTERPRETER, GLUE),
		      in(LIBRARY, 0x10), join2, in(INTERPRETER, EVAL), in(INTERPRETER, GLUE),
		      in(INTERPRETER, START));
	struct program program;

	program_new(&program);
	check_path(&program, words, "three;two;0x10;one;write;vfs_write");
	program.view.fold_kernel = true;
	check_path(&program, words, "three;two;0x10;one;write");
	program.view.interpreter_frames = true;
	check_path(&program, words,
		   "_start;object_vacall;_PyEval_EvalFrameDefault;three;two;0x10;object_vacall;"
		   "_PyEval_EvalFrameDefault;one;write");
	program_done(&program);
}

/* Each Python frame is one call, matched by the symbol. */
static void python_up_to_3_10_is_matched_by_the_interpreters_symbol(void)
{
	struct program program;

	program_new(&program);
	check_path(&program,
		   WORDS(frame_word(1, 0), frame_word(2, 0), 0, in(C_LIBRARY, WRITE),
			 in(INTERPRETER, EVAL), in(INTERPRETER, GLUE), in(LIBRARY, 0x10),
			 in(INTERPRETER, EVAL), in(INTERPRETER, START)),
		   "two;0x10;one;write");
	check_path(&program,
		   WORDS(frame_word(1, 0), frame_word(2, 0), 0, in(LIBRARY, 0x10),
			 in(INTERPRETER, EVAL), in(LIBRARY, 0x20), gap(LIBRARY, GAP_NO_INFO)),
		   "two;one;[no unwind info: libx.so];0x10");
	program_done(&program);
}

/* A thread of another language, or an interpreter without frames: nothing is hidden. */
static void without_python_all_is_shown(void)
{
	struct program program;

	program_new(&program);
	check_path(&program, WORDS(0, in(INTERPRETER, COLLECT), in(INTERPRETER, START)),
		   "_start;_PyGC_Collect");
	check_path(&program, WORDS(0, in(LIBRARY, 0x10), in(C_LIBRARY, THREAD_START)),
		   "start_thread;0x10");
	check_path(&program,
		   WORDS(collection(2), 0, in(INTERPRETER, COLLECT), in(INTERPRETER, START)),
		   "_start;_PyGC_Collect;[gc gen 2]");
	check_path(&program, WORDS(0), "");
	program_done(&program);
}

static void what_starts_a_thread_is_left_out_below_python_alone(void)
{
	struct program program;

	program_new(&program);
	check_path(&program,
		   WORDS(frame_word(1, 0), 0, in(C_LIBRARY, THREAD_START), join1,
			 in(INTERPRETER, EVAL), in(C_LIBRARY, THREAD_START)),
		   "one;start_thread");
	check_path(&program, WORDS(frame_word(1, 0), 0, join1, in(C_LIBRARY, THREAD_START)), "one");
	program_done(&program);
}

static void a_builtin_of_two_functions_is_one_frame(void)
{
	struct program program;

	program_new(&program);
	check_path(&program,
		   WORDS(frame_word(1, 0), frame_word(2, 0), 0, join1, in(INTERPRETER, EVAL),
			 in(INTERPRETER, SORT_IMPL), in(INTERPRETER, GLUE), in(INTERPRETER, SORT),
			 join1, in(INTERPRETER, EVAL)),
		   "two;list.sort;one");
	check_path(&program,
		   WORDS(frame_word(1, 0), 0, in(LIBRARY, 0x10), in(LIBRARY, 0x10), join1,
			 in(INTERPRETER, EVAL)),
		   "one;0x10;0x10");
	program_done(&program);
}

static void a_collection_is_marked_once(void)
{
	struct program program;

	program_new(&program);
	check_path(&program,
		   WORDS(frame_word(1, 0), frame_word(2, 0), 0, join1, in(INTERPRETER, EVAL),
			 in(LIBRARY, 0x10), in(INTERPRETER, COLLECT_MAIN), in(INTERPRETER, COLLECT),
			 join1, in(INTERPRETER, EVAL)),
		   "two;[gc];0x10;one");
	check_path(&program,
		   WORDS(frame_word(1, 0), collection(1), frame_word(2, 0), 0, join1,
			 in(INTERPRETER, EVAL), in(LIBRARY, 0x10), in(INTERPRETER, COLLECT_MAIN),
			 join2, in(INTERPRETER, EVAL)),
		   "two;[gc gen 1];0x10;one");
	check_path(&program,
		   WORDS(collection(0), frame_word(2, 0), 0, in(LIBRARY, 0x10),
			 in(INTERPRETER, COLLECT_MAIN), in(INTERPRETER, EVAL)),
		   "two;[gc gen 0];0x10");
	program.view.interpreter_frames = true;
	check_path(&program,
		   WORDS(frame_word(1, 0), 0, in(INTERPRETER, COLLECT_MAIN),
			 in(INTERPRETER, COLLECT), join1, in(INTERPRETER, EVAL)),
		   "_PyEval_EvalFrameDefault;one;_PyGC_Collect;gc_collect_main;[gc]");
	program_done(&program);
}

static void inlined_functions_stand_above_the_one_they_are_in(void)
{
	struct program program;

	program_new(&program);
	check_path(&program,
		   WORDS(frame_word(1, 0), 0, jit, in(LIBRARY, INLINING), join1,
			 in(INTERPRETER, EVAL)),
		   "one;outer;inner;loop");
	program_done(&program);
}

static void what_nobody_named_is_there(void)
{
	struct program program;

	program_new(&program);
	check_path(&program,
		   WORDS(frame_word(9, 0), machine_word(7, 0, 5), join1, frame_word(1, 0), 0,
			 kernel + 1, jit + 1, gap(0, GAP_NO_IMAGE), frame_word(2, 0),
			 machine_word(7, 0, 6), machine_word(FRAME_WORD_JOIN, 0, 1000)),
		   "one;[unknown function];[unknown function];[unknown function];"
		   "[unknown function];two;[jit];[kernel]");
	program_done(&program);
}

/* The leaf's, and that of the innermost Python function, which may not be the leaf. */
static void the_line_is_of_a_python_leaf(void)
{
	const uint64_t hidden[] = {frame_word(2, 1),	  0, kernel, in(INTERPRETER, GLUE), join1,
				   in(INTERPRETER, EVAL), 0};
	struct stack_path path = {0};
	struct program program;

	program_new(&program);
	check_ok(append(&program, hidden, &path));
	check_uint(path.leaf_line, 0);
	check_uint(path.python_line, 22);
	program.view.fold_kernel = true;
	check_ok(append(&program, hidden, &path));
	check_uint(path.leaf_line, 22);
	check_ok(append(&program, WORDS(0, in(LIBRARY, 1)), &path));
	check_uint(path.leaf_line, 0);
	check_uint(path.python_line, 0);
	stack_path_done(&path);
	program_done(&program);
}

/* The first frame of all has the number 0. */
static void any_frame_can_be_the_innermost_of_python(void)
{
	struct stack_path path = {0};
	struct records records = {0};
	struct program program = {0};

	put_function(&records, &(struct function_facts){.fingerprint = 1,
							.first_line = 10,
							.minor = 10,
							.name = "one",
							.table = "\2\1",
							.table_bytes = 2});
	check_ok(functions_add(&program.functions, (const void *)records.bytes.items,
			       &program.frames));
	check_ok(append(&program, WORDS(frame_word(1, 0), 0), &path));
	check_uint(path.python_frame, 0);
	check_uint(path.python_line, 11);
	records_done(&records);
	stack_path_done(&path);
	program_done(&program);
}

static void the_path_by_line_stands_beside(void)
{
	struct stack_path path = {0};
	struct program program;

	program_new(&program);
	program.view.detail = true;
	check_ok(append(&program,
			WORDS(frame_word(1, 1), frame_word(2, 0), 0, kernel, join1,
			      in(INTERPRETER, EVAL), in(LIBRARY, INLINING), join1,
			      in(INTERPRETER, EVAL)),
			&path));
	check_uint(path.frames.count, 5);
	check_uint(path.lined.count, 5);
	for (size_t i = 0; i < path.frames.count && i < path.lined.count; i++) {
		const struct frame *frame = frames_get(&program.frames, path.frames.items[i]);
		const struct frame *lined = frames_get(&program.frames, path.lined.items[i]);
		check_str(lined->name, frame->name);
		check_uint(frame->line, 0);
		check_uint(lined->line, i == 0 ? 21 : i == 3 ? 12 : 0);
	}
	stack_path_done(&path);
	program_done(&program);
}

static void frames_come_behind_those_that_are_there(void)
{
	struct stack_path path = {0};
	struct program program;

	program_new(&program);
	check_ok(append(&program, WORDS(frame_word(1, 0), 0), &path));
	check_ok(append(&program, WORDS(frame_word(2, 0), 0), &path));
	check_uint(path.frames.count, 2);
	check_true(path.frames.items[0] != path.frames.items[1]);
	stack_path_done(&path);
	program_done(&program);
}

/* Words with all the inlined functions that a recording may give them. */
static void a_path_stays_about_as_deep_as_its_words(void)
{
	CLEANUP(freep) uint64_t *words = calloc(MAX_NATIVE_WORDS + 2, sizeof(*words));
	struct symbol_text texts[MAX_SYMBOL_FUNCTIONS];
	struct records records = {0};
	struct stack_path path = {0};
	struct program program;

	program_new(&program);
	for (uint32_t i = 0; i < MAX_SYMBOL_FUNCTIONS; i++)
		texts[i] = (struct symbol_text){"f", ""};
	put_symbol(&records, in(LIBRARY, 1), 0, MAX_SYMBOL_FUNCTIONS, texts);
	check_ok(
		native_symbols_add(&program.natives, (void *)records.bytes.items, &program.frames));
	for (uint32_t i = 1; i <= MAX_NATIVE_WORDS; i++)
		words[i] = in(LIBRARY, 1);
	check_ok(append(&program, words, &path));
	check_true(path.frames.count > MAX_NATIVE_WORDS);
	check_true(path.frames.count < 2 * MAX_NATIVE_WORDS + MAX_SYMBOL_FUNCTIONS);
	stack_path_done(&path);
	records_done(&records);
	program_done(&program);
}

static void lack_of_memory_is_told(void)
{
	unsigned int nth = 1;

	for (;; nth++) {
		struct stack_path path = {0};
		struct program program;
		program_new(&program);
		memory_fail_at(nth);
		int err = append(&program,
				 WORDS(frame_word(1, 0), frame_word(9, 0), 0, gap(0, GAP_TRUNCATED),
				       in(LIBRARY, 5), join2, in(INTERPRETER, COLLECT)),
				 &path);
		bool failed = memory_failed();
		check_int(err, failed ? -ENOMEM : 0);
		stack_path_done(&path);
		program_done(&program);
		if (!failed)
			break;
	}
	check_true(nth > 3);
}

CU_TestInfo stack_path_tests[] = {
	TEST(machinery_of_the_interpreter_is_left_out),
	TEST(python_up_to_3_10_is_matched_by_the_interpreters_symbol),
	TEST(without_python_all_is_shown),
	TEST(what_starts_a_thread_is_left_out_below_python_alone),
	TEST(a_builtin_of_two_functions_is_one_frame),
	TEST(a_collection_is_marked_once),
	TEST(inlined_functions_stand_above_the_one_they_are_in),
	TEST(what_nobody_named_is_there),
	TEST(the_line_is_of_a_python_leaf),
	TEST(frames_come_behind_those_that_are_there),
	TEST(any_frame_can_be_the_innermost_of_python),
	TEST(the_path_by_line_stands_beside),
	TEST(a_path_stays_about_as_deep_as_its_words),
	TEST(lack_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
