// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/static_data.h"

#include <string.h>
#include <unistd.h>

#include "check.h"
#include "elf_file.h"
#include "memory.h"
#include "python_data.h"

enum {
	AT_RELOCATIONS = ELF_AT_NOTES,
	DATA_BYTES = 0x40,
	PLACE = ELF_VADDR + ELF_AT_DATA,
	BUDGET = 1 << 20,
};

struct opened {
	struct static_data data;
	Elf *elf;
	int fd, err;
	uint64_t left;
};

static void make_file(struct elf_made *made)
{
	elf_make(made, ET_DYN);
	elf_add_section(made, ".data", SHT_PROGBITS, ELF_AT_DATA, DATA_BYTES)->sh_flags |=
		SHF_WRITE;
	elf_add_section(made, ".text", SHT_PROGBITS, ELF_AT_PROBE, 0x10)->sh_flags |= SHF_EXECINSTR;
	Elf64_Shdr *relocations = elf_add_section(made, ".rela.dyn", SHT_RELA, AT_RELOCATIONS, 0);
	relocations->sh_link = 3;
	relocations->sh_entsize = sizeof(Elf64_Rela);
	relocations->sh_addralign = 8;
}

static Elf64_Shdr *relocations_of(struct elf_made *made)
{
	return &elf_sections(made)[7];
}

static void add_relocation(struct elf_made *made, uint64_t place, uint64_t info, int64_t addend)
{
	Elf64_Shdr *section = relocations_of(made);
	Elf64_Rela *rela = (Elf64_Rela *)(made->bytes + section->sh_offset + section->sh_size);

	*rela = (Elf64_Rela){.r_offset = place, .r_info = info, .r_addend = addend};
	section->sh_size += sizeof(*rela);
}

static void open_file(const struct elf_made *made, uint64_t budget, struct opened *opened)
{
	opened->left = budget;
	opened->fd = elf_made_open(made);
	elf_version(EV_CURRENT);
	opened->elf = elf_begin(opened->fd, ELF_C_READ, NULL);
	opened->err = static_data_read(opened->elf, &opened->left, &opened->data);
}

static void close_file(struct opened *opened)
{
	static_data_done(&opened->data);
	elf_end(opened->elf);
	close(opened->fd);
}

static void pointers_are_put_in_their_places(void)
{
	struct elf_made made;
	struct opened opened;

	make_file(&made);
	elf_add_symbol(&made, "", 0)->st_shndx = SHN_UNDEF;
	elf_add_symbol(&made, "here", 0x1234);
	elf_add_symbol(&made, "elsewhere", 0x9999)->st_shndx = SHN_UNDEF;
	add_relocation(&made, PLACE, ELF64_R_INFO(0, R_X86_64_RELATIVE), 0x400b00);
	add_relocation(&made, PLACE + 8, ELF64_R_INFO(1, R_X86_64_64), 8);
	add_relocation(&made, PLACE + 16, ELF64_R_INFO(2, R_X86_64_64), 8);
	add_relocation(&made, PLACE + 24, ELF64_R_INFO(1, R_X86_64_GLOB_DAT), 0);
	made.bytes[ELF_AT_DATA + 32] = 77;
	open_file(&made, BUDGET, &opened);
	check_int(opened.err, 0);
	check_uint(static_data_word(&opened.data, PLACE), 0x400b00);
	check_uint(static_data_word(&opened.data, PLACE + 8), 0x123c);
	check_uint(static_data_word(&opened.data, PLACE + 16), 0);
	check_uint(static_data_word(&opened.data, PLACE + 24), 0);
	check_uint(static_data_word(&opened.data, PLACE + 32), 77);
	close_file(&opened);
}

static void relocations_outside_change_nothing(void)
{
	static const uint64_t places[] = {0,
					  PLACE - 1,
					  PLACE + DATA_BYTES - 7,
					  PLACE + DATA_BYTES,
					  ELF_VADDR + ELF_AT_CONSTANTS,
					  UINT64_MAX,
					  ELF_VADDR + ELF_AT_PROBE};
	struct elf_made made;
	struct opened opened;

	make_file(&made);
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		add_relocation(&made, places[i], ELF64_R_INFO(0, R_X86_64_RELATIVE), -1);
	add_relocation(&made, PLACE, ELF64_R_INFO(0xffffffff, R_X86_64_64), -1);
	open_file(&made, BUDGET, &opened);
	for (uint64_t at = 0; at < DATA_BYTES; at += 8)
		check_uint(static_data_word(&opened.data, PLACE + at), 0);
	check_uint(static_data_word(&opened.data, ELF_VADDR + ELF_AT_CONSTANTS), 0);
	close_file(&opened);
}

static void relocations_that_say_nothing_of_memory_are_left(void)
{
	struct elf_made made;
	struct opened opened;

	make_file(&made);
	add_relocation(&made, PLACE, ELF64_R_INFO(0, R_X86_64_RELATIVE), 1);
	relocations_of(&made)->sh_flags = 0;
	open_file(&made, BUDGET, &opened);
	check_uint(static_data_word(&opened.data, PLACE), 0);
	close_file(&opened);
	relocations_of(&made)->sh_flags = SHF_ALLOC;
	relocations_of(&made)->sh_link = 100;
	open_file(&made, BUDGET, &opened);
	check_uint(static_data_word(&opened.data, PLACE), 1);
	close_file(&opened);
}

