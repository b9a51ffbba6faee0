// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/interpreter.h"

#include <errno.h>
#include <sys/mman.h>

#include "base/cleanup.h"
#include "check.h"
#include "elf_file.h"

enum {
	AT_RUNTIME = ELF_AT_DATA,
	AT_CODE_TYPE = ELF_AT_DATA + 0x800,
	AT_VERSION = ELF_AT_DATA + 0x900,
	AT_FUNCTION = ELF_AT_DATA + 0xa00,
};

static int inspect(const struct elf_made *made, const char *path, struct interpreter *found)
{
	CLEANUP(closep) int fd = elf_made_open(made);

	check_true(fd >= 0);
	return interpreter_inspect(fd, path, found);
}

static void put(struct elf_made *made, size_t offset, uint64_t value)
{
	memcpy(made->bytes + offset, &value, sizeof(value));
}

/* A Python that tells its version, with a code type of this size. */
static void make_python(struct elf_made *made, uint32_t version, uint64_t basicsize)
{
	elf_make(made, ET_EXEC);
	elf_add_symbol(made, "_PyRuntime", ELF_VADDR + AT_RUNTIME);
	elf_add_symbol(made, "PyCode_Type", ELF_VADDR + AT_CODE_TYPE);
	elf_add_symbol(made, "Py_Version", ELF_VADDR + AT_VERSION);
	put(made, AT_VERSION, version);
	put(made, AT_CODE_TYPE + 32, basicsize);
}

static void a_python_is_known_by_its_symbols(void)
{
	struct interpreter found = {0};
	struct elf_made made;

	make_python(&made, 0x030b02f0, 184);
	if (!check_ok(inspect(&made, "renamed", &found)))
		return;
	check_uint(found.version, 0x030b02f0);
	check_str(found.version_name, "3.11.2");
	check_true(!found.free_threaded);
	check_uint(found.runtime_vaddr, ELF_VADDR + AT_RUNTIME);
	check_uint(found.code_type_vaddr, ELF_VADDR + AT_CODE_TYPE);
	check_str(layout_source_name(found.layout_source), "table");
	check_uint(found.layout.version_minor, 11);
	check_uint(found.segment_count, 1);
	check_uint(found.probes.count, 0);
}

static void its_probes_are_read(void)
{
	struct interpreter found = {0};
	struct elf_made made;

	make_python(&made, 0x030b02f0, 184);
	elf_make_probes(&made);
	elf_add_probe(&made, "python", "line", "8@%rax");
	elf_add_probe(&made, "python", "gc__done", "-8@%rbx");
	check_ok(inspect(&made, "built --with-dtrace", &found));
	check_uint(found.version, 0x030b02f0);
	if (check_uint(found.probes.count, 1))
		check_uint(found.probes.sites[0].probe, PROBE_GC_DONE);
}

static void a_python_without_symbols_is_known_by_its_section(void)
{
	struct interpreter found = {0};
	struct elf_made made;

	elf_make(&made, ET_DYN);
	elf_add_section(&made, ".PyRuntime", SHT_PROGBITS, AT_RUNTIME, 64);
	memcpy(made.bytes + ELF_AT_CONSTANTS,
	       "x\0"
	       "3.10.4",
	       9);
	if (!check_ok(inspect(&made, "stripped", &found)))
		return;
	check_uint(found.version, 0x030a04f0);
	check_uint(found.runtime_vaddr, ELF_VADDR + AT_RUNTIME);
	check_uint(found.code_type_vaddr, 0);
}

static void the_version_before_3_11_is_among_the_constants(void)
{
	static const char constants[] = "a\0"
					"3.2.0\0"
					"3.9.2\0"
					"3.8.1";
	struct interpreter found = {0};
	struct elf_made made;

	elf_make(&made, ET_DYN);
	elf_add_symbol(&made, "_PyRuntime", ELF_VADDR + AT_RUNTIME);
	memcpy(made.bytes + ELF_AT_CONSTANTS, constants, sizeof(constants));
	check_ok(inspect(&made, "/usr/lib/libpython3.9.so.1.0", &found));
	check_uint(found.version, 0x030902f0);
	check_int(found.layout_source, LAYOUT_TABLE);
	check_ok(inspect(&made, "/usr/lib/uwsgi", &found));
	check_str(found.version_name, "unknown version");
	check_int(found.layout_source, LAYOUT_NONE);
}

