// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/section_data.h"

#include "check.h"
#include "elf_file.h"

static Elf *open_made(struct elf_made *made)
{
	elf_version(EV_CURRENT);
	return elf_memory((char *)made->bytes, sizeof(made->bytes));
}

static void sections_are_found_by_name_and_type(void)
{
	uint64_t left = 4096;
	struct elf_made made;
	GElf_Shdr header;

	elf_make(&made, ET_DYN);
	Elf *elf = open_made(&made);
	check_uint(elf_ndxscn(section_find(elf, ".dynsym", &left, &header)), 3);
	check_uint(header.sh_type, SHT_DYNSYM);
	check_uint(left, 4096 - 0x200);
	check_null(section_find(elf, ".symtab", &left, &header));
	check_uint(elf_ndxscn(section_of_type(elf, SHT_STRTAB, &header)), 1);
	check_uint(header.sh_offset, ELF_AT_NAMES);
	check_null(section_of_type(elf, SHT_SYMTAB, &header));
	elf_end(elf);
}

static void contents_are_read_within_the_budget(void)
{
	uint64_t left = 0x100;
	struct elf_made made;
	GElf_Shdr header;

	elf_make(&made, ET_DYN);
	elf_sections(&made)[4].sh_size = 0xff;
	Elf *elf = open_made(&made);
	check_null(section_data(elf_getscn(elf, 1), &left));
	check_null(section_find(elf, ".dynsym", &left, &header));
	check_null(section_data(NULL, &left));
	check_uint(left, 0x100);
	const Elf_Data *data = section_data(elf_getscn(elf, 4), &left);
	if (check_not_null(data)) {
		check_uint(data->d_size, 0xff);
		check_ok(memcmp(data->d_buf, made.bytes + ELF_AT_CONSTANTS, 0xff));
	}
	check_uint(left, 1);
	elf_end(elf);
}

static void what_is_not_in_the_file_is_not_read(void)
{
	uint64_t left = 1 << 20;
	struct elf_made made;

	elf_make(&made, ET_DYN);
	elf_sections(&made)[4].sh_offset = ELF_FILE_BYTES - 0xff;
	elf_sections(&made)[2].sh_type = SHT_NOBITS;
	Elf *elf = open_made(&made);
	check_null(section_data(elf_getscn(elf, 4), &left));
	check_null(section_data(elf_getscn(elf, 2), &left));
	elf_end(elf);
}

CU_TestInfo section_data_tests[] = {
	TEST(sections_are_found_by_name_and_type),
	TEST(contents_are_read_within_the_budget),
	TEST(what_is_not_in_the_file_is_not_read),
	CU_TEST_INFO_NULL,
};