static void only_what_is_mapped_is_there(void)
{
	struct elf_made made;
	struct opened opened;

	make_file(&made);
	elf_add_section(&made, ".debug", SHT_PROGBITS, 0x1100, 8)->sh_flags = 0;
	elf_add_section(&made, ".bss", SHT_NOBITS, 0x1200, 8);
	elf_add_section(&made, ".tdata", SHT_PROGBITS, 0x1300, 8)->sh_flags |= SHF_TLS;
	open_file(&made, BUDGET, &opened);
	check_uint(opened.data.regions.count, 3);
	check_true(static_data_has(&opened.data, PLACE, DATA_BYTES));
	check_true(!static_data_has(&opened.data, PLACE, DATA_BYTES + 1));
	check_true(!static_data_has(&opened.data, PLACE - 1, 1));
	check_true(static_data_is_code(&opened.data, ELF_VADDR + ELF_AT_PROBE));
	check_true(!static_data_is_code(&opened.data, ELF_VADDR + ELF_AT_PROBE + 0x10));
	check_true(!static_data_is_code(&opened.data, PLACE));
	check_true(!static_data_has(&opened.data, ELF_VADDR + ELF_AT_PROBE, 1));
	check_null(static_data_region(&opened.data, ELF_VADDR + 0x1100));
	check_null(static_data_region(&opened.data, 0));
	close_file(&opened);
}

static void what_cannot_be_afforded_is_not_there(void)
{
	struct elf_made made;
	struct opened opened;

	make_file(&made);
	open_file(&made, DATA_BYTES, &opened);
	check_int(opened.err, 0);
	check_true(!static_data_has(&opened.data, ELF_VADDR + ELF_AT_CONSTANTS, 1));
	check_true(static_data_has(&opened.data, PLACE, 1));
	check_uint(opened.left, 0);
	close_file(&opened);
	elf_sections(&made)[5].sh_size = 1 << 19; /* more than the file has */
	open_file(&made, BUDGET, &opened);
	check_int(opened.err, 0);
	check_true(!static_data_has(&opened.data, PLACE, 1));
	close_file(&opened);
	elf_sections(&made)[5].sh_addr = UINT64_MAX - 8;
	open_file(&made, BUDGET, &opened);
	check_null(static_data_region(&opened.data, UINT64_MAX - 8));
	close_file(&opened);
}

static void names_are_identifiers(void)
{
	static const struct {
		const char *text;
		bool is_plain, is_dotted;
	} texts[] = {
		{"sort", true, true},	{"_x9", true, true},	{"", false, false},
		{"9x", false, false},	{"a b", false, false},	{"a.b", false, true},
		{"a.b.C", false, true}, {"a.", false, false},	{".a", false, false},
		{"a..b", false, false}, {"a.9", false, false},	{"method-wrapper", false, true},
		{"-a", false, false},	{"a.-b", false, false}, {"\xc3\xa4", false, false},
	};
	struct python_data made;

	python_data_make(&made);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		uint64_t vaddr = data_text(&made, texts[i].text);

		check_str(static_data_name(&made.data, vaddr, false),
			  texts[i].is_plain ? texts[i].text : NULL);
		check_str(static_data_name(&made.data, vaddr, true),
			  texts[i].is_dotted ? texts[i].text : NULL);
	}
	check_null(static_data_name(&made.data, DATA_CODE, true));
	check_null(static_data_name(&made.data, 0, true));
}

static void names_end_in_their_section(void)
{
	struct python_data made;

	python_data_make(&made);
	memset(made.texts, 'a', sizeof(made.texts));
	check_null(static_data_name(&made.data, DATA_TEXTS + DATA_TEXT_BYTES - 10, true));
	made.texts[STATIC_TEXT_BYTES] = '\0';
	check_null(static_data_name(&made.data, DATA_TEXTS, true));
	check_not_null(static_data_name(&made.data, DATA_TEXTS + 1, true));
}

static void running_out_of_memory_is_told(void)
{
	struct elf_made made;
	struct opened opened;

	make_file(&made);
	for (unsigned int nth = 1;; nth++) {
		memory_fail_at(nth);
		open_file(&made, BUDGET, &opened);
		bool failed = memory_failed();
		check_int(opened.err, failed ? -ENOMEM : 0);
		close_file(&opened);
		if (!failed)
			break;
	}
}

CU_TestInfo static_data_tests[] = {
	TEST(pointers_are_put_in_their_places),
	TEST(relocations_outside_change_nothing),
	TEST(relocations_that_say_nothing_of_memory_are_left),
	TEST(only_what_is_mapped_is_there),
	TEST(what_cannot_be_afforded_is_not_there),
	TEST(names_are_identifiers),
	TEST(names_end_in_their_section),
	TEST(running_out_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