static void a_version_of_unknown_layout_is_a_python_still(void)
{
	struct interpreter found = {0};
	struct elf_made made;

	make_python(&made, 0x031000f0, 184);
	check_ok(inspect(&made, "future", &found));
	check_str(found.version_name, "3.16.0");
	check_str(layout_source_name(found.layout_source), "none");
}

static void a_code_object_of_another_size_leaves_no_layout(void)
{
	struct interpreter found = {0};
	struct elf_made made;

	make_python(&made, 0x030c01f0, 200);
	check_ok(inspect(&made, "patched", &found));
	check_int(found.layout_source, LAYOUT_NONE);
	put(&made, AT_CODE_TYPE + 32, 192);
	check_ok(inspect(&made, "plain", &found));
	check_int(found.layout_source, LAYOUT_TABLE);
	check_uint(found.layout.object_type, 8);
	put(&made, AT_CODE_TYPE + 32, 0);
	put(&made, AT_CODE_TYPE + 48, 208);
	check_ok(inspect(&made, "traced", &found));
	check_uint(found.layout.object_type, 24);
}

static void what_lies_outside_of_the_file_is_not_read(void)
{
	struct interpreter found = {0};
	struct elf_made made;

	make_python(&made, 0x030d00f0, 200);
	elf_add_symbol(&made, "x", 0);
	((Elf64_Sym *)(made.bytes + ELF_AT_SYMBOLS))[0].st_value = ELF_VADDR + ELF_FILE_BYTES - 8;
	check_ok(inspect(&made, "short", &found));
	check_int(found.layout_source, LAYOUT_NONE);
	((Elf64_Sym *)(made.bytes + ELF_AT_SYMBOLS))[0].st_value = ~0ull;
	check_ok(inspect(&made, "far", &found));
	check_int(found.layout_source, LAYOUT_NONE);
}

static void what_lies_behind_a_segment_is_not_read(void)
{
	struct interpreter found = {0};
	struct elf_made made;

	make_python(&made, 0x030b02f0, 184);
	elf_segments(&made)->p_filesz = AT_VERSION + 8;
	check_ok(inspect(&made, "whole", &found));
	check_uint(found.version, 0x030b02f0);
	elf_segments(&made)->p_filesz = AT_VERSION + 4;
	check_ok(inspect(&made, "half", &found));
	check_uint(found.version, 0);
	elf_segments(&made)->p_filesz = AT_VERSION - 8;
	check_ok(inspect(&made, "none", &found));
	check_uint(found.version, 0);
}

/* Expects no Python after one change to a file that is one. */
#define CHECK_FOREIGN(change)                                                                      \
	do {                                                                                       \
		struct elf_made made;                                                              \
		struct interpreter found = {.segment_count = 77};                                  \
		make_python(&made, 0x030b02f0, 184);                                               \
		change;                                                                            \
		check_int(inspect(&made, "other", &found), -ENOENT);                               \
		check_uint(found.segment_count, 77);                                               \
	} while (0)

static void other_files_are_no_python(void)
{
	CHECK_FOREIGN(made.bytes[0] = 0);
	CHECK_FOREIGN(elf_head(&made)->e_machine = EM_AARCH64);
	CHECK_FOREIGN(elf_head(&made)->e_ident[EI_CLASS] = ELFCLASS32);
	CHECK_FOREIGN(elf_head(&made)->e_ident[EI_DATA] = ELFDATA2MSB);
	CHECK_FOREIGN(elf_head(&made)->e_type = ET_REL);
	CHECK_FOREIGN(elf_segments(&made)->p_type = PT_NOTE);
	CHECK_FOREIGN(elf_sections(&made)[3].sh_size = sizeof(Elf64_Sym) - 1);
	CHECK_FOREIGN(elf_sections(&made)[3].sh_link = 99);
	CHECK_FOREIGN(elf_sections(&made)[2].sh_size = 1ull << 40);
	CHECK_FOREIGN(((Elf64_Sym *)(made.bytes + ELF_AT_SYMBOLS))->st_shndx = SHN_UNDEF);
}

static void a_file_that_is_not_even_elf_is_no_python(void)
{
	struct interpreter found;
	CLEANUP(closep) int fd = memfd_create("empty", MFD_CLOEXEC);

	check_int(interpreter_inspect(fd, "empty", &found), -ENOENT);
	check_int(interpreter_inspect(-1, "closed", &found), -ENOENT);
}

/* A 3.15 whose _Py_tss_gilstate is to be found. */
static void make_3_15(struct elf_made *made, uint16_t type)
{
	make_python(made, 0x030f00f0, 208);
	elf_head(made)->e_type = type;
	elf_add_segment(made, PT_TLS, 0x29, 8);
}

