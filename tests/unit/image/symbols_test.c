// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/symbols.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <lzma.h>
#include <sys/auxv.h>

#include "base/cleanup.h"
#include "check.h"
#include "elf_file.h"
#include "memory.h"

enum {
	TEXT = ELF_VADDR + ELF_AT_DATA,
	TEXT_BYTES = 0x800,
	AT_PACKED = ELF_AT_DATA + TEXT_BYTES,
};

/* A file with a section of code, number 5. */
static void make_file(struct elf_made *made)
{
	elf_make(made, ET_DYN);
	elf_add_section(made, ".text", SHT_PROGBITS, ELF_AT_DATA, TEXT_BYTES)->sh_flags |=
		SHF_EXECINSTR;
	elf_add_symbol(made, "", 0);
}

static Elf64_Sym *add_symbol(struct elf_made *made, const char *name, uint64_t value, uint64_t size,
			     unsigned char info)
{
	Elf64_Sym *symbol = elf_add_symbol(made, name, value);

	symbol->st_size = size;
	symbol->st_shndx = 5;
	symbol->st_info = info;
	return symbol;
}

static Elf64_Sym *add_function(struct elf_made *made, const char *name, uint64_t value)
{
	return add_symbol(made, name, value, 16, ELF64_ST_INFO(STB_GLOBAL, STT_FUNC));
}

static struct symbols *open_made(const struct elf_made *made)
{
	struct symbols *symbols = NULL;

	check_ok(symbols_open_memory(made->bytes, sizeof(made->bytes), &symbols));
	return symbols;
}

/* "" for an address that has no name. */
static void check_name(struct symbols *symbols, uint64_t vaddr, const char *expected)
{
	struct symbol symbol = {.name = ""};

	symbols_find(symbols, vaddr, &symbol);
	check_str(symbol.name, expected);
}

static void functions_have_name_start_and_size(void)
{
	struct elf_made made;
	struct symbol symbol = {0};

	make_file(&made);
	add_function(&made, "first", TEXT);
	add_function(&made, "_ZN1AdlEPv", TEXT + 32);
	struct symbols *symbols = open_made(&made);
	check_uint(symbols_count(symbols), 2);
	if (check_true(symbols_find(symbols, TEXT + 40, &symbol))) {
		check_str(symbol.name, "A::operator delete");
		check_uint(symbol.start, TEXT + 32);
		check_uint(symbol.size, 16);
	}
	const char *name = symbol.name;
	check_true(!symbols_find(symbols, TEXT + 16, &symbol));
	check_true(!symbols_find(symbols, TEXT + 48, &symbol));
	check_true(symbols_find(symbols, TEXT + 32, &symbol));
	check_true(symbol.name == name);
	check_name(symbols, TEXT, "first");
	symbols_free(symbols);
	symbols_free(NULL);
}

static void what_is_no_function_has_no_name(void)
{
	struct elf_made made;

	for (int i = 0; i < 10; i++) {
		make_file(&made);
		Elf64_Sym *symbol = add_function(&made, "f", TEXT);
		static const uint16_t sections[] = {SHN_UNDEF, SHN_ABS, SHN_XINDEX, 4, 77};
		static const int types[] = {STT_OBJECT, STT_SECTION, STT_TLS, STT_FILE, STT_NOTYPE};
		if (i < 5)
			symbol->st_shndx = sections[i];
		else
			symbol->st_info = ELF64_ST_INFO(STB_GLOBAL, types[i - 5]);
		struct symbols *symbols = open_made(&made);
		check_uint(symbols_count(symbols), 0);
		check_name(symbols, TEXT, "");
		symbols_free(symbols);
	}
}

static void assembly_code_has_names(void)
{
	struct elf_made made;

	make_file(&made);
	add_symbol(&made, "kernel", TEXT, 0, ELF64_ST_INFO(STB_LOCAL, STT_NOTYPE));
	add_symbol(&made, "$x.1", TEXT + 8, 0, ELF64_ST_INFO(STB_LOCAL, STT_NOTYPE));
	add_symbol(&made, "chosen", TEXT + 64, 8, ELF64_ST_INFO(STB_GLOBAL, STT_GNU_IFUNC));
	add_symbol(&made, "etext", TEXT + TEXT_BYTES, 0, ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE));
	struct symbols *symbols = open_made(&made);
	check_name(symbols, TEXT - 1, "");
	check_name(symbols, TEXT + 63, "kernel");
	check_name(symbols, TEXT + 64, "chosen");
	check_name(symbols, TEXT + 72, "");
	check_name(symbols, TEXT + TEXT_BYTES, "");
	symbols_free(symbols);
}

