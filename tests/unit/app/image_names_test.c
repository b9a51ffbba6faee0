// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/image_names.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "check.h"
#include "elf_file.h"
#include "memory.h"
#include "python_data.h"
#include "unwind/made_frames.h"

enum {
	TEXT_AT = 0x1800, /* of functions, in the image */
	TEXT_SECTION = 5,
	FUNCTION_BYTES = 16,
};

/* An image, and what its addresses mean. */
struct named {
	struct image image;
	struct image_names names;
	struct image_name *name;
};

static void add_function(struct elf_made *made, const char *name, uint64_t at)
{
	Elf64_Sym *symbol = elf_add_symbol(made, name, ELF_VADDR + at);

	symbol->st_size = FUNCTION_BYTES;
	symbol->st_shndx = TEXT_SECTION;
	symbol->st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
}

/* Code without symbols; its unwind information tells of functions at TEXT_AT + 0x20 and 0x30. */
static void make(struct elf_made *made)
{
	struct made_frames frames = {0};
	size_t cie = made_gcc_cie(&frames);

	for (uint64_t at = TEXT_AT + 0x20; at <= TEXT_AT + 0x30; at += 0x10)
		made_fde(&frames, cie, at - ELF_AT_DATA + FRAMES_VADDR, FUNCTION_BYTES, "", 0);
	elf_make(made, ET_DYN);
	elf_segments(made)->p_flags = PF_R | PF_X;
	elf_add_section(made, ".text", SHT_PROGBITS, TEXT_AT, 0x100)->sh_flags |= SHF_EXECINSTR;
	elf_add_section(made, ".eh_frame", SHT_PROGBITS, ELF_AT_DATA, frames.count);
	memcpy(made->bytes + ELF_AT_DATA, frames.bytes, frames.count);
	elf_add_symbol(made, "", 0);
}

static int open_names(struct named *named, int fd, const char *path, uint64_t base_vaddr,
		      bool is_interpreter, bool inlines)
{
	*named = (struct named){
		.image = {.id = 1, .fd = fd, .path = (char *)path, .base_vaddr = base_vaddr}};
	named->name = calloc(1, sizeof(*named->name));
	return image_names_open(&named->names, &named->image, is_interpreter, inlines);
}

static void named_done(struct named *named)
{
	image_names_done(&named->names);
	closep(&named->image.fd);
	free(named->name);
}

static void open_made(struct named *named, const struct elf_made *made, const char *path,
		      bool is_interpreter)
{
	check_ok(open_names(named, elf_made_open(made), path, ELF_VADDR, is_interpreter, false));
}

/* The one function that an address is in. */
static void check_name(struct named *named, uint64_t address, const char *expected, uint32_t flags)
{
	image_names_find(&named->names, address, named->name);
	check_uint(named->name->flags, flags);
	if (!check_uint(named->name->count, 1))
		return;
	check_str(named->name->functions[0].name, expected);
	check_str(named->name->functions[0].place, "");
}

static void an_address_has_the_name_of_its_symbol(void)
{
	struct elf_made made;
	struct named named;

	make(&made);
	add_function(&made, "deflate", TEXT_AT);
	add_function(&made, "_ZN3foo3barEv", TEXT_AT + 0x20);
	open_made(&named, &made, "/usr/lib/libz.so.1", false);
	check_name(&named, TEXT_AT, "deflate", 0);
	check_name(&named, TEXT_AT + 15, "deflate", 0);
	check_name(&named, TEXT_AT + 0x20, "foo::bar", 0);
	named_done(&named);
}

/* All samples of one function have one name, and functions stay apart. */
static void without_a_symbol_it_is_the_beginning_of_the_function(void)
{
	struct elf_made made;
	struct named named;

	make(&made);
	open_made(&named, &made, "/usr/lib/libz.so.1", false);
	check_name(&named, TEXT_AT + 0x20, "0x401820", 0);
	check_name(&named, TEXT_AT + 0x2f, "0x401820", 0);
	check_name(&named, TEXT_AT + 0x31, "0x401830", 0);
	check_name(&named, TEXT_AT + 0x41, "0x401841", 0);
	check_name(&named, FRAME_ID_MASK, "0x100003fffff", 0);
	named_done(&named);
}

