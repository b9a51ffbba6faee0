// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/builtins.h"

#include <string.h>
#include <unistd.h>

#include "check.h"
#include "elf_file.h"
#include "memory.h"
#include "python_data.h"

enum {
	AT_TEXTS = ELF_AT_NOTES,
	AT_RELOCATIONS = ELF_AT_DATA + DATA_WORDS * 8,
	F = DATA_CODE + 0x100, /* functions: F, F + 1 ... */
	SYMBOLS = 3,	       /* sections */

	RELOCATIONS = 8,
};

static void add_mapped(struct elf_made *made, const char *name, uint64_t flags, uint64_t vaddr,
		       uint64_t offset, uint64_t bytes)
{
	Elf64_Shdr *section = elf_add_section(made, name, SHT_PROGBITS, offset, bytes);

	section->sh_flags |= flags;
	section->sh_addr = vaddr;
}

/* An executable with the data, and with relocations yet to come. */
static void make_file(struct elf_made *made, const struct python_data *data)
{
	elf_make(made, ET_EXEC);
	add_mapped(made, ".text", SHF_EXECINSTR, DATA_CODE, 0, DATA_CODE_BYTES);
	add_mapped(made, ".texts", 0, DATA_TEXTS, AT_TEXTS, DATA_TEXT_BYTES);
	add_mapped(made, ".data", SHF_WRITE, DATA_WORDS_AT, ELF_AT_DATA, sizeof(data->words));
	Elf64_Shdr *relocations = elf_add_section(made, ".rela.dyn", SHT_RELA, AT_RELOCATIONS, 0);
	relocations->sh_link = SYMBOLS;
	relocations->sh_entsize = sizeof(Elf64_Rela);
	relocations->sh_addralign = 8;
	memcpy(made->bytes + AT_TEXTS, data->texts, sizeof(data->texts));
	memcpy(made->bytes + ELF_AT_DATA, data->words, sizeof(data->words));
}

/* The same as a shared object: what were addresses are relocations now, and 0 in their places. */
static void make_shared(struct elf_made *made, const struct python_data *data)
{
	make_file(made, data);
	elf_head(made)->e_type = ET_DYN;
	Elf64_Rela *rela = (Elf64_Rela *)(made->bytes + AT_RELOCATIONS);
	uint64_t *words = (uint64_t *)(made->bytes + ELF_AT_DATA);
	for (size_t i = 0; i < DATA_WORDS; i++) {
		if (words[i] < DATA_CODE || words[i] > DATA_WORDS_AT * 2)
			continue;
		*rela++ = (Elf64_Rela){.r_offset = DATA_WORDS_AT + i * 8,
				       .r_info = ELF64_R_INFO(0, R_X86_64_RELATIVE),
				       .r_addend = (int64_t)words[i]};
		elf_sections(made)[RELOCATIONS].sh_size += sizeof(*rela);
		words[i] = 0;
	}
}

static int read_file(const struct elf_made *made, struct builtins *builtins)
{
	int fd = elf_made_open(made);
	int err = builtins_read(fd, builtins);

	close(fd);
	return err;
}

static void make_python(struct python_data *data)
{
	python_data_make(data);
	uint64_t list = data_method(data, "sort", F);
	data_method(data, "append", F + 1);
	data_end(data);
	uint64_t functions = data_method(data, "sum", F + 2);
	data_end(data);
	uint64_t math = data_method(data, "sqrt", F + 3);
	data_end(data);
	uint64_t type = data_type(data, 0, "list", list);
	*data_word(data, type + 104) = F + 4; /* tp_call */
	*data_word(data, type + 112) = F;     /* tp_str */
	data_module(data, "builtins", functions);
	data_module(data, "math", math);
}

static void check_python(const struct builtins *builtins)
{
	check_uint(builtins->list.count, 5);
	check_str(builtins_find(builtins, F), "list.sort");
	check_str(builtins_find(builtins, F + 1), "list.append");
	check_str(builtins_find(builtins, F + 2), "sum");
	check_str(builtins_find(builtins, F + 3), "math.sqrt");
	check_str(builtins_find(builtins, F + 4), "list.__call__");
	check_null(builtins_find(builtins, F + 5));
	check_null(builtins_find(builtins, F - 1));
}

static void functions_are_named_without_symbols(void)
{
	static struct python_data data;
	struct elf_made made;
	struct builtins builtins;

	make_python(&data);
	make_file(&made, &data);
	check_int(read_file(&made, &builtins), 0);
	check_python(&builtins);
	builtins_done(&builtins);
	make_shared(&made, &data);
	check_int(read_file(&made, &builtins), 0);
	check_python(&builtins);
	builtins_done(&builtins);
	elf_sections(&made)[RELOCATIONS].sh_size = 0;
	check_int(read_file(&made, &builtins), 0);
	check_uint(builtins.list.count, 0);
	check_null(builtins_find(&builtins, F));
	builtins_done(&builtins);
}

static void one_function_of_several_methods(void)
{
	static struct python_data data;
	struct elf_made made;
	struct builtins builtins;

	python_data_make(&data);
	uint64_t a = data_method(&data, "acquire_lock", F);
	data_method(&data, "acquire", F);
	data_method(&data, "union", F + 1);
	data_method(&data, "folded", F + 2);
	data_end(&data);
	uint64_t b = data_method(&data, "union", F + 1);
	data_method(&data, "other", F + 2);
	data_end(&data);
	data_type(&data, 0, "lock", a);
	data_type(&data, 0, "frozenset", b);
	make_file(&made, &data);
	check_int(read_file(&made, &builtins), 0);
	check_uint(builtins.list.count, 2);
	check_str(builtins_find(&builtins, F), "lock.acquire_lock");
	check_str(builtins_find(&builtins, F + 1), "union");
	check_null(builtins_find(&builtins, F + 2));
	builtins_done(&builtins);
}