static void versions_are_not_part_of_a_name(void)
{
	struct elf_made made;

	make_file(&made);
	add_function(&made, "memcpy@@GLIBC_2.14", TEXT);
	struct symbols *symbols = open_made(&made);
	check_name(symbols, TEXT, "memcpy");
	symbols_free(symbols);
}

static void stubs_are_named_after_what_they_lead_to(void)
{
	struct elf_made made;
	uint64_t got = ELF_VADDR;

	make_file(&made);
	add_symbol(&made, "_ZdlPv", 0, 0, ELF64_ST_INFO(STB_GLOBAL, STT_FUNC))->st_shndx =
		SHN_UNDEF;
	*(Elf64_Rela *)(made.bytes + ELF_AT_NOTES) =
		(Elf64_Rela){.r_offset = got, .r_info = ELF64_R_INFO(1, R_X86_64_JUMP_SLOT)};
	elf_add_section(&made, ".rela.plt", SHT_RELA, ELF_AT_NOTES, sizeof(Elf64_Rela))->sh_link =
		3;
	elf_sections(&made)[6].sh_addralign = 8;
	elf_add_section(&made, ".plt", SHT_PROGBITS, ELF_AT_DATA, 16)->sh_flags |= SHF_EXECINSTR;
	int32_t distance = (int32_t)(got - (TEXT + 6));
	memcpy(made.bytes + ELF_AT_DATA, "\xff\x25", 2);
	memcpy(made.bytes + ELF_AT_DATA + 2, &distance, sizeof(distance));
	struct symbols *symbols = open_made(&made);
	check_name(symbols, TEXT + 15, "operator delete@plt");
	check_name(symbols, TEXT + 16, "");
	symbols_free(symbols);
}

static void symbols_of_an_object_are_relative_to_their_section(void)
{
	struct elf_made made;

	make_file(&made);
	add_function(&made, "jitted", 0x20);
	elf_head(&made)->e_type = ET_REL;
	elf_sections(&made)[3].sh_type = SHT_SYMTAB;
	struct symbols *symbols = open_made(&made);
	check_name(symbols, TEXT + 0x20, "jitted");
	check_name(symbols, 0x20, "");
	symbols_free(symbols);
}

/* A file whose own table has "exported", and an inner one that has "hidden". */
static size_t make_packed(struct elf_made *made)
{
	static struct elf_made inner;
	size_t size = 0, most = ELF_FILE_BYTES - AT_PACKED;

	make_file(&inner);
	add_function(&inner, "hidden", TEXT);
	elf_sections(&inner)[3].sh_type = SHT_SYMTAB;
	elf_sections(&inner)[5].sh_type = SHT_NOBITS;
	make_file(made);
	add_function(made, "exported", TEXT + 32);
	check_int(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64, NULL, inner.bytes,
					  sizeof(inner.bytes), made->bytes + AT_PACKED, &size,
					  most),
		  LZMA_OK);
	elf_add_section(made, ".gnu_debugdata", SHT_PROGBITS, AT_PACKED, size);
	return size;
}

static void packed_symbols_are_added_to_those_of_a_stripped_file(void)
{
	struct elf_made made;

	make_packed(&made);
	struct symbols *symbols = open_made(&made);
	check_name(symbols, TEXT, "hidden");
	check_name(symbols, TEXT + 32, "exported");
	symbols_free(symbols);
	/* Not when there is a .symtab. */
	elf_sections(&made)[3].sh_type = SHT_SYMTAB;
	symbols = open_made(&made);
	check_name(symbols, TEXT, "");
	check_name(symbols, TEXT + 32, "exported");
	symbols_free(symbols);
}

static void broken_packed_symbols_leave_the_others(void)
{
	struct elf_made made;

	size_t size = make_packed(&made);
	made.bytes[AT_PACKED + size / 2] ^= 0x10;
	struct symbols *symbols = open_made(&made);
	check_uint(symbols_count(symbols), 1);
	check_name(symbols, TEXT + 32, "exported");
	symbols_free(symbols);
}