static void functions_that_start_programs_and_threads_are_told(void)
{
	static const struct {
		const char *path;
		uint32_t start, clone, other, unnamed;
	} images[] = {
		{"/usr/lib/libc.so.6", SYMBOL_START, SYMBOL_START, 0, SYMBOL_START},
		{"/usr/lib/libc-2.31.so", SYMBOL_START, SYMBOL_START, 0, SYMBOL_START},
		{"/lib/libpthread.so.0", SYMBOL_START, SYMBOL_START, 0, SYMBOL_START},
		{"/lib64/ld-linux-x86-64.so.2", SYMBOL_START, SYMBOL_START, 0, SYMBOL_START},
		{"/lib/ld-musl-x86_64.so.1", SYMBOL_START, SYMBOL_START, 0, SYMBOL_START},
		{"libc.so.6", SYMBOL_START, SYMBOL_START, 0, SYMBOL_START},
		{"/usr/bin/program", SYMBOL_START, 0, 0, 0},
		{"/libc.so.6/libother.so", SYMBOL_START, 0, 0, 0},
		{"/usr/lib/libcrypt.so.1", SYMBOL_START, 0, 0, 0},
	};

	for (size_t i = 0; i < sizeof(images) / sizeof(images[0]); i++) {
		struct elf_made made;
		struct named named;
		make(&made);
		add_function(&made, "_start", TEXT_AT);
		add_function(&made, "clone3", TEXT_AT + 0x40);
		add_function(&made, "write", TEXT_AT + 0x60);
		open_made(&named, &made, images[i].path, false);
		check_name(&named, TEXT_AT, "_start", images[i].start);
		check_name(&named, TEXT_AT + 0x40, "clone3", images[i].clone);
		check_name(&named, TEXT_AT + 0x60, "write", images[i].other);
		check_name(&named, TEXT_AT + 0x20, "0x401820", images[i].unnamed);
		named_done(&named);
	}
}

static void an_interpreters_functions_are_machinery(void)
{
	static const struct {
		const char *name, *shown;
		uint32_t flags;
	} functions[] = {
		{"_PyEval_EvalFrameDefault", "_PyEval_EvalFrameDefault", SYMBOL_EVAL},
		{"_PyEval_EvalFrameDefault.cold", "_PyEval_EvalFrameDefault", SYMBOL_EVAL},
		{"gc_collect_main.constprop.0", "gc_collect_main", SYMBOL_COLLECTOR},
		{"collect", "collect", SYMBOL_COLLECTOR},
		{"_start", "_start", SYMBOL_START},
		{"object_vacall", "object_vacall", 0},
	};
	struct elf_made made;
	struct named named;

	for (int is_interpreter = 0; is_interpreter < 2; is_interpreter++) {
		make(&made);
		for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
			add_function(&made, functions[i].name, TEXT_AT + 0x40 + i * 0x10);
		open_made(&named, &made, "/usr/bin/python3.11", is_interpreter);
		for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
			check_name(&named, TEXT_AT + 0x40 + i * 0x10, functions[i].shown,
				   is_interpreter ? functions[i].flags | SYMBOL_INTERPRETER
						  : functions[i].flags & SYMBOL_START);
		check_name(&named, TEXT_AT + 0x20, "0x401820",
			   is_interpreter ? SYMBOL_INTERPRETER : 0);
		named_done(&named);
	}
}

/* Its data says that "sort" of list is the function at TEXT_AT. */
static void make_python(struct elf_made *made, bool symbols)
{
	static struct python_data data;
	Elf64_Shdr *section;

	python_data_make(&data);
	uint64_t methods = data_method(&data, "sort", DATA_CODE);
	data_end(&data);
	data_type(&data, 0, "list", methods);
	elf_make(made, ET_EXEC);
	section = elf_add_section(made, ".text", SHT_PROGBITS, TEXT_AT, 0x100);
	section->sh_flags |= SHF_EXECINSTR;
	section->sh_addr = DATA_CODE;
	section = elf_add_section(made, ".rodata1", SHT_PROGBITS, ELF_AT_NOTES, DATA_TEXT_BYTES);
	section->sh_addr = DATA_TEXTS;
	memcpy(made->bytes + ELF_AT_NOTES, data.texts, DATA_TEXT_BYTES);
	section = elf_add_section(made, ".data", SHT_PROGBITS, ELF_AT_DATA, 0x800);
	section->sh_addr = DATA_WORDS_AT;
	section->sh_flags |= SHF_WRITE;
	memcpy(made->bytes + ELF_AT_DATA, data.words, 0x800);
	elf_add_symbol(made, "", 0);
	if (symbols)
		add_function(made, "list_sort", DATA_CODE - ELF_VADDR);
}

static void builtins_have_pythons_names(void)
{
	static const struct {
		const char *path;
		bool is_interpreter, symbols;
		const char *name;
		uint32_t flags;
	} images[] = {
		{"/usr/bin/python3.11", true, true, "list.sort", SYMBOL_BUILTIN},
		{"/usr/bin/python3.11", true, false, "list.sort", SYMBOL_BUILTIN},
		{"/_list.cpython-311-x86_64-linux-gnu.so", false, false, "list.sort",
		 SYMBOL_BUILTIN},
		{"/_list.abi3.so", false, false, "list.sort", SYMBOL_BUILTIN},
		{"/_list.abi3.so", false, true, "list.sort", SYMBOL_BUILTIN},
		{"/lib/liblist.so", false, true, "list_sort", 0},
		{"/lib/liblist.so", false, false, "0x1000", 0},
	};

	for (size_t i = 0; i < sizeof(images) / sizeof(images[0]); i++) {
		struct elf_made made;
		struct named named;
		make_python(&made, images[i].symbols);
		check_ok(open_names(&named, elf_made_open(&made), images[i].path, 0,
				    images[i].is_interpreter, false));
		check_name(&named, DATA_CODE, images[i].name, images[i].flags);
		named_done(&named);
	}
}

