// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/plt.h"

#include "base/cleanup.h"
#include "check.h"
#include "elf_file.h"

enum {
	AT_RELOCATIONS = ELF_AT_NOTES,
	AT_PLT = ELF_AT_DATA,
	PLT = ELF_VADDR + AT_PLT,
	GOT = ELF_VADDR + 0x3000,
};

/* Slots of the GOT are 8 bytes: the first is put's, the second get's. */
static void add_relocation(struct elf_made *made, uint32_t symbol, uint32_t type)
{
	Elf64_Shdr *section = &elf_sections(made)[5];
	uint64_t count = section->sh_size / sizeof(Elf64_Rela);
	Elf64_Rela *relocation = (Elf64_Rela *)(made->bytes + AT_RELOCATIONS) + count;

	*relocation =
		(Elf64_Rela){.r_offset = GOT + count * 8, .r_info = ELF64_R_INFO(symbol, type)};
	section->sh_size += sizeof(*relocation);
}

static void make_file(struct elf_made *made, const char *name, uint64_t entry_size)
{
	elf_make(made, ET_DYN);
	elf_add_symbol(made, "", 0);
	elf_add_symbol(made, "put", 0);
	elf_add_symbol(made, "get", 0);
	Elf64_Shdr *section = elf_add_section(made, ".rela.plt", SHT_RELA, AT_RELOCATIONS, 0);
	section->sh_link = 3;
	section->sh_entsize = sizeof(Elf64_Rela);
	section->sh_addralign = 8;
	add_relocation(made, 1, R_X86_64_JUMP_SLOT);
	add_relocation(made, 2, R_X86_64_GLOB_DAT);
	section = elf_add_section(made, name, SHT_PROGBITS, AT_PLT, 0);
	section->sh_flags |= SHF_EXECINSTR;
	section->sh_entsize = entry_size;
}

/* Adds prefix and "jmp *slot(%rip)", and bytes up to the size of a stub. */
static void add_stub(struct elf_made *made, const char *prefix, uint64_t slot)
{
	Elf64_Shdr *section = &elf_sections(made)[6];
	uint8_t *stub = made->bytes + AT_PLT + section->sh_size;
	size_t size = strlen(prefix);
	int32_t distance = (int32_t)(slot - (PLT + section->sh_size + size + 6));

	memset(stub, 0x90, section->sh_entsize);
	memcpy(stub, prefix, size);
	memcpy(stub + size, "\xff\x25", 2);
	memcpy(stub + size + 2, &distance, sizeof(distance));
	section->sh_size += section->sh_entsize;
}

static struct symbol_table read_stubs(const struct elf_made *made)
{
	struct symbol_table table = {0};
	uint32_t dynstr = 0;

	elf_version(EV_CURRENT);
	Elf *elf = elf_memory((char *)made->bytes, sizeof(made->bytes));
	check_ok(symbol_table_add_names(&table, "before", 6, &dynstr));
	check_ok(symbol_table_add_names(&table, made->bytes + ELF_AT_STRINGS, made->strings,
					&dynstr));
	check_ok(plt_add(elf, 1 << 20, dynstr, &table));
	check_ok(symbol_table_sort(&table));
	elf_end(elf);
	return table;
}

/* "" where there is no stub. */
static void check_stub(const struct symbol_table *table, uint64_t vaddr, const char *expected)
{
	const struct symbol_row *row = symbol_table_find(table, vaddr);

	check_str(row ? table->names.items + row->name : "", expected);
	if (row)
		check_uint(row->is_stub, 1);
}

static void stubs_are_named_by_the_slot_that_they_jump_by(void)
{
	struct elf_made made;

	make_file(&made, ".plt", 16);
	add_stub(&made, "\xff\x35\x01\x01\x01\x01", GOT); /* of the resolver: pushes first */
	add_stub(&made, "", GOT + 8);
	add_stub(&made, "", GOT);
	add_stub(&made, "", GOT + 16);
	CLEANUP(symbol_table_done) struct symbol_table table = read_stubs(&made);
	check_uint(table.count, 2);
	check_stub(&table, PLT, "");
	check_stub(&table, PLT + 16, "get");
	check_stub(&table, PLT + 31, "get");
	check_stub(&table, PLT + 32, "put");
	check_stub(&table, PLT + 48, "");
}

static void stubs_may_begin_with_endbr64_and_a_prefix(void)
{
	struct elf_made made;

	make_file(&made, ".plt.sec", 16);
	add_stub(&made, "\xf3\x0f\x1e\xfa", GOT);
	add_stub(&made, "\xf3\x0f\x1e\xfa\xf2", GOT + 8);
	CLEANUP(symbol_table_done) struct symbol_table table = read_stubs(&made);
	check_stub(&table, PLT, "put");
	check_stub(&table, PLT + 16, "get");
	check_stub(&table, PLT + 32, "");
}

static void stubs_of_plt_got_are_8_bytes(void)
{
	struct elf_made made;

	make_file(&made, ".plt.got", 8);
	add_stub(&made, "", GOT + 8);
	add_stub(&made, "", GOT);
	CLEANUP(symbol_table_done) struct symbol_table table = read_stubs(&made);
	check_stub(&table, PLT + 7, "get");
	check_stub(&table, PLT + 8, "put");
}

static void check_no_stub(const struct elf_made *made)
{
	CLEANUP(symbol_table_done) struct symbol_table table = read_stubs(made);

	check_uint(table.count, 0);
}

static void what_is_broken_names_nothing(void)
{
	struct elf_made made, broken;

	make_file(&made, ".plt", 16);
	add_stub(&made, "", GOT);
	broken = made;
	elf_head(&broken)->e_machine = EM_AARCH64;
	check_no_stub(&broken);
	broken = made;
	elf_sections(&broken)[6].sh_flags = SHF_ALLOC;
	check_no_stub(&broken);
	broken = made;
	elf_sections(&broken)[6].sh_size = 15;
	check_no_stub(&broken);
	broken = made;
	elf_sections(&broken)[5].sh_link = 77;
	check_no_stub(&broken);
	broken = made;
	elf_sections(&broken)[5].sh_link = 4; /* not symbols */
	check_no_stub(&broken);
	broken = made;
	((Elf64_Rela *)(broken.bytes + AT_RELOCATIONS))->r_info =
		ELF64_R_INFO(1000, R_X86_64_JUMP_SLOT);
	check_no_stub(&broken);
	broken = made;
	((Elf64_Sym *)(broken.bytes + ELF_AT_SYMBOLS))[1].st_name = UINT32_MAX;
	check_no_stub(&broken);
}

CU_TestInfo plt_tests[] = {
	TEST(stubs_are_named_by_the_slot_that_they_jump_by),
	TEST(stubs_may_begin_with_endbr64_and_a_prefix),
	TEST(stubs_of_plt_got_are_8_bytes),
	TEST(what_is_broken_names_nothing),
	CU_TEST_INFO_NULL,
};
