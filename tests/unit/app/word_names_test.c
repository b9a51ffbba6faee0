// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* The process whose words these are is the test itself. */
#include "app/word_names.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "check.h"
#include "elf_file.h"
#include "folder.h"
#include "memory.h"
#include "recording/reader.h"
#include "records.h"

enum {
	TEXT_AT = 0x1800,
	JIT_AT = 0x7f0000001000,
};

struct run {
	struct folder folder;
	struct mapped_code code;
	struct word_names names;
	char told[512]; /* of each record "word flags name@process;" */
	int err;	/* what the one that takes them says */
	unsigned int taken, fail_at;
};

/* An image of which a part of the code is the function `name`. */
static void add_image(struct run *run, const char *file, const char *name)
{
	struct code_image known = {0};
	const struct image *image;
	struct stat status;
	struct elf_made made;
	char path[128];

	elf_make(&made, ET_DYN);
	elf_segments(&made)->p_flags = PF_R | PF_X;
	elf_add_section(&made, ".text", SHT_PROGBITS, TEXT_AT, 0x100)->sh_flags |= SHF_EXECINSTR;
	elf_add_symbol(&made, "", 0);
	Elf64_Sym *symbol = elf_add_symbol(&made, name, ELF_VADDR + TEXT_AT);
	symbol->st_size = 16;
	symbol->st_shndx = 5;
	symbol->st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
	folder_put(&run->folder, file, made.bytes, sizeof(made.bytes));
	snprintf(path, sizeof(path), "%s/%s", run->folder.path, file);
	check_ok(stat(path, &status));
	struct image_mapping mapping = {
		.pid = getpid(), .path = path, .device = status.st_dev, .inode = status.st_ino};
	check_ok(images_find(&run->code.images, &mapping, &image));
	check_ok(vec_push(&run->code.known, known));
}

static bool run_make(struct run *run)
{
	*run = (struct run){0};
	if (!folder_make(&run->folder))
		return false;
	run->names.code = &run->code;
	add_image(run, "liba.so", "first");
	add_image(run, "libb.so", "second");
	return true;
}

static void run_done(struct run *run)
{
	char path[64];

	word_names_done(&run->names);
	mapped_code_done(&run->code);
	folder_remove(&run->folder);
	snprintf(path, sizeof(path), "/tmp/perf-%d.map", getpid());
	unlink(path);
}

static int take(void *context, const struct record *record)
{
	const struct symbol_record *symbol = (const void *)record;
	struct run *run = context;
	size_t length = strlen(run->told);

	run->taken++;
	if (run->err)
		return run->err;
	check_true(record_fits(record));
	check_uint(record->kind, RECORD_SYMBOL);
	snprintf(run->told + length, sizeof(run->told) - length, "%" PRIx64 " %u %s;",
		 (uint64_t)(symbol->word & 0xffffffff), symbol->flags, symbol->data);
	if (symbol->word >> FRAME_KIND_SHIFT == FRAME_WORD_JIT)
		check_uint(record->pid, (uint64_t)getpid());
	return 0;
}

/* A stack of a Python frame, which looks like a native one, and these words. */
static int note(struct run *run, const uint64_t *words, uint16_t count)
{
	uint64_t all[16] = {machine_word(FRAME_WORD_NATIVE, 1, TEXT_AT + 15)};
	uint32_t pid = (uint32_t)getpid();
	struct records records = {0};

	memcpy(all + 1, words, count * sizeof(*words));
	const struct stack_record *stack = put_whole_stack(&records, pid, pid, 1, 1, count, all);
	if (run->fail_at)
		memory_fail_at(run->fail_at);
	int err = word_names_note(&run->names, stack);
	records_done(&records);
	return err;
}

static void each_native_word_is_told_once(void)
{
	const uint64_t words[] = {
		machine_word(FRAME_WORD_NATIVE, 2, TEXT_AT + 2),
		machine_word(FRAME_WORD_NATIVE, 1, TEXT_AT + 1),
		machine_word(FRAME_WORD_NATIVE, 2, TEXT_AT + 2),
		machine_word(FRAME_WORD_NATIVE, 1, TEXT_AT + 0x20),
		machine_word(FRAME_WORD_NATIVE, 3, TEXT_AT), /* an image that never came */
		machine_word(FRAME_WORD_NATIVE, 0, TEXT_AT),
		machine_word(FRAME_WORD_GAP, 1, GAP_NO_INFO),
		machine_word(FRAME_WORD_JOIN, 0, 1),
	};
	struct run run;

	if (!run_make(&run))
		return;
	check_ok(note(&run, words, 8));
	check_ok(note(&run, words, 2));
	check_ok(word_names_tell_jit(&run.names, take, &run));
	check_str(run.told, "");
	check_ok(word_names_tell(&run.names, take, &run));
	check_str(run.told, "1801 0 first;1820 0 0x401820;1802 0 second;");
	check_ok(note(&run, words, 8));
	check_ok(word_names_tell(&run.names, take, &run));
	check_uint(run.taken, 3);
	run_done(&run);
}