static void the_vdso_is_read_from_memory(void)
{
	const struct image_mapping mapping = {.pid = getpid(), .path = "[vdso]", .length = 1};
	const struct image *vdso = NULL;
	struct images images = {0};
	struct named named = {.image = {.fd = -1}, .name = calloc(1, sizeof(*named.name))};
	bool found = false;

	if (check_ok(images_find(&images, &mapping, &vdso)))
		check_ok(image_names_open(&named.names, vdso, false, true));
	for (uint64_t address = 0; vdso && !found && address < vdso->memory_bytes; address++) {
		image_names_find(&named.names, address, named.name);
		found = strstr(named.name->functions[0].name, "clock_gettime");
	}
	check_true(found);
	named_done(&named);
	images_done(&images);
}

static void memory_that_is_no_elf_file_gives_addresses(void)
{
	struct named named = {.image = {.fd = -1, .path = "[vdso]", .memory = "no file"},
			      .name = calloc(1, sizeof(*named.name))};

	named.image.memory_bytes = 7;
	check_ok(image_names_open(&named.names, &named.image, false, true));
	check_name(&named, 0x10, "0x10", 0);
	named_done(&named);
}

/* The address of its own code, wherever it is put into. */
static inline __attribute__((always_inline)) uint64_t inlined_here(void)
{
	uint64_t here;

	__asm__ volatile("lea 0(%%rip), %0" : "=r"(here));
	return here;
}

static __attribute__((noinline)) uint64_t outer_function(void)
{
	return inlined_here() - 1; /* in the instruction that told it */
}

static int first_bias(struct dl_phdr_info *info, size_t size, void *context)
{
	(void)size;
	*(uint64_t *)context = info->dlpi_addr;
	return 1;
}

static void inlined_functions_are_told_with_their_lines(void)
{
	uint64_t bias = 0, address;
	struct named named;

	dl_iterate_phdr(first_bias, &bias);
	address = outer_function() - bias;
	check_ok(open_names(&named, open("/proc/self/exe", O_RDONLY | O_CLOEXEC), "/unit_tests", 0,
			    false, true));
	image_names_find(&named.names, address, named.name);
	if (check_uint(named.name->count, 2)) {
		check_str(named.name->functions[0].name, "inlined_here");
		check_contains(named.name->functions[0].place, "image_names_test.c:");
		check_str(named.name->functions[1].name, "outer_function");
		check_contains(named.name->functions[1].place, "image_names_test.c:");
		check_true(strcmp(named.name->functions[0].place, named.name->functions[1].place) !=
			   0);
	}
	named_done(&named);
	check_ok(open_names(&named, open("/proc/self/exe", O_RDONLY | O_CLOEXEC), "/unit_tests", 0,
			    false, false));
	check_name(&named, address, "outer_function", 0);
	named_done(&named);
}

static void a_file_that_cannot_be_read_gives_addresses(void)
{
	struct elf_made made;
	struct named named;

	make(&made);
	made.bytes[0] = 'x';
	open_made(&named, &made, "/usr/lib/libz.so.1", true);
	check_name(&named, 0x10, "0x400010", SYMBOL_INTERPRETER);
	named_done(&named);
}

/* A libelf that is linked in is short of memory too: then there are fewer names. */
static void each_allocation_may_fail(void)
{
	unsigned int nth = 1;
	struct elf_made made;

	make_python(&made, true);
	for (;; nth++) {
		struct named named = {.image = {.id = 1, .path = "/usr/bin/python3.11"}};
		named.image.fd = elf_made_open(&made);
		named.name = calloc(1, sizeof(*named.name));
		memory_fail_at(nth);
		int err = image_names_open(&named.names, &named.image, true, true);
		if (!err)
			image_names_find(&named.names, DATA_CODE, named.name);
		bool failed = memory_failed();
		check_true(!err || (failed && err == -ENOMEM));
		if (!err)
			check_uint(named.name->count, 1);
		named_done(&named);
		if (!failed)
			break;
	}
	check_true(nth > 5);
}

CU_TestInfo image_names_tests[] = {
	TEST(an_address_has_the_name_of_its_symbol),
	TEST(without_a_symbol_it_is_the_beginning_of_the_function),
	TEST(functions_that_start_programs_and_threads_are_told),
	TEST(an_interpreters_functions_are_machinery),
	TEST(builtins_have_pythons_names),
	TEST(the_vdso_is_read_from_memory),
	TEST(memory_that_is_no_elf_file_gives_addresses),
	TEST(inlined_functions_are_told_with_their_lines),
	TEST(a_file_that_cannot_be_read_gives_addresses),
	TEST(each_allocation_may_fail),
	CU_TEST_INFO_NULL,
};
