// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/section.h"

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

CU_TestInfo section_tests[] = {
	TEST(the_first_section_of_a_name_is_found),
	TEST(nothing_is_read_that_cannot_be_afforded),
	TEST(a_name_outside_of_the_table_is_no_name),
	CU_TEST_INFO_NULL,
};