/* Appends to the perf map of our own process. */
static void put_perf_map(const char *line)
{
	char path[64];

	snprintf(path, sizeof(path), "/tmp/perf-%d.map", getpid());
	CLEANUP(fclosep) FILE *stream = fopen(path, "a");
	if (check_not_null(stream))
		fputs(line, stream);
}

static void a_jits_word_is_told_when_its_name_is_known(void)
{
	const uint64_t words[] = {machine_word(FRAME_WORD_JIT, 0, JIT_AT + 4),
				  machine_word(FRAME_WORD_JIT, 0, JIT_AT + 0x100)};
	struct run run;

	if (!run_make(&run))
		return;
	check_ok(note(&run, words, 2));
	check_ok(word_names_tell_jit(&run.names, take, &run));
	check_str(run.told, "");
	put_perf_map("7f0000001000 10 _ZN3jit4loopEv\n");
	check_ok(word_names_tell_jit(&run.names, take, &run));
	check_str(run.told, "1004 0 jit::loop;");
	check_ok(word_names_tell(&run.names, take, &run));
	check_uint(run.taken, 1);
	put_perf_map("7f0000001100 10 late\n");
	check_ok(word_names_tell(&run.names, take, &run));
	check_str(run.told, "1004 0 jit::loop;1100 0 late;");
	run_done(&run);
}

/* Where the kernel hides its addresses nothing is told, and nothing is wrong. */
static void kernel_words_are_told_where_the_kernel_shows_them(void)
{
	CLEANUP(fclosep) FILE *kallsyms = fopen("/proc/kallsyms", "r");
	char line[512], type, name[256], expected[300] = "";
	uint64_t address = 0, found = 0, word;
	struct run run;

	while (kallsyms && !found && fgets(line, sizeof(line), kallsyms))
		if (sscanf(line, "%" SCNx64 " %c %255s", &address, &type, name) == 3 &&
		    !strcmp(name, "vfs_read"))
			found = address;
	if (!run_make(&run))
		return;
	word = machine_word(FRAME_WORD_KERNEL, 0, 0) | (found & FRAME_ADDRESS_MASK);
	check_ok(note(&run, &word, 1));
	check_ok(word_names_tell(&run.names, take, &run));
	if (found)
		snprintf(expected, sizeof(expected), "%" PRIx64 " 0 vfs_read;", found & 0xffffffff);
	check_str(run.told, expected);
	if (found) { /* a full disk is told */
		word++;
		run.err = -ENOSPC;
		check_ok(note(&run, &word, 1));
		check_int(word_names_tell(&run.names, take, &run), -ENOSPC);
	}
	run_done(&run);
}

static void what_the_taker_says_ends_the_telling(void)
{
	const uint64_t words[] = {machine_word(FRAME_WORD_NATIVE, 1, TEXT_AT),
				  machine_word(FRAME_WORD_NATIVE, 2, TEXT_AT),
				  machine_word(FRAME_WORD_JIT, 0, JIT_AT)};
	struct run run;

	if (!run_make(&run))
		return;
	put_perf_map("7f0000001000 10 loop\n");
	run.err = -ENOSPC;
	check_ok(note(&run, words, 3));
	check_int(word_names_tell(&run.names, take, &run), -ENOSPC);
	check_uint(run.taken, 1);
	run.err = 0;
	check_ok(word_names_tell_jit(&run.names, take, &run)); /* it was kept */
	check_str(run.told, "1000 0 loop;");
	run.err = -ENOSPC;
	check_int(word_names_tell(&run.names, take, &run), -ENOSPC);
	check_uint(run.taken, 3);
	run_done(&run);
}

static void lack_of_memory_is_told(void)
{
	const uint64_t words[] = {machine_word(FRAME_WORD_NATIVE, 1, TEXT_AT),
				  machine_word(FRAME_WORD_JIT, 0, JIT_AT)};
	unsigned int nth = 1;

	for (;; nth++) {
		struct run run;
		if (!run_make(&run))
			return;
		put_perf_map("7f0000001000 10 loop\n");
		run.fail_at = nth;
		int err = note(&run, words, 2);
		if (!err)
			err = word_names_tell(&run.names, take, &run);
		bool failed = memory_failed();
		check_true(!err || (failed && err == -ENOMEM));
		run_done(&run);
		if (!failed)
			break;
	}
	check_true(nth > 8);
}

CU_TestInfo word_names_tests[] = {
	TEST(each_native_word_is_told_once),
	TEST(a_jits_word_is_told_when_its_name_is_known),
	TEST(kernel_words_are_told_where_the_kernel_shows_them),
	TEST(what_the_taker_says_ends_the_telling),
	TEST(lack_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