static void slots_of_several_types_have_no_name(void)
{
	static struct python_data data;
	struct elf_made made;
	struct builtins builtins;

	python_data_make(&data);
	uint64_t a = data_method(&data, "x", F), b = data_method(&data, "y", F + 1);
	uint64_t type_a = data_type(&data, 0, "A", a), type_b = data_type(&data, 0, "B", b);
	*data_word(&data, type_a + 104) = *data_word(&data, type_b + 104) = F + 2;
	*data_word(&data, type_a + 64) = *data_word(&data, type_a + 112) = F + 3;
	*data_word(&data, type_b + 64) = F + 4;
	make_file(&made, &data);
	elf_add_symbol(&made, "PyB_Repr", F + 4)->st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
	check_int(read_file(&made, &builtins), 0);
	check_null(builtins_find(&builtins, F + 2));
	check_str(builtins_find(&builtins, F + 3), "A.__repr__");
	check_null(builtins_find(&builtins, F + 4));
	builtins_done(&builtins);
}

static void add_function(struct elf_made *made, const char *name, uint64_t value)
{
	elf_add_symbol(made, name, value)->st_info = ELF64_ST_INFO(STB_LOCAL, STT_FUNC);
}

static void symbols_lead_to_the_parts_of_a_function(void)
{
	static struct python_data data;
	struct elf_made made;
	struct builtins builtins;

	make_python(&data);
	make_file(&made, &data);
	elf_sections(&made)[SYMBOLS].sh_type = SHT_SYMTAB;
	add_function(&made, "list_sort", F);
	add_function(&made, "list_sort_impl", F + 0x10);
	add_function(&made, "list_sort_impl.cold", F + 0x20);
	add_function(&made, "list_sort.isra.0", F + 0x30);
	add_function(&made, "list_sort_implement", F + 0x40);
	add_function(&made, "_impl", F + 0x50);
	add_function(&made, "list_sort.part.0", F + 0x30);
	elf_add_symbol(&made, "list_sort.lto", F + 0x60);
	check_int(read_file(&made, &builtins), 0);
	check_uint(builtins.list.count, 8);
	check_str(builtins_find(&builtins, F + 0x10), "list.sort");
	check_str(builtins_find(&builtins, F + 0x20), "list.sort");
	check_str(builtins_find(&builtins, F + 0x30), "list.sort");
	builtins_done(&builtins);
}

static void symbols_of_two_functions_lead_nowhere(void)
{
	static struct python_data data;
	struct elf_made made;
	struct builtins builtins;

	make_python(&data);
	make_file(&made, &data);
	elf_sections(&made)[SYMBOLS].sh_type = SHT_SYMTAB;
	add_function(&made, "same", F);
	add_function(&made, "same", F + 1);
	add_function(&made, "same_impl", F + 0x10);
	add_function(&made, "twice", F + 2);
	add_function(&made, "twice", F + 2);
	add_function(&made, "twice_impl", F + 0x20);
	add_function(&made, "nowhere", F + 3);
	elf_add_symbol(&made, "", F + 0x30)->st_name = ~0u;
	check_int(read_file(&made, &builtins), 0);
	check_uint(builtins.list.count, 6);
	check_str(builtins_find(&builtins, F + 0x20), "sum");
	builtins_done(&builtins);
	elf_sections(&made)[2].sh_size = 2; /* of the texts */
	check_int(read_file(&made, &builtins), 0);
	check_uint(builtins.list.count, 5);
	builtins_done(&builtins);
}

static void other_files_are_refused(void)
{
	static struct python_data data;
	struct elf_made made, good;
	struct builtins builtins;

	make_python(&data);
	make_file(&good, &data);
	made = good;
	made.bytes[0] = 0;
	check_int(read_file(&made, &builtins), -ENOEXEC);
	check_uint(builtins.list.count, 0);
	made = good;
	elf_head(&made)->e_machine = EM_AARCH64;
	check_int(read_file(&made, &builtins), -ENOEXEC);
	made = good;
	elf_head(&made)->e_type = ET_REL;
	check_int(read_file(&made, &builtins), -ENOEXEC);
	made = good;
	made.bytes[EI_CLASS] = ELFCLASS32;
	check_int(read_file(&made, &builtins), -ENOEXEC);
	check_int(builtins_read(-1, &builtins), -ENOEXEC);
	builtins_done(&builtins);
}

static void running_out_of_memory_is_told(void)
{
	static struct python_data data;
	struct elf_made made;
	struct builtins builtins;

	make_python(&data);
	make_shared(&made, &data);
	elf_sections(&made)[SYMBOLS].sh_type = SHT_SYMTAB;
	add_function(&made, "list_sort", F);
	add_function(&made, "list_sort_impl", F + 0x10);
	for (unsigned int nth = 1;; nth++) {
		memory_fail_at(nth);
		int err = read_file(&made, &builtins);
		bool failed = memory_failed();
		check_int(err, failed ? -ENOMEM : 0);
		check_uint(builtins.list.count, failed ? 0 : 6);
		builtins_done(&builtins);
		if (!failed)
			break;
	}
}

CU_TestInfo builtins_tests[] = {
	TEST(functions_are_named_without_symbols),   TEST(one_function_of_several_methods),
	TEST(slots_of_several_types_have_no_name),   TEST(symbols_lead_to_the_parts_of_a_function),
	TEST(symbols_of_two_functions_lead_nowhere), TEST(other_files_are_refused),
	TEST(running_out_of_memory_is_told),	     CU_TEST_INFO_NULL,
};
