// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "elf/section.h"

#include <unistd.h>

#include "check.h"
#include "elf_file.h"

enum {
	NAMES_BYTES = 0x200 /* of elf_make()'s table of names */
};

static Elf *open_made(const struct elf_made *made, int *fd)
{
	elf_version(EV_CURRENT);
	*fd = elf_made_open(made);
	return elf_begin(*fd, ELF_C_READ, NULL);
}

static void the_first_section_of_a_name_is_found(void)
{
	uint64_t left = 2 * NAMES_BYTES;
	struct elf_made made;
	GElf_Shdr header = {0};
	int fd;

	elf_make(&made, ET_DYN);
	elf_add_section(&made, ".twice", SHT_PROGBITS, ELF_AT_DATA, 16);
	elf_add_section(&made, ".twice", SHT_PROGBITS, ELF_AT_DATA + 16, 32);
	Elf *elf = open_made(&made, &fd);
	if (check_not_null(section_named(elf, ".twice", &left, &header)))
		check_uint(header.sh_size, 16);
	check_uint(left, NAMES_BYTES);
	check_null(section_named(elf, ".twic", &left, &header));
	check_uint(left, 0);
	elf_end(elf);
	close(fd);
}

static void nothing_is_read_that_cannot_be_afforded(void)
{
	uint64_t left = NAMES_BYTES - 1;
	struct elf_made made;
	GElf_Shdr header;
	int fd;

	elf_make(&made, ET_DYN);
	Elf *elf = open_made(&made, &fd);
	check_null(section_named(elf, ".rodata", &left, &header));
	check_uint(left, NAMES_BYTES - 1);
	check_true(!section_afford(elf_getscn(elf, 1), &left));
	check_uint(left, NAMES_BYTES - 1);
	check_true(section_afford(elf_getscn(elf, 4), &left));
	check_uint(left, NAMES_BYTES - 1 - 0x100);
	check_true(!section_afford(NULL, &left));
	elf_end(elf);
	close(fd);
}

static void a_name_outside_of_the_table_is_no_name(void)
{
	uint64_t left = 10 * NAMES_BYTES;
	struct elf_made made;
	GElf_Shdr header;
	int fd;

	elf_make(&made, ET_DYN);
	elf_sections(&made)[2].sh_name = ~0u;
	Elf *elf = open_made(&made, &fd);
	check_not_null(section_named(elf, ".rodata", &left, &header));
	check_null(section_named(elf, ".dynstr", &left, &header));
	elf_end(elf);
	close(fd);
	elf_head(&made)->e_shstrndx = 100;
	elf = open_made(&made, &fd);
	check_null(section_named(elf, ".rodata", &left, &header));
	elf_end(elf);
	close(fd);
}

static Elf *in_memory(struct elf_made *made)
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
	Elf *elf = in_memory(&made);
	check_uint(elf_ndxscn(section_named(elf, ".dynsym", &left, &header)), 3);
	check_uint(header.sh_type, SHT_DYNSYM);
	check_uint(left, 4096 - 0x200);
	check_null(section_named(elf, ".symtab", &left, &header));
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
	Elf *elf = in_memory(&made);
	check_null(section_data(elf_getscn(elf, 1), &left));
	check_null(section_named(elf, ".dynsym", &left, &header));
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
	Elf *elf = in_memory(&made);
	check_null(section_data(elf_getscn(elf, 4), &left));
	check_null(section_data(elf_getscn(elf, 2), &left));
	elf_end(elf);
}

CU_TestInfo section_tests[] = {
	TEST(the_first_section_of_a_name_is_found),
	TEST(nothing_is_read_that_cannot_be_afforded),
	TEST(a_name_outside_of_the_table_is_no_name),
	TEST(sections_are_found_by_name_and_type),
	TEST(contents_are_read_within_the_budget),
	TEST(what_is_not_in_the_file_is_not_read),
	CU_TEST_INFO_NULL,
};