static void what_is_no_elf_file_is_refused(void)
{
	static const char text[] = "!<arch>\n not an ELF file, and not an archive";
	struct symbols *symbols = NULL;
	CLEANUP(closep) int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	check_int(symbols_open(null, "/dev/null", &symbols), -ENOEXEC);
	check_int(symbols_open(-1, "/x", &symbols), -ENOEXEC);
	check_int(symbols_open_memory(text, sizeof(text), &symbols), -ENOEXEC);
	check_int(symbols_open_memory("\x7f"
				      "ELF",
				      4, &symbols),
		  -ENOEXEC);
	check_int(symbols_open_memory("", 0, &symbols), -ENOEXEC);
	check_null(symbols);
}

static void every_byte_may_be_wrong(void)
{
	static struct elf_made made;

	make_packed(&made);
	for (size_t at = 0; at < AT_PACKED; at += at < ELF_AT_NAMES ? 1 : 16) {
		uint8_t before = made.bytes[at];

		for (int bit = 0; bit < 8; bit++) {
			struct symbols *symbols = NULL;
			struct symbol symbol;

			made.bytes[at] = (uint8_t)(before ^ 1 << bit);
			int err = symbols_open_memory(made.bytes, sizeof(made.bytes), &symbols);
			check_true(!err || err == -ENOEXEC);
			for (uint64_t i = 0; !err && i < 64; i++)
				if (symbols_find(symbols, TEXT + i, &symbol))
					check_true(symbol.start <= TEXT + i &&
						   TEXT + i - symbol.start < symbol.size);
			symbols_free(symbols);
		}
		made.bytes[at] = before;
	}
}

/* What is to be added to the addresses of this program's file. */
static uint64_t own_bias(void)
{
	const ElfW(Phdr) *segments = (const void *)getauxval(AT_PHDR);

	for (size_t i = 0; i < getauxval(AT_PHNUM); i++)
		if (segments[i].p_type == PT_PHDR)
			return (uint64_t)segments - segments[i].p_vaddr;
	return 0;
}

static void this_program_has_names(void)
{
	CLEANUP(closep) int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct symbols *symbols = NULL;

	if (!check_ok(symbols_open(fd, "/proc/self/exe", &symbols)))
		return;
	check_name(symbols, (uint64_t)this_program_has_names - own_bias(),
		   "this_program_has_names");
	check_name(symbols, (uint64_t)symbols_open - own_bias() + 1, "symbols_open");
	symbols_free(symbols);
}

static void the_vdso_has_names(void)
{
	const void *vdso = (const void *)getauxval(AT_SYSINFO_EHDR);
	const Elf64_Ehdr *head = vdso;
	struct symbols *symbols = NULL;
	size_t found = 0;

	if (!vdso) {
		CU_PASS("the kernel maps no vdso");
		return;
	}
	size_t size = head->e_shoff + (size_t)head->e_shnum * head->e_shentsize;
	if (!check_ok(symbols_open_memory(vdso, size, &symbols)))
		return;
	for (uint64_t vaddr = 0; vaddr < size; vaddr++) {
		struct symbol symbol;

		found += symbols_find(symbols, vaddr, &symbol) && symbol.start == vaddr &&
			 strstr(symbol.name, "clock_gettime");
	}
	check_true(found > 0);
	symbols_free(symbols);
}

static void without_memory_it_says_so(void)
{
	struct elf_made made;
	unsigned int nth = 0;
	int err = -ENOMEM;

	make_packed(&made);
	while (err && nth < 100) {
		struct symbols *symbols = NULL;
		struct symbol symbol;

		memory_fail_at(++nth);
		err = symbols_open_memory(made.bytes, sizeof(made.bytes), &symbols);
		if (!err && !symbols_find(symbols, TEXT, &symbol))
			err = -ENOMEM;
		symbols_free(symbols);
		if (!check_int(err, memory_failed() ? -ENOMEM : 0))
			break;
	}
	check_true(nth > 5 && nth < 100);
}

CU_TestInfo symbols_tests[] = {
	TEST(functions_have_name_start_and_size),
	TEST(what_is_no_function_has_no_name),
	TEST(assembly_code_has_names),
	TEST(versions_are_not_part_of_a_name),
	TEST(stubs_are_named_after_what_they_lead_to),
	TEST(symbols_of_an_object_are_relative_to_their_section),
	TEST(packed_symbols_are_added_to_those_of_a_stripped_file),
	TEST(broken_packed_symbols_leave_the_others),
	TEST(what_is_no_elf_file_is_refused),
	TEST(every_byte_may_be_wrong),
	TEST(this_program_has_names),
	TEST(the_vdso_has_names),
	TEST(without_memory_it_says_so),
	CU_TEST_INFO_NULL,
};