static void the_linker_fixes_the_thread_state_of_an_executable(void)
{
	struct interpreter found = {0};
	struct elf_made made;

	make_3_15(&made, ET_EXEC);
	elf_add_symbol(&made, "_Py_tss_gilstate", 0x10); /* of another kind */
	elf_add_symbol(&made, "_Py_tss_gilstate", 8)->st_info = ELF64_ST_INFO(STB_LOCAL, STT_TLS);
	check_ok(inspect(&made, "python3.15", &found));
	check_uint(found.gilstate_path.reads, 1);
	check_int(found.gilstate_path.offsets[0], -0x28);
}

static void a_stripped_executable_tells_it_by_an_instruction(void)
{
	static const uint8_t code[] = {0xf3, 0x0f, 0x1e, 0xfa, 0x64, 0x48, 0x8b,
				       0x04, 0x25, 0xd8, 0xff, 0xff, 0xff, 0xc3};
	struct interpreter found = {0};
	struct elf_made made;

	make_3_15(&made, ET_EXEC);
	elf_add_symbol(&made, "PyGILState_GetThisThreadState", ELF_VADDR + AT_FUNCTION);
	check_ok(inspect(&made, "python3.15", &found));
	check_uint(found.gilstate_path.reads, 0);
	memcpy(made.bytes + AT_FUNCTION, code, sizeof(code));
	check_ok(inspect(&made, "python3.15", &found));
	check_uint(found.gilstate_path.reads, 1);
	check_int(found.gilstate_path.offsets[0], -0x28);
}

static void a_library_does_not_tell_it(void)
{
	struct interpreter found = {0};
	struct elf_made made;

	make_3_15(&made, ET_DYN);
	elf_add_symbol(&made, "_Py_tss_gilstate", 8)->st_info = ELF64_ST_INFO(STB_LOCAL, STT_TLS);
	check_ok(inspect(&made, "libpython3.15.so.1.0", &found));
	check_uint(found.gilstate_path.reads, 0);
}

/* The segments of a Debian 3.11: the last two share a page of the file. */
static const struct interpreter of_debian = {
	.segment_count = 3,
	.segments = {{.vaddr = 0x400000, .offset = 0, .size_bytes = 0x1e3e8},
		     {.vaddr = 0x6d2000, .offset = 0x2d2000, .size_bytes = 0x272968},
		     {.vaddr = 0x945dc8, .offset = 0x544dc8, .size_bytes = 0x13e4b0}},
};

static uint64_t bias_of(uint64_t start, uint64_t pgoff)
{
	uint64_t bias = 77;

	check_ok(interpreter_bias(&of_debian, start, pgoff, &bias));
	return bias;
}

static void the_bias_is_the_same_for_every_mapping(void)
{
	check_uint(bias_of(0x400000, 0), 0);
	check_uint(bias_of(0x6d2000, 0x2d2000), 0);
	check_uint(bias_of(0x945000, 0x544000), 0);
	check_uint(bias_of(0x947000, 0x546000), 0);
	check_uint(bias_of(0x7f0000945000, 0x544000), 0x7f0000000000);
}

static void a_mapping_of_no_segment_has_no_bias(void)
{
	uint64_t bias = 77;

	check_int(interpreter_bias(&of_debian, 0x1000, 0x20000, &bias), -ENOENT);
	check_int(interpreter_bias(&of_debian, 0x1000, 1ull << 40, &bias), -ENOENT);
	check_uint(bias, 77);
}

CU_TestInfo interpreter_tests[] = {
	TEST(a_python_is_known_by_its_symbols),
	TEST(its_probes_are_read),
	TEST(a_python_without_symbols_is_known_by_its_section),
	TEST(the_version_before_3_11_is_among_the_constants),
	TEST(a_version_of_unknown_layout_is_a_python_still),
	TEST(a_code_object_of_another_size_leaves_no_layout),
	TEST(what_lies_outside_of_the_file_is_not_read),
	TEST(what_lies_behind_a_segment_is_not_read),
	TEST(other_files_are_no_python),
	TEST(a_file_that_is_not_even_elf_is_no_python),
	TEST(the_linker_fixes_the_thread_state_of_an_executable),
	TEST(a_stripped_executable_tells_it_by_an_instruction),
	TEST(a_library_does_not_tell_it),
	TEST(the_bias_is_the_same_for_every_mapping),
	TEST(a_mapping_of_no_segment_has_no_bias),
	CU_TEST_INFO_NULL,
};
